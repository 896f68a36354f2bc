import { expect, test } from '@jest/globals';
import { PASSED } from '../report/golden/results.ts';
import { parseRunResult } from '../report/verdict-schema.ts';
import { hindered, notJudged } from './hindered.ts';

test('a run that could not record everything says neither go nor no-go, and first names what hindered it', () => {
  const failed = {
    ...PASSED,
    verdict: 'fail' as const,
    reasons: ['vdiff: rows mismatched'],
    decision: { ...PASSED.decision, verdict: 'no-go' as const, reasons: ['vdiff: rows mismatched'] },
  };
  const result = hindered(failed, ['steps.log cannot be written.']);
  const reasons = ['steps.log cannot be written.', 'vdiff: rows mismatched'];
  expect(result).toMatchObject({ verdict: 'unknown', reasons, decision: { verdict: 'unknown', reasons } });
});

test('a run that nothing hindered keeps its result', () => {
  expect(hindered(PASSED, [])).toBe(PASSED);
});

test('a run that cannot be judged has a complete result, which is unknown', () => {
  const result = notJudged({ fixture: 'commerce', seed: 1 }, 12.5, ['a bug']);
  expect(parseRunResult(result)).toMatchObject({
    verdict: 'unknown',
    reasons: ['a bug'],
    decision: { verdict: 'unknown' },
  });
});
