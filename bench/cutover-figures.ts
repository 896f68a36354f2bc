import type { ProfileName } from '../harness/cluster/profile.ts';
import type { CutoverParts } from '../harness/history/observations.ts';
import type { ServersFigures } from '../harness/migration/measure-cutover.ts';

type Direction = 'forward' | 'reverse';

/** One switch of writes. */
export interface CutoverSample extends ServersFigures {
  readonly direction: Direction;
  readonly writeGapMs: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** An entry of `artifacts/bench-cutover.json`: one profile, rate and direction, in milliseconds. */
export interface CutoverBenchmark {
  readonly profile: ProfileName;
  /** How many writes per second the application was meant to send. */
  readonly rate: number;
  /**
   * How many writes per second succeeded, in both directions. If there are fewer than that, the machine was too slow,
   * and the figures prove nothing.
   */
  readonly acknowledgedPerSecond: number;
  readonly direction: Direction;
  readonly switches: number;
  readonly writeGapMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Every gap, in the order of the switches: a migration's own cutover is the first. */
  readonly gapsMs: readonly number[];
  /**
   * Errors of all switches together, by class. `not-sent` comes from the writer itself: a minute's worth of writes was
   * already waiting.
   */
  readonly errors: Readonly<Record<string, number>>;
  /** Medians of the switches whose parts are known; null if there are none. */
  readonly partsMs: CutoverParts | null;
  /** Medians. */
  readonly buffered: number | null;
  readonly rowsBehind: number | null;
}

export function figuresOf(
  samples: readonly CutoverSample[],
): Omit<CutoverBenchmark, 'profile' | 'rate' | 'acknowledgedPerSecond' | 'direction'> {
  const gaps = samples.map(({ writeGapMs }) => writeGapMs);
  const errors: Record<string, number> = {};
  for (const [kind, count] of samples.flatMap((each) => Object.entries(each.errors))) {
    errors[kind] = (errors[kind] ?? 0) + count;
  }
  return {
    switches: samples.length,
    writeGapMs: { p50: quantile(gaps, 0.5), p95: quantile(gaps, 0.95), max: quantile(gaps, 1) },
    gapsMs: gaps.map(Math.round),
    errors,
    partsMs: mediansOf(samples.flatMap(({ partsMs }) => (partsMs === null ? [] : [partsMs]))),
    buffered: medianOf(samples.map(({ buffered }) => buffered)),
    rowsBehind: medianOf(samples.map((each) => each.rowsBehind)),
  };
}

function mediansOf(parts: readonly CutoverParts[]): CutoverParts | null {
  if (parts.length === 0) return null;
  const median = (part: keyof CutoverParts) =>
    quantile(
      parts.map((each) => each[part]),
      0.5,
    );
  return {
    stopWrites: median('stopWrites'),
    lockTables: median('lockTables'),
    catchUp: median('catchUp'),
    reverseStreams: median('reverseStreams'),
    journal: median('journal'),
    allowWrites: median('allowWrites'),
    routing: median('routing'),
    other: median('other'),
  };
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : quantile(known, 0.5);
}

/** Returns the smallest value, as a whole number, that this share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!);
}
