import type { ClusterOptions } from '../cluster/cluster-layout.ts';
import type { Pair } from './pairs.ts';

/**
 * What a fault needs of its cluster: servers that reach each other through proxies, a source with followers, or a target
 * whose MySQLs have small file systems of their own.
 */
export type Need = 'links' | 'followers' | 'small-disk';

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
