import { expect, test } from '@jest/globals';
import { lagBeforeCutovers } from './lag.ts';

const sample = (atMs: number, ...lags: (number | null)[]) => ({
  atMs,
  streams: lags.map((lagMs) => ({ workflow: 'w', state: 'Running', rowsCopied: 0, lagMs })),
});
const samples = [sample(4_000, 9_000), sample(6_000, 1_000, null), sample(9_500, 2_000), sample(10_500, 7_000)];

test('the largest lag of the five seconds before a switch counts, of the worst switch', () => {
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }])).toBe(2_000);
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }, { startedAtMs: 11_000 }])).toBe(7_000);
});

test('without a switch, or a lag that was seen before each, it is not known', () => {
  expect(lagBeforeCutovers(samples, [])).toBeNull();
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }, { startedAtMs: 60_000 }])).toBeNull();
  expect(lagBeforeCutovers([sample(9_500, null)], [{ startedAtMs: 10_000 }])).toBeNull();
});
