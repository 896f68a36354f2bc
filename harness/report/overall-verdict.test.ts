import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CHECKER_BROKE, NOTHING_TO_JUDGE, type InvariantResult } from '../history/invariants.ts';
import { overallVerdict, type VerdictParts } from './collect.ts';
import { PASSED } from './golden/results.ts';

const GOOD: VerdictParts = {
  recorded: { steps: PASSED.steps, phases: PASSED.phases, problems: [] },
  plannedSteps: PASSED.steps.map(({ name }) => name),
  tables: ['customer', 'corder'],
  copy: PASSED.copy,
  vdiffs: PASSED.vdiffs,
  checksums: PASSED.checksums,
  cutovers: PASSED.cutovers,
};

test('a good run passes, with no reason against it', () => {
  expect(overallVerdict(GOOD)).toEqual({ verdict: 'pass', reasons: [] });
});

const [vdiff, reverseVdiff] = PASSED.vdiffs;
const [checksum] = PASSED.checksums;
const [cutover] = PASSED.cutovers;
if (!vdiff || !reverseVdiff || !checksum || !cutover) throw new Error('the made-up run has no parts');

const notJudged: InvariantResult = { id: 'no-lost-write', verdict: 'unknown', judged: 0, count: 0, findings: [] };

const AT_REST = { name: 'vdiffAtRest', durationMs: 1, verdict: 'pass' } as const;

/** Each change takes a good run and spoils one part of it. */
const FAULTS: readonly (readonly [string, 'fail' | 'unknown', string, Partial<VerdictParts>])[] = [
  ['no step', 'unknown', 'no step ran', { recorded: { steps: [], phases: [], problems: [] } }],
  ['a step missing', 'unknown', 'cancel did not run', { plannedSteps: ['adopt', 'cancel'] }],
  ['a repeat missing', 'unknown', 'vdiff ran 2 times, not 3 times', { plannedSteps: ['vdiff', 'vdiff', 'vdiff'] }],
  ['a problem outside', 'unknown', 'sweep: no', { problems: [{ verdict: 'unknown', what: 'sweep: no' }] }],
  ['nothing compared', 'unknown', 'nothing was compared', { vdiffs: [], checksums: [] }],
  ['a VDiff not reported', 'unknown', 'vdiff ran 2 times, results: 1', { vdiffs: [vdiff] }],
  [
    'a VDiff not reported, where one at rest was',
    'unknown',
    'vdiff ran 3 times, results: 2',
    { recorded: { steps: PASSED.steps, phases: [AT_REST], problems: [] } },
  ],
  [
    'an unknown invariant that must be judged',
    'unknown',
    'no-lost-rows: not judged',
    { invariants: [{ ...notJudged, verdict: 'pass', judged: 1 }], required: ['no-lost-write', 'no-lost-rows'] },
  ],
  ['an empty VDiff', 'unknown', 'no row was compared', { vdiffs: [{ ...vdiff, rowsCompared: 0 }, reverseVdiff] }],
  [
    'a VDiff without tables',
    'unknown',
    'no row was compared',
    { vdiffs: [{ ...vdiff, tables: [] }, reverseVdiff], tables: [] },
  ],
  [
    'a table that VDiff left out',
    'unknown',
    'no row of corder was compared',
    { vdiffs: [{ ...vdiff, tables: vdiff.tables.slice(0, 1) }, reverseVdiff] },
  ],
  [
    'a mismatch',
    'fail',
    'vdiff 1 (commerce2customer): 1 row mismatched',
    { vdiffs: [{ ...vdiff, mismatchedRows: 1 }, reverseVdiff] },
  ],
  [
    'a mismatch in a table alone',
    'fail',
    '2 rows mismatched in t',
    {
      vdiffs: [
        { ...vdiff, tables: [...vdiff.tables, { table: 't', rowsCompared: 1, mismatchedRows: 2 }] },
        reverseVdiff,
      ],
    },
  ],
  [
    'checksums that differ',
    'fail',
    'customer is not the same',
    { checksums: [{ ...checksum, equal: false }, ...PASSED.checksums.slice(1)] },
  ],
  [
    'a checksum of nothing',
    'unknown',
    'nothing was compared',
    { checksums: [{ ...checksum, rows: 0 }, ...PASSED.checksums.slice(1)] },
  ],
  ['a checksum missing', 'unknown', 'corder not compared', { checksums: [checksum] }],
  [
    'no acknowledged write',
    'unknown',
    'no write was acknowledged',
    { cutovers: [{ ...cutover, acknowledged: 0 }, cutover] },
  ],
  [
    'a rate that was not kept',
    'unknown',
    'cutover 2 (forward): 230 operations not sent',
    { cutovers: [cutover, { ...cutover, errors: { 'not-sent': 230 } }] },
  ],
  ['a cutover not reported', 'unknown', 'writes were switched 2 times, results: 1', { cutovers: [cutover] }],
  ['a copy of nothing', 'unknown', 'no row was copied', { copy: { rows: 0, rowsPerSecond: 0, bytes: 0 } }],
  ['a copy not reported', 'unknown', 'no row was copied', { copy: null }],
  [
    'a checker that broke, of an invariant that need not be judged',
    'unknown',
    'no-lost-write: its checker broke',
    { invariants: [{ ...notJudged, reason: 'its checker broke: a delete has no id' }], required: [] },
  ],
];

test.each(FAULTS)('%s: %s', (_name, verdict, reason, change) => {
  const judged = overallVerdict({ ...GOOD, ...change });
  expect(judged.verdict).toBe(verdict);
  expect(judged.reasons.join('\n')).toContain(reason);
});

