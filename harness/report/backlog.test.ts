import { expect, test } from '@jest/globals';
import { backlogOf } from './backlog.ts';
import { PASSED } from './golden/results.ts';
import type { RunResult } from './verdict.ts';

function withMedians(...medians: readonly (number | null)[]): RunResult {
  const [cutover] = PASSED.cutovers;
  const before = { p99Ms: 20_000, p999Ms: 20_000, maxMs: 20_000 };
  const cutovers = medians.map((p50Ms) => ({
    ...cutover!,
    latency: { ...cutover!.latency, before: { ...before, p50Ms } },
  }));
  return { ...PASSED, cutovers };
}

test('a rate that was not kept is reported with the worst cutover', () => {
  const told = backlogOf(withMedians(1900, null, 16_400, 2000));
  expect(told).toMatch(/^Operations were 16\.4 s behind their due times before cutover 3 began/);
});

test('a few slow operations, or none at all, are not a backlog', () => {
  expect(backlogOf(withMedians(999, null))).toBeNull();
  expect(backlogOf(withMedians())).toBeNull();
});
