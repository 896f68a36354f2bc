/** A low, a likely and a high figure; null means that it never ends. */
export interface EstimateRange {
  readonly low: number | null;
  readonly likely: number | null;
  readonly high: number | null;
}

/** Adds up each end; a sum with a figure that never ends never ends either. */
export function plus(a: EstimateRange, b: EstimateRange): EstimateRange {
  return combine(a, b, (x, y) => x + y);
}

export function times(a: EstimateRange, b: EstimateRange): EstimateRange {
  return combine(a, b, (x, y) => x * y);
}

export function scaled(range: EstimateRange, factor: number): EstimateRange {
  return times(range, exactly(factor));
}

/** Returns the maximum of each end. */
export function atLeast(a: EstimateRange, b: EstimateRange): EstimateRange {
  return combine(a, b, Math.max);
}

export function exactly(value: number): EstimateRange {
  return { low: value, likely: value, high: value };
}

/** Returns the 10th and 90th percentiles of what was seen, and the median. */
export function spreadOf(values: readonly number[]): EstimateRange {
  return { low: quantile(values, 0.1), likely: quantile(values, 0.5), high: quantile(values, 0.9) };
}

/** Returns the quantile, interpolated between the two nearest values; there must be at least one value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

function combine(a: EstimateRange, b: EstimateRange, each: (x: number, y: number) => number): EstimateRange {
  const of = (x: number | null, y: number | null) => (x === null || y === null ? null : each(x, y));
  return { low: of(a.low, b.low), likely: of(a.likely, b.likely), high: of(a.high, b.high) };
}
