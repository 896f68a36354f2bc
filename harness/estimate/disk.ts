import type { Measured } from '../report/estimate.ts';
import type { Derived } from './following.ts';
import { exactly, plus, scaled, type EstimateRange } from './range.ts';
import { largestOf, totalOf, type ProductionTable } from './sizes.ts';

/** A table smaller than this is mostly pages that are not full. */
const SMALLEST_BYTES = 1_000_000;

/**
 * Returns the bytes that all MySQLs of the target need: tables, and the binary logs of the copy and of the writes that
 * follow.
 */
export function targetDisk(
  runs: readonly Measured[],
  tables: readonly ProductionTable[],
  following: EstimateRange,
): Derived | null {
  const shares = runs.flatMap(sharesOf);
  const servers = Math.max(0, ...runs.map(({ target }) => target.servers));
  if (shares.length === 0 || servers === 0) return null;
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const likely = likelyShare(runs);
  const size = { low: Math.min(likely, ...shares), likely, high: Math.max(likely, ...shares) };
  const logs = logShares(runs);
  const each = plus(plus(scaled(size, bytes), scaled(logs ?? exactly(0), bytes)), following);
  return {
    range: scaled(each, servers),
    from: `tables that took ${percent(size.low)} to ${percent(size.high)} on the target of what they took on the source${logs === null ? '' : `, and ${percent(logs.likely!)} more in binary logs of the copy`}`,
    assumptions: [
      `the target has ${servers} MySQLs, as in the rehearsal, and each holds all of it`,
      logs === null
        ? 'binary logs of the copy are not in it, as they were not measured; they can take as much as the tables'
        : 'the binary logs of the copy, and of the writes that follow until the last switch, are still there',
      'room in which MySQL sorts secondary keys, in its tmpdir, is not in it: as much as those of the largest table',
    ],
  };
}

/** The size of each table on the target, relative to its size on the source. */
function sharesOf({ tables, target }: Measured): number[] {
  const pairs = pairsOf({ tables, target });
  const large = pairs.filter(({ source }) => source >= SMALLEST_BYTES);
  return (large.length > 0 ? large : pairs).map(({ source, bytes }) => bytes / source);
}

function likelyShare(runs: readonly Measured[]): number {
  const [largest] = runs.toSorted((a, b) => totalOf(b.tables).rows - totalOf(a.tables).rows);
  const pairs = pairsOf(largest!);
  return pairs.reduce((sum, { bytes }) => sum + bytes, 0) / pairs.reduce((sum, { source }) => sum + source, 0);
}

function pairsOf({ tables, target }: Pick<Measured, 'tables' | 'target'>) {
  const onTarget = new Map(target.tables.map(({ table, bytes }) => [table, bytes]));
  return tables.flatMap(({ table, bytes: source }) => {
    const bytes = onTarget.get(table);
    return bytes === undefined || source === 0 ? [] : [{ source, bytes }];
  });
}

/** Bytes of binary log that a byte of the source causes on the target when it is copied. */
function logShares(runs: readonly Measured[]): EstimateRange | null {
  const shares = runs.flatMap(({ tables, target: { copyLogBytes } }) => {
    const { bytes } = totalOf(tables);
    return copyLogBytes === null || bytes === 0 ? [] : [copyLogBytes / bytes];
  });
  if (shares.length === 0) return null;
  const largest = largestOf(runs);
  const likely = runs.find(({ tables }) => tables === largest)?.target.copyLogBytes;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return {
    low: Math.min(...shares),
    likely: likely === null || likely === undefined ? mean : likely / totalOf(largest).bytes,
    high: Math.max(...shares),
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
