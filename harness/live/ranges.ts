/** Whole numbers from `low` to `high`, inclusive. */
export interface IntegerRange {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * Splits a range into parts of about the same size, in order and without gaps; there are fewer if the range has fewer
 * numbers.
 */
export function partsOf({ low, high }: IntegerRange, parts: number): readonly IntegerRange[] {
  const size = high - low + 1n;
  const count = BigInt(Math.max(1, parts)) < size ? BigInt(Math.max(1, parts)) : size;
  return Array.from({ length: Number(count) }, (_, at) => ({
    low: low + (size * BigInt(at)) / count,
    high: low + (size * BigInt(at + 1)) / count - 1n,
  }));
}
