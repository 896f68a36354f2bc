import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { partsOf } from './ranges.ts';

test('parts of a range follow each other, cover all of it, and have about the same size', () => {
  const bound = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 0, max: 50 }), (a, b, count) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const parts = partsOf({ low, high }, count);
      expect(parts.map((part) => part.low)).toEqual([low, ...parts.slice(0, -1).map((part) => part.high + 1n)]);
      expect(parts.at(-1)!.high).toBe(high);
      expect(parts.every((part) => part.low <= part.high)).toBe(true);
      const sizes = parts.map((part) => part.high - part.low).toSorted((x, y) => Number(x - y));
      expect(sizes.at(-1)! - sizes[0]!).toBeLessThanOrEqual(1n);
      expect(parts.length).toBeLessThanOrEqual(Math.max(1, count));
    }),
  );
});
