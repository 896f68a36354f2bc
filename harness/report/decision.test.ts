import { expect, test } from '@jest/globals';
import { decide, type DecisionParts } from './decision.ts';
import { FAILED, PASSED, UNKNOWN } from './golden/results.ts';

const LIMITS = { writeGapMs: 5000, errorsPerCutover: 10, lagMs: 2000 };
const passed: DecisionParts = { ...PASSED, preflight: [] };

test('a run that passed and kept every limit is a go', () => {
  expect(decide(passed, { ...LIMITS, totalMinutes: 10 })).toMatchObject({ verdict: 'go', reasons: [] });
  expect(decide(passed, undefined)).toEqual({ verdict: 'go', thresholds: [], reasons: [] });
});

test.each([
  ['writeGapMs', { writeGapMs: 100 }, 'longest write gap: 1240 ms, limit 100'],
  ['errorsPerCutover', { errorsPerCutover: 3 }, 'failed statements around a switch: 4 errors, limit 3'],
  ['lagMs', { lagMs: 10 }, 'lag before a switch of writes: 1000 ms, limit 10'],
  ['totalMinutes', { totalMinutes: 1 }, 'whole rehearsal: 1.4 minutes, limit 1'],
])('%s beyond its limit is a no-go', (id, limit, reason) => {
  const { verdict, thresholds, reasons } = decide(passed, { ...LIMITS, ...limit });
  expect({ verdict, reasons }).toEqual({ verdict: 'no-go', reasons: [reason] });
  expect(thresholds.filter(({ met }) => met === false).map((each) => each.id)).toEqual([id]);
});

test('a figure at its limit keeps it', () => {
  const measured = decide(passed, LIMITS).thresholds.find(({ id }) => id === 'writeGapMs')?.measured ?? 0;
  expect(decide(passed, { ...LIMITS, writeGapMs: measured }).verdict).toBe('go');
});

test('a blocker is a no-go, however well the rest went; a warning is not', () => {
  const [blocker] = FAILED.preflight;
  expect(decide({ ...passed, preflight: [blocker!] }, LIMITS).verdict).toBe('no-go');
  expect(decide({ ...passed, preflight: [{ ...blocker!, severity: 'warning' }] }, LIMITS).verdict).toBe('go');
});

test('a run that failed is a no-go, and says both why it failed and what is beyond its limit', () => {
  const { verdict, reasons } = decide(FAILED, { ...LIMITS, writeGapMs: 1 });
  expect(verdict).toBe('no-go');
  expect(reasons).toContain(FAILED.reasons[0]);
  expect(reasons.some((reason) => reason.startsWith('longest write gap'))).toBe(true);
});

test('what was not measured leaves it open', () => {
  expect(decide(UNKNOWN, LIMITS)).toMatchObject({ verdict: 'unknown' });
  expect(decide({ ...passed, cutovers: [] }, LIMITS)).toMatchObject({
    verdict: 'unknown',
    reasons: ['longest write gap: not measured', 'failed statements around a switch: not measured'],
  });
});
