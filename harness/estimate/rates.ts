import type { ObservationLine } from '../history/lines.ts';
import type { MeasuredWork } from '../report/estimate.ts';

type CopyingLine = Extract<ObservationLine, { of: 'copying' }>;

const WINDOW_MS = 5_000;
/** If there are fewer windows than this, the samples themselves are used, which are a second apart. */
const FEWEST_WINDOWS = 4;

/** The rows that one table gained between two samples in which no other did. */
interface Gain {
  readonly table: string;
  readonly rows: number;
  readonly ms: number;
}

/**
 * Returns the speed of the copy of each table in each window. The first and last windows of a table are left out,
 * because they are not complete.
 */
export function copyRates(looks: readonly CopyingLine[]): MeasuredWork['rates'] {
  const gains = looks.slice(1).map((look, at) => gainOf(looks[at]!, look));
  const whole = gains.map((gain, at) => {
    const isInside = gain !== null && gains[at - 1]?.table === gain.table && gains[at + 1]?.table === gain.table;
    return isInside ? gain : null;
  });
  const windows = joined(whole, WINDOW_MS);
  const taken = windows.length >= FEWEST_WINDOWS ? windows : joined(whole, 0);
  return taken.map(({ table, rows, ms }) => ({ table, perSecond: (rows * 1000) / ms }));
}

/** Null if no table gained, or several did. */
function gainOf(before: CopyingLine, after: CopyingLine): Gain | null {
  const then = new Map(before.tables.map(({ table, rows }) => [table, rows]));
  const gained = after.tables.filter(({ table, rows }) => rows > (then.get(table) ?? 0));
  const [one] = gained;
  if (one === undefined || gained.length > 1) return null;
  return { table: one.table, rows: one.rows - (then.get(one.table) ?? 0), ms: (after.time - before.time) / 1e6 };
}

/** Joins neighbours of one table until they are long enough; a remainder that is too short is left out. */
function joined(gains: readonly (Gain | null)[], leastMs: number): Gain[] {
  const windows: Gain[] = [];
  let open: readonly Gain[] = [];
  for (const gain of gains) {
    if (gain === null) open = [];
    else if (open[0]?.table === gain.table) open = [...open, gain];
    else open = [gain];
    const ms = sumOf(open, 'ms');
    if (open[0] === undefined || ms < leastMs) continue;
    windows.push({ table: open[0].table, rows: sumOf(open, 'rows'), ms });
    open = [];
  }
  return windows;
}

function sumOf(gains: readonly Gain[], field: 'rows' | 'ms'): number {
  return gains.reduce((sum, gain) => sum + gain[field], 0);
}
