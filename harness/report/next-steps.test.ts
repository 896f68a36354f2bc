import { expect, test } from '@jest/globals';
import { ESTIMATE, FAILED, PASSED, UNKNOWN } from './golden/results.ts';
import { adviceOn } from './advice.ts';
import { nextSteps, type NextStepFacts } from './next-steps.ts';
import type { RunResult } from './verdict.ts';

const AGAIN = 'npm start -- --seed 42';
const FACTS: NextStepFacts = { run: { plannedSteps: [], again: AGAIN }, failed: [], hasRunbook: true };

function because(...reasons: string[]): RunResult {
  return { ...FAILED, decision: { ...FAILED.decision, reasons } };
}

function firstOf(reason: string, facts: Partial<NextStepFacts> = {}) {
  return nextSteps(because(reason), { ...FACTS, ...facts })[0];
}

test('a go says what to set, what stays open, and where the runbook is', () => {
  const result = { ...PASSED, estimate: ESTIMATE };
  const flags = { vtgate: ['--enable-buffer'] };
  const steps = nextSteps(result, { ...FACTS, run: { plannedSteps: [], flags } });
  expect(steps.map(({ about }) => about)).toEqual(['Before the real cutover', 'Not exercised', 'Then']);
  // If the estimate has no upper end, the likely figure is the least.
  expect(steps[0]!.text).toMatch(/^Let the source keep its binary logs for 31 h 24 m or more; give vtgate/);
  expect(steps[1]!.text).toMatch(/^1 table never inserted into, 2 tables never updated, /);
  expect(steps[2]!.see).toBe('runbook');
});

test('a go without statements of the application says so, and warnings of preflight come first', () => {
  const { exercised: _, ...rest } = PASSED;
  const preflight = [{ ...PASSED.preflight[0]!, severity: 'warning' as const }];
  const [set, open, then] = nextSteps({ ...rest, preflight }, { ...FACTS, hasRunbook: false });
  expect(set!.text).toMatch(/^Settle preflight’s warnings \(binlog-retention\)/);
  expect(open!.text).toContain('did not run');
  expect(then!.see).toBeUndefined();
});

test('a no-go gives each cause its own remedy', () => {
  expect(firstOf('preflight trigger-on-moved-table, corder: trigger corder_audit fires AFTER INSERT')).toMatchObject({
    about: 'trigger-on-moved-table',
    code: 'DROP TRIGGER `corder_audit`',
    see: 'preflight',
  });
  const error = 'cancel did not leave what it should.\n  seen:     corder: denied\n  next:     Run the step again.';
  expect(firstOf('cancel: cancel did not leave what it should.', { failed: [{ name: 'cancel', error }] })).toEqual({
    about: 'cancel',
    text: 'Run the step again.',
  });
  expect(firstOf('longest write gap: 30000 ms, limit 5000')).toMatchObject({ see: 'cutovers' });
  expect(firstOf('no-lost-write: 14 findings, first roundtrip_rows 17: gone')).toMatchObject({ see: 'invariants' });
  expect(firstOf('checksum: corder is not the same on both sides')).toMatchObject({ about: 'checksum', see: 'tables' });
  expect(firstOf('statement place order failed once, last: read-only')).toMatchObject({ about: 'place order' });
  expect(firstOf('something else')).toEqual({ about: 'Cause', text: 'something else' });
  // A comparison that did not run says nothing about rows.
  expect(firstOf('vdiff ran once, not 3 times')).toMatchObject({ about: 'Cause' });
});

function keyless(table: string) {
  return { ...PASSED.preflight[0]!, rule: 'no-key', table, what: 'has no key', mend: `ALTER TABLE ${table}` };
}

test('two tables with the same finding each have their own remedy', () => {
  const run = { ...PASSED, preflight: [keyless('a'), keyless('b')] };
  expect(adviceOn('preflight no-key, b: has no key', run, [])).toMatchObject({ code: 'ALTER TABLE b' });
});

test('a no-go names two causes, counts the others, and ends with the command that runs it again', () => {
  const steps = nextSteps(
    because(
      'vdiff 1 (w): 2 rows mismatched',
      'vdiff 2 (w): 3 rows mismatched',
      'checksum: a is not the same on both sides',
      'one',
      'two',
    ),
    FACTS,
  );
  expect(steps.map(({ about }) => about)).toEqual(['vdiff', 'checksum', 'When that is fixed']);
  expect(steps[2]).toMatchObject({ text: expect.stringContaining('2 more causes'), code: AGAIN });
});

test('an unknown says what got in the way, what is not known, and the command', () => {
  const error = 'etcd did not answer within 60 s\n  next:     Free some memory.';
  const facts = {
    ...FACTS,
    run: { ...FACTS.run, plannedSteps: ['copy'] as const },
    failed: [{ name: 'cluster', error }],
  };
  const steps = nextSteps(UNKNOWN, facts);
  expect(steps.map(({ text }) => text)).toEqual([
    'cluster: etcd did not answer within 60 s. Free some memory.',
    'not run: copy.',
    'Run it again.',
  ]);
  expect(steps[2]!.code).toBe(AGAIN);
  expect(nextSteps(UNKNOWN, { ...FACTS, run: { plannedSteps: [] } })[2]!.code).toBeUndefined();
});
