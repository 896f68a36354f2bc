import type { PlotPoint } from './chart.ts';

/** The share of the non-zero points that the axis must show in full. */
const ORDINARY = 0.95;
/** The room above ordinary points, and how far beyond them a point must be for the axis to end below it. */
const HEADROOM = 1.3;
const FAR = 2.5;
/** With fewer points than this, it is unclear which are ordinary. */
const FEWEST = 5;

/** One mark for neighbouring points beyond the end of an axis. */
export interface Peak {
  readonly atMs: number;
  /** The greatest of them. */
  readonly value: number;
}

/**
 * Returns where the axis of a plot ends: null if it shows everything, otherwise a little above the ordinary points, so
 * that a few points far beyond do not flatten the rest. Those points are marked with their values instead.
 */
export function ceilingOf(lines: readonly { readonly points: readonly PlotPoint[] }[]): number | null {
  const values = lines
    .flatMap(({ points }) => points.flatMap(([, value]) => (value === null || value <= 0 ? [] : [value])))
    .toSorted((a, b) => a - b);
  if (values.length < FEWEST) return null;
  const ordinary = values[Math.floor(ORDINARY * (values.length - 1))]!;
  return values.at(-1)! > FAR * ordinary ? niceAbove(HEADROOM * ordinary) : null;
}

/** Returns the next number with one digit, or 1.5 or 2.5, times a power of ten, where an axis can end. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

/**
 * Returns the points beyond the end of the axis; points closer together than `apartMs` become one, at the greatest of
 * them.
 */
export function peaksOf(points: readonly PlotPoint[], ceiling: number, apartMs: number): Peak[] {
  const peaks: Peak[] = [];
  let lastMs = -Infinity;
  for (const [atMs, value] of points) {
    if (value === null || value <= ceiling) continue;
    const last = peaks.at(-1);
    if (last === undefined || atMs - lastMs > apartMs) peaks.push({ atMs, value });
    else if (value > last.value) peaks.splice(-1, 1, { atMs, value });
    lastMs = atMs;
  }
  return peaks;
}
