import { expect, test } from '@jest/globals';
import { lagBeforeCutovers } from './lag.ts';

const sample = (atMs: number, ...lags: (number | null)[]) => ({
  atMs,
  streams: lags.map((lagMs) => ({ workflow: 'w', state: 'Running', rowsCopied: 0, lagMs })),
});
const samples = [sample(4_000, 9_000), sample(6_000, 1_000, null), sample(9_500, 2_000), sample(10_500, 7_000)];

test('the largest lag in the five seconds before the worst switch counts', () => {
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }])).toBe(2_000);
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }, { startedAtMs: 11_000 }])).toBe(7_000);
});

test('without a switch, or without a lag seen before each switch, it is unknown', () => {
  expect(lagBeforeCutovers(samples, [])).toBeNull();
  expect(lagBeforeCutovers(samples, [{ startedAtMs: 10_000 }, { startedAtMs: 60_000 }])).toBeNull();
  expect(lagBeforeCutovers([sample(9_500, null)], [{ startedAtMs: 10_000 }])).toBeNull();
});
