import { expect, test } from '@jest/globals';
import { aroundCutovers } from './around-cutovers.ts';

test('the time around a switch ends where another one begins', () => {
  const cutovers = [
    [10_000, 12_000],
    [12_200, 14_000],
    [20_000, 21_000],
  ].map(([startedAtMs = 0, endedAtMs = 0]) => ({ startedAtMs, endedAtMs }));
  expect(aroundCutovers(cutovers)).toEqual([
    { fromMs: 9_000, toMs: 12_200 },
    { fromMs: 12_000, toMs: 15_000 },
    { fromMs: 19_000, toMs: 22_000 },
  ]);
});
