import type { ClusterOptions } from '../cluster/cluster-layout.ts';
import { usage } from '../errors.ts';
import type { Pair } from './pairs.ts';

/**
 * What a fault needs of its cluster: servers that reach each other through proxies; a source with followers, or one
 * without, because a stream would go on from a follower that was not struck; a target whose MySQLs have small file
 * systems of their own; the tables of the fixture `commerce`.
 */
export type Need = 'links' | 'followers' | 'no-followers' | 'small-disk' | 'commerce';

/** The fixture's rows, their binary logs and MySQL's own files take a third of this. */
const SMALL_DISK_MB = 900;

/** Returns what these pairs need, each once. */
export function needsOf(pairs: readonly Pair[]): readonly Need[] {
  return [...new Set(pairs.flatMap(({ fault }) => fault.needs ?? []))].toSorted();
}

/** Returns the options of a cluster on which pairs with these needs can be struck. */
export function clusterFor(needs: readonly Need[]): Partial<ClusterOptions> {
  return {
    restartable: true,
    links: needs.includes('links'),
    // Streams that read from followers, too, because that is what followers are for.
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
};

/** @throws usage for the first pair that needs more than what is given. */
export function refuseUnmetNeeds(pairs: readonly Pair[], given: readonly Need[], where: string): void {
  for (const { fault, point } of pairs) {
    const unmet = (fault.needs ?? []).find((need) => !given.includes(need));
    if (unmet === undefined) continue;
    throw usage({
      what: 'A fault needs what this rehearsal does not have.',
      expected: TITLES[unmet],
      seen: `${fault.id}, on servers without`,
      where,
      next: `Leave it out. npm run faults -- --only '${fault.id}/${point.id}' strikes it on servers that have it.`,
    });
  }
}
