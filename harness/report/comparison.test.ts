import { expect, test } from '@jest/globals';
import type { ThresholdResult } from './decision.ts';
import { compareRuns, comparisonText } from './comparison.ts';
import { FAILED, PASSED, UNKNOWN } from './golden/results.ts';
import { painter } from './paint.ts';
import type { RunResult } from './verdict.ts';

function figuresOf(before: RunResult, after: RunResult) {
  return new Map(compareRuns(before, after).figures.map((figure) => [figure.id, figure]));
}

function withLimit(change: Partial<ThresholdResult>): RunResult {
  const [first, ...rest] = PASSED.decision.thresholds;
  return { ...PASSED, decision: { ...PASSED.decision, thresholds: [{ ...first!, ...change }, ...rest] } };
}

test('a run is not worse than itself, and does not differ from itself', () => {
  for (const run of [PASSED, FAILED, UNKNOWN]) {
    const comparison = compareRuns(run, run);
    expect(comparison).toMatchObject({ isWorse: false, worse: [], differs: [] });
    expect(comparison.figures.every(({ change }) => change === 'same' || change === null)).toBe(true);
  }
});

test.each([
  ['go', PASSED, 'unknown', UNKNOWN],
  ['go', PASSED, 'no-go', FAILED],
  ['unknown', UNKNOWN, 'no-go', FAILED],
])('from %s to %s is worse, and the opposite is not', (was, better, is, worse) => {
  expect(compareRuns(better, worse)).toMatchObject({ isWorse: true, verdicts: { before: was, after: is } });
  expect(compareRuns(better, worse).worse[0]).toContain(`the verdict was ${was} and is ${is}`);
  expect(compareRuns(worse, better).isWorse).toBe(false);
});

test('a limit that was kept and no longer is counts as worse, measured or not', () => {
  const missed = compareRuns(PASSED, withLimit({ measured: 6000, met: false }));
  expect(missed.isWorse).toBe(true);
  expect(missed.worse).toEqual(['longest write gap was within its limit and is not: 6,000 ms, limit 5000']);
  expect(compareRuns(PASSED, withLimit({ measured: null, met: null })).isWorse).toBe(true);
  const both = withLimit({ measured: 6000, met: false });
  expect(compareRuns(both, both).isWorse).toBe(false);
});

test('an invariant that held before and was not judged now is reported, but by itself does not count as worse', () => {
  const invariants = PASSED.invariants.map((each) =>
    each.id === 'monotonic' ? { ...each, verdict: 'unknown' as const, judged: 0 } : each,
  );
  const comparison = compareRuns(PASSED, { ...PASSED, invariants });
  expect(comparison).toMatchObject({ isWorse: false, worse: ['monotonic held and was not judged'] });
});

test('figures stand side by side, and small changes are called the same', () => {
  const [first, second] = PASSED.cutovers;
  const after = {
    ...PASSED,
    cutovers: [
      { ...first!, writeGapMs: 1_800, errors: {} },
      { ...second!, writeGapMs: 1_300 },
    ],
    copy: { ...PASSED.copy!, rowsPerSecond: 20_000 },
  };
  const figures = figuresOf(PASSED, after);
  expect(figures.get('cutover1.writeGapMs')).toMatchObject({ before: 812, after: 1_800, change: 'worse' });
  expect(figures.get('cutover1.errors')).toMatchObject({ before: 15, after: 0, change: 'better' });
  expect(figures.get('cutover2.writeGapMs')).toMatchObject({ change: 'same' });
  expect(figures.get('copyRowsPerSecond')).toMatchObject({ change: 'worse' });
  expect(figures.get('vdiffMs')).toMatchObject({ before: 3120 + 3011 });
  expect(figures.get('cpuSeconds')!.before).toBeCloseTo(102.8, 1);
  expect(figures.get('invariantsJudged')).toMatchObject({ before: PASSED.invariants.length });
});

test('a figure that one run lacks is not a change, and a figure that both lack is not shown', () => {
  const figures = figuresOf(PASSED, UNKNOWN);
  expect(figures.get('cutover2.writeGapMs')).toMatchObject({ before: 1240, after: null, change: null });
  expect(figures.has('rate')).toBe(false);
  expect(figuresOf(FAILED, FAILED).get('cpuSeconds')).toBeUndefined();
});

test('runs of different subjects, sizes, versions, limits and machines are compared, and the text says so', () => {
  const after = {
    ...withLimit({ limit: 9000 }),
    fixture: 'library',
    profile: 'stock' as const,
    versions: { ...PASSED.versions!, vitess: '23.0.3' },
    tables: [{ table: 'book', rows: 7, bytes: 1 }],
    capacity: { perSecond: 90, rate: 20 },
  };
  const { isWorse, differs } = compareRuns({ ...PASSED, capacity: { perSecond: 300, rate: 100 } }, after);
  expect(isWorse).toBe(false);
  expect(differs).toEqual([
    'subject: commerce and library',
    'tables that move: 2 and 1',
    'rows: 400,000 and 7',
    'profile: rehearsal and stock',
    'vitess: 24.0.1 and 23.0.3',
    'limit of longest write gap: 5000 and 9000',
    expect.stringContaining('operations a second in a burst: 300 and 90'),
  ]);
});

test('the text has every figure, what differs, and what got worse', () => {
  const comparison = compareRuns(PASSED, { ...FAILED, fixture: 'library' });
  const text = comparisonText(comparison, painter(false));
  expect(text).toMatch(/^verdict +go +no-go$/m);
  expect(text).toMatch(/^cutover 1, write gap +812 ms +30\.0 s +worse$/m);
  expect(text).toMatch(/^cutover 2, write gap +1\.2 s +-$/m);
  for (const { title } of comparison.figures) expect(text).toContain(title);
  expect(text).toContain('  - subject: commerce and library');
  expect(text).toContain('  - no-lost-write held and is broken');
  expect(comparisonText(compareRuns(PASSED, PASSED), painter(false))).toContain('the verdict is no worse');
});
