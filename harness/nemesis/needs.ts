import type { ClusterOptions } from '../cluster/cluster-layout.ts';
import { usage } from '../errors.ts';
import type { Pair } from './pairs.ts';

/**
 * What a fault needs from its cluster: servers that reach each other through proxies; a source with followers, or one
 * without, because a stream would continue from a follower that was not struck; a target whose MySQLs have small file
 * systems of their own; the tables of the fixture `commerce`; a migration that ends with the fault.
 */
export const NEEDS = ['links', 'followers', 'no-followers', 'small-disk', 'commerce', 'end'] as const;
export type Need = (typeof NEEDS)[number];

/** The fixture's rows, their binary logs and MySQL's own files take a third of this. */
const SMALL_DISK_MB = 900;

/** Returns what these pairs need, each once. */
export function needsOf(pairs: readonly Pair[]): readonly Need[] {
  const needs = pairs.flatMap(({ fault, point }) => [...(fault.needs ?? []), ...(point.needs ?? [])]);
  return [...new Set(needs)].toSorted();
}

/** Returns the options of a cluster on which pairs with these needs can be struck. */
export function clusterFor(needs: readonly Need[]): Partial<ClusterOptions> {
  return {
    restartable: true,
    links: needs.includes('links'),
    // Streams also read from followers, because that is what followers are for.
    ...(needs.includes('followers') ? { source: { followers: 2 }, tabletTypes: ['replica', 'primary'] } : {}),
    ...(needs.includes('small-disk') ? { targetDiskMb: SMALL_DISK_MB } : {}),
  };
}

const TITLES: Readonly<Record<Need, string>> = {
  links: 'servers that reach each other through proxies',
  followers: 'a source with followers (cluster.source.followers)',
  'no-followers': 'a source without followers',
  'small-disk': 'a target with small disks',
  commerce: 'the fixture commerce',
  end: 'a migration that ends with it',
};

/** Returns the error for a pair that needs more than the servers have. */
export function unmetNeed(pair: Pair, given: readonly Need[], where: string) {
  const { fault, point } = pair;
  const [need] = needsOf([pair]).filter((each) => !given.includes(each));
  return usage({
    what: 'A fault needs what this rehearsal does not have.',
    expected: TITLES[need!],
    seen: `${fault.id} at ${point.id}, in one without`,
    where,
    next: `Leave it out. npm run faults -- --only '${fault.id}/${point.id}' strikes it where it can be struck.`,
  });
}
