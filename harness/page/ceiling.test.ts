import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ceilingOf, peaksOf } from './ceiling.ts';
import type { PlotPoint } from './chart.ts';

function pointsOf(values: readonly (number | null)[]): PlotPoint[] {
  return values.map((value, at): PlotPoint => [at * 100, value]);
}

test('one outlier does not flatten the rest', () => {
  const ordinary = Array.from({ length: 100 }, (_, at) => 50 + (at % 10));
  const ceiling = ceilingOf([{ points: pointsOf([...ordinary, 9_000]) }])!;
  expect(ceiling).toBeGreaterThanOrEqual(59);
  expect(ceiling).toBeLessThan(100);
});

test('zeros and gaps do not count as ordinary, so rare things are shown whole', () => {
  const rare = [...Array.from({ length: 500 }, () => 0), 3, 4, null, 4, 3, 5, 6];
  expect(ceilingOf([{ points: pointsOf(rare) }])).toBeNull();
  expect(ceilingOf([{ points: pointsOf([0, 0, 0, 4000]) }])).toBeNull();
});

test('what stays high is ordinary, so a line that rises and stays is shown whole', () => {
  expect(ceilingOf([{ points: pointsOf(Array.from({ length: 60 }, (_, at) => at * 1000)) }])).toBeNull();
});

test('an axis that ends early shows nearly all points, ends below the greatest, and each point beyond it has a mark', () => {
  const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200 }), fc.integer({ min: 0, max: 1_000 }), (values, apartMs) => {
      const points = pointsOf(values);
      const ceiling = ceilingOf([{ points }]);
      if (ceiling === null) return;
      const above = points.filter(([, each]) => each !== null && each > ceiling);
      const seen = points.filter(([, each]) => each !== null && each > 0);
      expect(above.length).toBeLessThanOrEqual(0.05 * seen.length + 1);
      const peaks = peaksOf(points, ceiling, apartMs);
      expect(Math.max(...peaks.map((peak) => peak.value))).toBe(Math.max(...above.map(([, each]) => each!)));
      for (const [atMs, each] of above) {
        expect(peaks.some((peak) => peak.value >= each! && Math.abs(peak.atMs - atMs) <= apartMs * above.length)).toBe(
          true,
        );
      }
    }),
  );
});

test('neighbours share one mark, with the greatest value', () => {
  expect(peaksOf(pointsOf([1, 20, 30, 25, 1, 1, 1, 1, 40]), 10, 200)).toEqual([
    { atMs: 200, value: 30 },
    { atMs: 800, value: 40 },
  ]);
});