test('an optional invariant with nothing to judge is not a reason against a pass', () => {
  const invariants = [{ ...notJudged, reason: NOTHING_TO_JUDGE }];
  expect(overallVerdict({ ...GOOD, invariants, required: [] }).verdict).toBe('pass');
  expect(overallVerdict({ ...GOOD, invariants, required: ['no-lost-write'] }).verdict).toBe('unknown');
});

test('failures are reported before what is unknown', () => {
  const late = { verdict: 'fail', what: 'rows were lost' } as const;
  const early = { verdict: 'unknown', what: 'etcd was slow' } as const;
  expect(overallVerdict({ ...GOOD, problems: [early, late] })).toEqual({
    verdict: 'fail',
    reasons: ['rows were lost', 'etcd was slow'],
  });
});

const fault = fc.constantFrom(...FAULTS);
const verdict = fc.constantFrom('pass', 'fail', 'unknown');

test('a run with several faults never passes, and fails if one fails', () => {
  fc.assert(
    fc.property(fc.array(fault, { minLength: 1 }), (faults) => {
      // A fault that changes the tables would excuse the others, so all faults are judged with the same tables.
      const parts = faults.reduce((sum, [, , , change]) => ({ ...sum, ...change, tables: GOOD.tables }), GOOD);
      const judged = overallVerdict(parts);
      expect(judged.verdict).not.toBe('pass');
      expect(judged.reasons.length).toBeGreaterThan(0);
      // A later fault may undo an earlier one in the same part, but nothing undoes the last one.
      expect(faults.at(-1)?.[1] !== 'fail' || judged.verdict === 'fail').toBe(true);
    }),
  );
});

test('the verdict is never better than the worst of the steps and phases', () => {
  fc.assert(
    fc.property(fc.array(verdict, { minLength: 11, maxLength: 11 }), fc.array(verdict), (ofSteps, ofPhases) => {
      const steps = PASSED.steps.map((step, at) => ({ ...step, verdict: ofSteps[at] ?? 'pass' }));
      const phases = ofPhases.map((each) => ({ name: 'row' as const, durationMs: 1, verdict: each }));
      const all = [...ofSteps, ...ofPhases];
      const expected = all.includes('fail') ? 'fail' : all.includes('unknown') ? 'unknown' : 'pass';
      const judged = overallVerdict({ ...GOOD, recorded: { steps, phases, problems: [] } });
      expect(judged.verdict).toBe(expected);
      expect(judged.reasons.length > 0).toBe(expected !== 'pass');
    }),
  );
});

const tried = { verdict: 'fail', what: 'statements: vtgate does not run 1 of 4 statements' } as const;
/** A run that ended before anything moved. */
const ENDED: VerdictParts = {
  ...GOOD,
  recorded: {
    steps: PASSED.steps.slice(0, 1),
    phases: [{ name: 'statements', durationMs: 1, verdict: 'fail' }],
    problems: [tried],
  },
  copy: null,
  vdiffs: [],
  checksums: [],
  cutovers: [],
  invariants: PASSED.invariants.map(({ id }) => ({ ...notJudged, id, reason: NOTHING_TO_JUDGE })),
  required: PASSED.invariants.map(({ id }) => id),
};

test('when something ended the run, everything that was therefore not done is one line after it', () => {
  const { verdict: judged, reasons, missing } = overallVerdict(ENDED);
  expect(judged).toBe('fail');
  expect(reasons).toEqual([
    tried.what,
    'because of that, not run: provision, create, copy, vdiff, switchReads, switchWrites, reverseReads, reverseWrites, ' +
      'complete; not judged: 15 of 15 invariants',
  ]);
  expect(missing).toEqual(expect.arrayContaining(['create did not run', 'nothing was compared']));
});

test('a run that ended early loses nothing that was found', () => {
  const lost = { ...PASSED.invariants[0]!, verdict: 'fail', count: 1 } as const;
  const broke = { ...notJudged, id: 'monotonic', reason: `${CHECKER_BROKE}: a bug` } as const;
  const twice = [lost, broke, ...ENDED.invariants!.slice(2, 4)];
  const { reasons } = overallVerdict({ ...ENDED, vdiffs: [{ ...vdiff, mismatchedRows: 2 }], invariants: twice });
  expect(reasons).toEqual([
    tried.what,
    'vdiff 1 (commerce2customer): 2 rows mismatched',
    `${lost.id}: 1 finding`,
    'monotonic: its checker broke: a bug',
    expect.stringMatching(/^because of that, not run: .*; not judged: no-phantom, no-duplicate$/),
  ]);
});

test('parts that are missing without a cause are reported one by one', () => {
  const { reasons, missing } = overallVerdict({
    ...GOOD,
    plannedSteps: [...GOOD.plannedSteps, 'cancel'],
    vdiffs: [vdiff],
  });
  expect(reasons).toEqual(['cancel did not run', expect.stringMatching(/^vdiff ran .* results: 1$/)]);
  expect(missing).toBeUndefined();
});

test('too few writes do not count against the migration when a server lacked resources', () => {
  const finding = {
    table: null,
    key: null,
    what: 'no write was acknowledged',
    index: 1,
    weight: 1,
    which: [],
    around: [],
  };
  const broken = { verdict: 'fail', judged: 2, count: 1, findings: [finding] } as const;
  const lack = { verdict: 'unknown', what: 'mysqld lacked resources' } as const;
  const verdictOf = (id: 'not-vacuous' | 'no-lost-write', isLacking: boolean) =>
    overallVerdict({ ...GOOD, invariants: [{ ...broken, id }], lacked: isLacking ? [lack] : [] }).verdict;
  expect(verdictOf('not-vacuous', false)).toBe('fail');
  expect(verdictOf('not-vacuous', true)).toBe('unknown');
  expect(verdictOf('no-lost-write', true)).toBe('fail');
});
