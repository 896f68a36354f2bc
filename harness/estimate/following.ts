import type { ProductionSizes } from '../history/lines.ts';
import type { Measured, MeasuredWrites } from '../report/estimate.ts';
import { formatBytes, formatCount, formatDuration } from '../report/format.ts';
import { exactly, spreadOf, times, type EstimateRange } from './range.ts';

/** A figure and how it was found. */
export interface Derived {
  readonly range: EstimateRange;
  readonly from: string;
  readonly assumptions: readonly string[];
}

/** Vitess' default of `--vreplication-copy-phase-duration`. */
const CYCLE_MS = 3_600_000;

/**
 * Returns the time, in milliseconds, to apply what is written while tables are copied. The stream catches up after each
 * table, and with the rest after the last one. What is written while it catches up is included.
 *
 * @returns the reason, if the stream never had as much to do as in production.
 */
export function catchUpTime(
  writes: readonly MeasuredWrites[],
  copy: EstimateRange,
  production: ProductionSizes,
): Derived | string {
  const { writesPerSecond } = production;
  if (writesPerSecond === 0) {
    return { range: exactly(0), from: 'no writes', assumptions: ['production.writesPerSecond is 0'] };
  }
  const { rates, isLimit, from, assumptions } = applyRate(writes);
  if (!isLimit && rates.high! <= writesPerSecond) {
    return `the stream had no more than ${formatCount(rates.high!)} transactions a second to apply, and production writes ${formatCount(writesPerSecond)}: a rehearsal with a higher workload.rate would tell whether it keeps up`;
  }
  const after = (copyMs: number | null, rate: number) =>
    copyMs === null || rate <= writesPerSecond ? null : (copyMs * writesPerSecond) / (rate - writesPerSecond);
  const range = {
    low: after(Math.min(copy.low!, CYCLE_MS), rates.high!),
    likely: after(copy.likely, rates.likely!),
    high: after(copy.high, rates.low!),
  };
  return {
    range,
    from: `${formatCount(writesPerSecond)} writes a second, and ${from}`,
    assumptions: [
      ...assumptions,
      `what is written to tables that are still to be copied is passed over: at least the last ${formatDuration(Math.min(copy.low!, CYCLE_MS))} have to be caught up with, as a table is copied for ${formatDuration(CYCLE_MS)} at most before the stream catches up (Vitess’ default); at most, all that is written during the copy`,
      ...neverCatchesUp(range, rates, writesPerSecond),
    ],
  };
}

function neverCatchesUp(range: EstimateRange, rates: EstimateRange, writesPerSecond: number): string[] {
  if (range.high !== null) return [];
  const seen = `${formatCount(rates.low!)} to ${formatCount(rates.high!)} transactions a second were seen to be applied`;
  const when = range.likely === null ? 'at the likely rate' : 'at the lowest rate';
  return [`${when} it never catches up with ${formatCount(writesPerSecond)} writes a second: ${seen}`];
}

/** Returns how many transactions per second a stream applies. */
function applyRate(writes: readonly MeasuredWrites[]): {
  readonly rates: EstimateRange;
  /** Whether it could not have applied more. */
  readonly isLimit: boolean;
  readonly from: string;
  readonly assumptions: readonly string[];
} {
  const limits = writes.flatMap((each) => each.limits);
  if (limits.length > 0) {
    return {
      rates: spreadOf(limits),
      isLimit: true,
      from: `${limits.length} second(s) in which the stream was behind all the time`,
      assumptions: ['the stream applies as many transactions a second as in the rehearsal, where it was behind'],
    };
  }
  const most = Math.max(...writes.flatMap((each) => each.applied));
  return {
    rates: exactly(most),
    isLimit: false,
    from: `the most that the stream was seen to apply, ${formatCount(most)} transactions a second`,
    assumptions: [
      'the stream was never behind for long, so its limit did not show: it may well apply more than the most that was seen; a higher workload.rate would tell',
    ],
  };
}

/** Returns the bytes of binary log that the source writes per second in production. */
export function logBytesPerSecond(writes: readonly MeasuredWrites[], { writesPerSecond }: ProductionSizes): Derived {
  const windows = writes.flatMap((each) => each.logBytes);
  const bytes = spreadOf(windows);
  return {
    range: times(bytes, exactly(writesPerSecond)),
    from: `${formatCount(writesPerSecond)} writes a second, and ${formatBytes(bytes.low!)} to ${formatBytes(bytes.high!)} of binary log for one, the middle eight tenths of ${windows.length} windows of 5 s`,
    assumptions: ['a write of production is one transaction, and makes as much binary log as one of the rehearsal'],
  };
}

/** Returns what runs measured about writes; runs without writes are left out. */
export function writesOf(runs: readonly Measured[]): readonly MeasuredWrites[] {
  return runs
    .flatMap(({ writes }) => writes ?? [])
    .filter(({ logBytes, applied }) => logBytes.length * applied.length > 0);
}
