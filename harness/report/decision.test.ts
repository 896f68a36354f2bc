import { expect, test } from '@jest/globals';
import { decide, type DecisionParts } from './decision.ts';
import { FAILED, PASSED, UNKNOWN } from './golden/results.ts';

const LIMITS = { writeGapMs: 5000, errorsPerCutover: 10, lagMs: 2000 };
const passed: DecisionParts = { ...PASSED, preflight: [] };
const { failures } = PASSED;

test('a run that passed and kept every limit is a go', () => {
  expect(decide(passed, { ...LIMITS, totalMinutes: 10 })).toMatchObject({ verdict: 'go', reasons: [] });
  expect(decide(passed, undefined)).toEqual({ verdict: 'go', thresholds: [], reasons: [] });
});

test.each([
  ['writeGapMs', { writeGapMs: 100 }, 'longest write gap: 1240 ms, limit 100'],
  ['lagMs', { lagMs: 10 }, 'lag before a switch of writes: 1000 ms, limit 10'],
  ['totalMinutes', { totalMinutes: 1 }, 'whole rehearsal: 1.5 minutes, limit 1'],
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

test('a blocker that stopped the run does not hide anything else that was found', () => {
  const found = [
    'preflight: The source cannot be migrated as it is.',
    'no-lost-write: 1 finding',
    'because of that, not run: create',
  ];
  const { reasons } = decide({ ...FAILED, cutovers: [], reasons: found }, LIMITS);
  expect(reasons).toEqual([expect.stringMatching(/^preflight trigger-on-moved-table, corder: /), ...found.slice(1)]);
});

test('a run that failed is a no-go, and says both why it failed and what is beyond its limit', () => {
  const { verdict, reasons } = decide(FAILED, { ...LIMITS, writeGapMs: 1 });
  expect(verdict).toBe('no-go');
  expect(reasons).toContain(FAILED.reasons[0]);
  expect(reasons.some((reason) => reason.startsWith('longest write gap'))).toBe(true);
});

test('a figure that was not measured leaves the decision open', () => {
  expect(decide(UNKNOWN, LIMITS)).toMatchObject({ verdict: 'unknown' });
  expect(decide({ ...passed, cutovers: [] }, LIMITS)).toMatchObject({
    verdict: 'unknown',
    reasons: ['not measured: longest write gap, failed statements around a switch'],
  });
});

const NAMED =
  'statement place order failed 4 times, last: read-only: The MySQL server is running with the --super-read-only option';

test('failed statements beyond a limit are a no-go that names each, with what the server said', () => {
  expect(decide(passed, { ...LIMITS, errorsPerCutover: 3 })).toMatchObject({
    verdict: 'no-go',
    reasons: ['failed statements around a switch: 4 errors, limit 3', NAMED],
  });
  const statements = failures!.statements.map((each) => ({ ...each, aroundSwitches: 0 }));
  const outside = { ...failures!, statements, outsideSwitches: 9_890 };
  expect(decide({ ...passed, failures: outside }, { ...LIMITS, failedStatements: 0 })).toMatchObject({
    verdict: 'no-go',
    reasons: ['failed statements at other times: 9890 errors, limit 0', NAMED],
  });
});

test('a limit for one switch says nothing about the rest of the run, and the other way round', () => {
  expect(decide(passed, { ...LIMITS, errorsPerCutover: 4, failedStatements: 0 }).verdict).toBe('go');
  const outside = { ...passed, failures: { ...failures!, outsideSwitches: 3 } };
  expect(decide(outside, { ...LIMITS, failedStatements: 3 }).verdict).toBe('go');
  expect(decide(outside, { ...LIMITS, errorsPerCutover: 0, failedStatements: 3 }).verdict).toBe('no-go');
});

test('a history that is older than the limit for the whole run is judged without that limit', () => {
  const outside = { ...passed, failures: { ...failures!, outsideSwitches: 9_890 } };
  expect(decide(outside, LIMITS).verdict).toBe('go');
});

test('when a server lacked resources, a figure beyond its limit is not a no-go, but lost rows are', () => {
  const resources = { count: 12, message: "The table 'corder' is full" };
  const exhausted = { ...failures!, resources, outsideSwitches: 12 };
  const limits = { ...LIMITS, writeGapMs: 100, failedStatements: 0 };
  const reasons = ['a server lacked resources: 12 operations failed'];
  const open = decide(
    { ...passed, verdict: 'unknown', reasons, failures: exhausted, excuse: 'a server lacked resources' },
    limits,
  );
  expect(open.verdict).toBe('unknown');
  expect(open.reasons.slice(0, 2)).toEqual([
    ...reasons,
    'not judged, as a server lacked resources: longest write gap: 1240 ms, limit 100',
  ]);
  expect(open.thresholds.filter(({ excuse }) => excuse !== undefined).map(({ id }) => id)).toEqual([
    'writeGapMs',
    'failedStatements',
  ]);
  expect(
    decide(
      {
        ...passed,
        verdict: 'fail',
        reasons: ['no-lost-write'],
        failures: exhausted,
        excuse: 'a server lacked resources',
      },
      limits,
    ),
  ).toMatchObject({
    verdict: 'no-go',
    reasons: ['no-lost-write'],
  });
});

test('what preflight could not see leaves the decision open, unless the config accepts that', () => {
  const [finding] = FAILED.preflight;
  const unseen = { ...finding!, rule: 'not-seen', severity: 'warning' as const, table: null, what: 'triggers' };
  expect(decide({ ...passed, preflight: [unseen] }, LIMITS)).toMatchObject({
    verdict: 'unknown',
    reasons: ['preflight not-seen: triggers'],
  });
  expect(decide({ ...passed, preflight: [{ ...unseen, severity: 'note' }] }, LIMITS).verdict).toBe('go');
});

const parsed = (json: string): object => JSON.parse(json);

test('a figure that is not a number counts as not measured', () => {
  const [cutover] = passed.cutovers;
  for (const json of ['{"writeGapMs":null}', '{"statementErrors":null}', '{"writeGapMs":-1e999}']) {
    const odd = { ...cutover!, ...parsed(json) };
    expect(decide({ ...passed, cutovers: [cutover!, odd] }, LIMITS)).toMatchObject({
      verdict: 'unknown',
      reasons: [expect.stringMatching(/^not measured: /)],
    });
  }
});

test('a run that did not pass is not a go, even if nothing says why', () => {
  expect(decide({ ...passed, verdict: 'fail', reasons: [] }, LIMITS)).toMatchObject({
    verdict: 'no-go',
    reasons: ['the run ended fail, and nothing says why'],
  });
  expect(decide({ ...passed, verdict: 'unknown', reasons: [] }, LIMITS).verdict).toBe('unknown');
});

test('a figure is beyond its limit by however little', () => {
  const [cutover] = passed.cutovers;
  const cutovers = [{ ...cutover!, writeGapMs: 5000.4 }];
  expect(decide({ ...passed, cutovers }, LIMITS)).toMatchObject({
    verdict: 'no-go',
    reasons: ['longest write gap: 5001 ms, limit 5000'],
  });
  expect(decide({ ...passed, totalMs: 602_400 }, { ...LIMITS, totalMinutes: 10 })).toMatchObject({
    verdict: 'no-go',
    reasons: ['whole rehearsal: 10.1 minutes, limit 10'],
  });
  expect(decide({ ...passed, totalMs: 600_000 }, { ...LIMITS, totalMinutes: 10 }).verdict).toBe('go');
});
