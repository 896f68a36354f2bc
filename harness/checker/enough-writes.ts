import type { Ledger } from './ledger.ts';
import { healthyMs, type Stretch } from './stretches.ts';

/** Shorter stretches are not judged. */
const SHORTEST_MS = 1000;
/**
 * How many acknowledged writes must be due in a stretch, at the run's own rate, before a stretch with none counts as a
 * finding.
 */
const DUE = 20;
/**
 * How many operations must be due in a switch before a switch with none in flight counts as a finding; operations come
 * at fixed times.
 */
const DUE_IN_SWITCH = 5;

/**
 * Between the switches, every table for which `DUE` writes were due must have had one acknowledged. During a switch the
 * application may have to wait nearly all the time, so there the only question is whether operations were in flight.
 * If no write was in flight during a switch, it is unknown how long writes were impossible, and if no write matched a
 * row, nothing was carried over; the invariant is then not judged.
 *
 * @param first when the first operation on each table was invoked, in nanoseconds.
 */
export function judgeStretches(
  stretches: readonly Stretch[],
  first: ReadonlyMap<string, number>,
  ledger: Ledger,
): void {
  const total = stretches.reduce((sum, stretch) => sum + healthyMs(stretch), 0);
  const invoked = stretches.reduce((sum, stretch) => sum + stretch.invoked, 0);
  for (const stretch of stretches.filter(({ isSwitch }) => isSwitch)) {
    inFlight(stretch, total === 0 ? 0 : invoked / total, ledger);
    writesInFlight(stretch, ledger);
  }
  const between = stretches.filter(({ isSwitch }) => !isSwitch);
  writtenAfter(stretches, ledger);
  const rates = [...first].map(([table, since]) => ({ table, since, perMs: rateOf(table, since, stretches) }));
  for (const stretch of between) {
    acknowledged(stretch, rates, ledger);
    effective(stretch, ledger);
  }
}

function inFlight({ name, inFlight: seen, from, to, faulted, end }: Stretch, perMs: number, ledger: Ledger): void {
  const due = perMs * Math.max(0, (to - from - faulted) / 1e6);
  if (seen === 0 && due < DUE_IN_SWITCH) return;
  ledger.judged('not-vacuous');
  if (seen > 0) return;
  const what = `no operation was in flight during ${name}, although ${Math.round(due)} were due`;
  ledger.find('not-vacuous', { table: null, key: null, what, index: end, weight: due });
}

/** The case that no operation at all was in flight although some were due has already been reported. */
function writesInFlight({ name, writesInFlight: writes }: Stretch, ledger: Ledger): void {
  if (writes === 0) ledger.cannot('not-vacuous', `no write was in flight during ${name}`);
}

function effective(stretch: Stretch, ledger: Ledger): void {
  const { name, acknowledged: writes, effective: found, end } = stretch;
  if (writes.size === 0 || found > 0 || healthyMs(stretch) <= SHORTEST_MS) return;
  ledger.cannot('not-vacuous', `no write that found a row was acknowledged from ${name} to line ${end}`);
}

/**
 * No matter what was due: without a write that matched a row after the last switch, it is unknown whether the side that
 * now serves accepts any.
 */
function writtenAfter(stretches: readonly Stretch[], ledger: Ledger): void {
  const at = stretches.findLastIndex(({ isSwitch }) => isSwitch);
  const after = at < 0 ? [] : stretches.slice(at + 1);
  if (at < 0 || after.some(({ effective: found }) => found > 0)) return;
  const { name, end } = stretches.at(-1)!;
  const write = after.some(({ acknowledged: writes }) => writes.size > 0) ? 'write that found a row' : 'write';
  ledger.cannot('not-vacuous', `no ${write} was acknowledged from ${name} to line ${end}`);
}

interface WriteRate {
  readonly table: string;
  readonly since: number;
  readonly perMs: number;
}

function acknowledged(stretch: Stretch, rates: readonly WriteRate[], ledger: Ledger): void {
  if (healthyMs(stretch) <= SHORTEST_MS) return;
  const due = rates.map(({ table, since, perMs }) => ({ table, writes: perMs * healthyMs(stretch, since) }));
  const dueInAll = due.reduce((sum, { writes }) => sum + writes, 0);
  if (dueInAll >= DUE) {
    ledger.judged('not-vacuous');
    if (stretch.acknowledged.size === 0) tooFew(null, stretch, dueInAll, ledger);
  }
  for (const { table, writes } of due.filter((each) => each.writes >= DUE)) {
    ledger.judged('not-vacuous');
    // A stretch without any write has been reported already.
    if (stretch.acknowledged.size > 0 && !stretch.acknowledged.has(table)) tooFew(table, stretch, writes, ledger);
  }
}

function tooFew(table: string | null, { name, end }: Stretch, due: number, ledger: Ledger): void {
  const what = `no write was acknowledged from ${name} to line ${end}, although ${Math.round(due)} were due`;
  ledger.find('not-vacuous', { table, key: null, what, index: end, weight: due });
}

/** Returns the acknowledged writes to a table per millisecond, since it was first written to. */
function rateOf(table: string, since: number, stretches: readonly Stretch[]): number {
  let writes = 0;
  let ms = 0;
  for (const stretch of stretches) {
    writes += stretch.acknowledged.get(table) ?? 0;
    ms += healthyMs(stretch, since);
  }
  return ms === 0 ? 0 : writes / ms;
}
