import { expect, test } from '@jest/globals';
import type { InvariantId } from '../history/invariants.ts';
import type { GtidObservation, Observation } from '../history/observations.ts';
import type { StepName, Verdict } from '../history/steps.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';

const SOURCE = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const TARGET = '8a94f357-aab4-11df-86ab-c80aa9429444';
const REPLICA = '9b05a468-bbc5-22e0-97bc-d91bb0530555';
const STRANGER = '7c16b579-ccd6-33f1-a8cd-ea2cc1641666';

function judge(id: InvariantId, ...observations: Observation[]) {
  const drafts: DraftLine[] = observations.map((observation) => ({ type: 'observation' as const, ...observation }));
  return judgeLines(drafts, []).results.get(id)!;
}

const told = (id: InvariantId, ...observations: Observation[]) => {
  const { verdict, findings } = judge(id, ...observations);
  return [verdict, ...findings.map(({ table, key, what }) => `${table} ${key}: ${what}`)];
};

const checksums = (changes: object, about: { underWrites?: true } = {}): Observation => ({
  of: 'checksums',
  ...about,
  tables: [
    {
      table: 'customer',
      rows: 5,
      targetRows: 5,
      equal: true,
      differencesTotal: 0,
      differences: [],
      schemaDifferences: [],
      ...changes,
    },
  ],
});

test('sides-equal: rows, counts and schemas of every comparison', () => {
  expect(told('sides-equal', checksums({}))).toEqual(['pass']);
  expect(told('sides-equal', checksums({ rows: 0, targetRows: 0 }))).toEqual(['unknown']);
  const differences = [{ key: '7', kind: 'different', source: { name: 'a' }, target: { name: null } }];
  const different = checksums({ equal: false, differencesTotal: 3, differences });
  expect(told('sides-equal', different, checksums({}))).toEqual([
    'fail',
    'customer 7: the row is not the same on both sides; source {"name":"a"}; target {"name":null}',
    'customer null: 2 more rows differ',
  ]);
  const leaves = [{ column: 'doc', path: '$.paid', source: 'DATE', target: 'STRING' }];
  const document = checksums({ equal: false, differencesTotal: 1, differences: [{ ...differences[0], leaves }] });
  expect(told('sides-equal', document)[1]).toMatch(/sides; doc, \$\.paid: DATE on the source, STRING on the target; /);
  expect(told('sides-equal', checksums({ schemaDifferences: ['no index i'] }))[1]).toMatch(
    /schemas differ: no index i/,
  );
  expect(told('sides-equal', checksums({ targetRows: 4 }))[1]).toMatch(/source holds 5 rows, the target 4/);
  expect(told('sides-equal', checksums({ equal: false }))[1]).toMatch(/no row was found that does/);
});

const MEANWHILE = { underWrites: true } as const;

test('sides-equal: while writes go on, rows are counted at different moments, and rows that differ are named', () => {
  expect(told('sides-equal', checksums({ targetRows: 4 }, MEANWHILE))).toEqual(['pass']);
  expect(told('sides-equal', checksums({ equal: false, unsettled: 1 }, MEANWHILE))).toEqual(['unknown']);
  const differences = [{ key: '7', kind: 'missing-on-target' }];
  const different = checksums({ equal: false, unsettled: 1, differencesTotal: 1, differences }, MEANWHILE);
  expect(told('sides-equal', different)[1]).toMatch(/^customer 7: the row is on the source but not on the target/);
  expect(told('sides-equal', checksums({ equal: false, schemaDifferences: ['no index i'] }, MEANWHILE))[1]).toMatch(
    /no index i/,
  );
});

const vdiff = (changes: object): Observation => ({
  of: 'vdiff',
  workflow: 'commerce2customer',
  keyspace: 'customer',
  tables: [{ table: 'corder', rowsCompared: 9, mismatchedRows: 0, keys: [], rows: 9, ...changes }],
});

test('vdiff-agrees: no mismatch, and every row compared', () => {
  expect(told('vdiff-agrees', vdiff({}))).toEqual(['pass']);
  expect(told('vdiff-agrees', vdiff({ rows: null }), vdiff({}))).toEqual(['pass']);
  // Under writes nobody can say how many rows there were; the last comparison is at rest.
  expect(judge('vdiff-agrees', vdiff({ rows: null })).reason).toMatch(
    /^the rows that the last VDiff had to compare were not counted/,
  );
  expect(told('vdiff-agrees', vdiff({}), vdiff({ rows: null }))).toEqual(['unknown']);
  // On servers that are not ours nothing is counted, and others may write.
  expect(told('vdiff-agrees', vdiff({ rows: null, atLeast: 9 }))).toEqual(['pass']);
  expect(told('vdiff-agrees', vdiff({ rows: null, atLeast: 10 }))[1]).toMatch(/9 of 10 rows were compared/);
  expect(told('vdiff-agrees', vdiff({ rows: 0, rowsCompared: 0 }))).toEqual(['unknown']);
  expect(told('vdiff-agrees', vdiff({ rows: 10 }))[1]).toMatch(/corder null: 9 of 10 rows were compared/);
  expect(told('vdiff-agrees', vdiff({ mismatchedRows: 2, keys: ['4'] }))).toEqual([
    'fail',
    'corder 4: the row is not the same on both sides, says VDiff of commerce2customer',
    'corder null: 1 more row differ, says VDiff of commerce2customer',
  ]);
});

const gtid = (changes: object): GtidObservation => ({
  of: 'gtid',
  servers: [
    { server: SOURCE, side: 'source', executed: `${SOURCE}:1-50` },
    { server: TARGET, side: 'target', executed: `${TARGET}:1-70` },
    { server: REPLICA, side: 'target', executed: `${TARGET}:1-69` },
  ],
  streams: [{ workflow: 'commerce2customer', from: 'source', position: `MySQL56/${SOURCE}:1-50` }],
  writes: 'source',
  ...changes,
});

test('gtid-contained: transactions that a stream has not read, that a primary lacks, or that came from outside', () => {
  expect(told('gtid-contained', gtid({}))).toEqual(['pass']);
  const streams = [{ workflow: 'w', from: 'source', position: `MySQL56/${SOURCE}:1-47` }];
  expect(told('gtid-contained', gtid({ streams }))[1]).toMatch(
    /w has not read everything .*: 3 transactions, .*:48-50/,
  );
  const servers = (executed: string) => [
    { server: TARGET, side: 'target', executed: `${TARGET}:1-70` },
    { server: REPLICA, side: 'target', executed },
  ];
  const behind = { streams: [], servers: servers(`${TARGET}:1-70,${REPLICA}:1`) };
  expect(told('gtid-contained', gtid(behind))[1]).toMatch(/its primary has not: 1 transaction,/);
  const outside = {
    streams: [],
    servers: [{ server: TARGET, side: 'target', executed: `${TARGET}:1-7,${STRANGER}:blue:3` }],
  };
  expect(told('gtid-contained', gtid(outside))[1]).toMatch(/no server of the target began: 1 transaction, .*:blue:3/);
  expect(judge('gtid-contained', gtid({ streams: [] })).reason).toMatch(/no stream was seen/);
  expect(judge('gtid-contained', gtid({ servers: [] })).reason).toMatch(/no server of the source/);
  const unreadable = { servers: [{ server: SOURCE, side: 'source', executed: 'any' }] };
  expect(judge('gtid-contained', gtid(unreadable)).reason).toMatch(/its checker broke: A GTID set cannot be read/);
});

/** A stream that has read everything that the target executed. */
const readAll = (last: number) => [{ workflow: 'w', from: 'target', position: `MySQL56/${TARGET}:1-${last}` }];

const GROUP = 'aaaaaaaa-aaaa-11e1-9e33-c80aa9429562';

test('gtid-contained: what was executed before the run, and what a group or an earlier server begins, is not errant', () => {
  const before = `${SOURCE}:1-10,${STRANGER}:1-5:blue:1-3`;
  const source = { server: SOURCE, side: 'source', before };
  const target = { server: TARGET, side: 'target', executed: `${TARGET}:1-7` };
  const seen = (executed: string, more: object = {}) =>
    told('gtid-contained', gtid({ streams: readAll(7), servers: [{ ...source, executed, ...more }, target] }));
  expect(seen(before)).toEqual(['pass']);
  expect(seen(`${SOURCE}:1-20:green:1-2,${STRANGER}:1-8:blue:1-3`)).toEqual(['pass']);
  expect(seen(`${before},${GROUP}:1-9`, { groups: [GROUP.toUpperCase()] })).toEqual(['pass']);
  expect(seen(`${before},${GROUP}:1-9`)[1]).toMatch(/no server of the source began: 9 transactions/);
  expect(seen(`${before},${TARGET}:1-2`)[1]).toMatch(/no server of the source began: 2 transactions/);
});

test('gtid-contained: a follower that was behind when the run began has executed nothing that its primary lacks', () => {
  const behind = { server: REPLICA, side: 'target', before: `${TARGET}:1-3`, executed: `${TARGET}:1-9` };
  const primary = { server: TARGET, side: 'target', before: `${TARGET}:1-5`, executed: `${TARGET}:1-9` };
  const source = { server: SOURCE, side: 'source', executed: `${SOURCE}:1-50` };
  expect(told('gtid-contained', gtid({ streams: readAll(9), servers: [source, primary, behind] }))).toEqual(['pass']);
  const ahead = { ...behind, executed: `${TARGET}:1-10` };
  expect(told('gtid-contained', gtid({ streams: readAll(9), servers: [primary, ahead] }))[1]).toMatch(
    /primary has not: 1 tr/,
  );
});

test('routing-coherent: each difference', () => {
  const routing = { of: 'routing', reads: 'target', writes: 'source', compared: 4 } as const;
  expect(told('routing-coherent', { ...routing, differences: [] })).toEqual(['pass']);
  const differences = [{ table: 'customer', what: 'both sides accept a write' }];
  expect(told('routing-coherent', { ...routing, differences })).toEqual([
    'fail',
    'customer null: reads belong to the target, writes to the source: both sides accept a write',
  ]);
  // While a fault strikes, a switch may be half done; later looks judge what is left.
  expect(told('routing-coherent', { ...routing, differences, fault: 'vtctld.kill' })[0]).not.toBe('fail');
});

const switching = (event: 'start' | 'end', name: StepName, verdict: Verdict = 'pass'): DraftLine => ({
  type: 'step',
  event,
  step: 1,
  name,
  title: name,
  ...(event === 'end' ? { verdict } : {}),
});
const routingOf = (...lines: DraftLine[]) => judgeLines(lines, []).results.get('routing-coherent')!;

test('routing-coherent: there must be a look after every switch', () => {
  const look: DraftLine = {
    type: 'observation',
    of: 'routing',
    reads: 'target',
    writes: 'target',
    compared: 4,
    differences: [],
  };
  const reads = [switching('start', 'switchReads'), look, switching('end', 'switchReads')];
  expect(routingOf(...reads, switching('start', 'switchWrites'), switching('end', 'switchWrites'), look).verdict).toBe(
    'pass',
  );
  const unseen = routingOf(...reads, switching('start', 'switchWrites'), switching('end', 'switchWrites'));
  expect(unseen).toMatchObject({ verdict: 'unknown', reason: 'the routing was not checked after switchWrites' });
  // If it did not pass, the step reports that.
  expect(
    routingOf(...reads, switching('start', 'switchWrites'), switching('end', 'switchWrites', 'fail')).verdict,
  ).toBe('pass');
  const before = [
    switching('start', 'switchReads'),
    switching('end', 'switchReads'),
    switching('start', 'switchWrites'),
    look,
  ];
  expect(routingOf(...before, switching('end', 'switchWrites')).verdict).toBe('unknown');
});

test('constraints-hold: each constraint that is broken', () => {
  const violations = [{ side: 'target' as const, table: 'corder', constraint: 'fk_customer', rows: 2, key: '12' }];
  expect(told('constraints-hold', { of: 'constraints', compared: 3, violations: [] })).toEqual(['pass']);
  expect(told('constraints-hold', { of: 'constraints', compared: 3, violations })).toEqual([
    'fail',
    'corder 12: on the target, fk_customer is broken by 2 rows',
  ]);
});

test('constraints-hold: rows that were broken before are not judged, by key if the keys are known, otherwise by number', () => {
  const one = { side: 'source' as const, table: 'corder', constraint: 'fk', rows: 2, key: '12' };
  const keyed = { ...one, keys: ['12', '15'] };
  const seen = (before: object, now: object) =>
    told(
      'constraints-hold',
      { of: 'constraints', before: true, compared: 3, violations: [{ ...keyed, ...before }] },
      { of: 'constraints', compared: 3, violations: [{ ...keyed, ...now }] },
    );
  expect(seen({}, {})).toEqual(['pass']);
  expect(seen({}, { side: 'target', rows: 1, keys: ['15'] })).toEqual(['pass']);
  expect(seen({}, { side: 'target', keys: ['15', '16'] })).toEqual([
    'fail',
    'corder 16: on the target, fk is broken by 1 row that did not break it before, of 2 in all',
  ]);
  expect(seen({ constraint: 'another' }, {})[1]).toBe('corder 12: on the source, fk is broken by 2 rows');
  expect(seen({ keys: undefined }, { keys: undefined })).toEqual(['pass']);
  expect(seen({ keys: undefined }, { keys: undefined, rows: 5 })[1]).toMatch(/broken by 3 rows that did not .*, of 5/);
});

test('constraints-hold: a constraint that was not looked at before cannot be judged', () => {
  const tooSlow = [{ table: 'corder', constraint: 'fk' }];
  const violations = [{ side: 'source' as const, table: 'corder', constraint: 'fk', rows: 2, key: '12' }];
  const { verdict, reason } = judge(
    'constraints-hold',
    { of: 'constraints', before: true, compared: 2, violations: [], tooSlow },
    { of: 'constraints', compared: 3, violations },
  );
  expect(verdict).toBe('unknown');
  expect(reason).toMatch(
    /2 rows of corder on the source break fk; whether they did so before the migration took too long/,
  );
});

test('leaves-nothing: everything that is left behind', () => {
  const left = [{ table: 'customer', what: 'a denied table' }];
  expect(told('leaves-nothing', { of: 'leftovers', after: 'cancel', compared: 5, left: [] })).toEqual(['pass']);
  expect(told('leaves-nothing', { of: 'leftovers', after: 'cancel', compared: 5, left })).toEqual([
    'fail',
    'customer null: after cancel: a denied table',
  ]);
});

/** One kind after another, with an acknowledged write between them. */
function withWriteAfter(id: InvariantId, ...observations: readonly Observation[]) {
  const [first, ...others] = observations.map((each): DraftLine => ({ type: 'observation', ...each }));
  const write = { process: 1, f: 'append', table: 't', key: null, value: 7 } as const;
  const table: DraftLine = { type: 'table', table: 't', kind: 'append', rows: 0 };
  const lines: DraftLine[] = [table, first!, { ...write, type: 'invoke' }, { ...write, type: 'ok' }, ...others];
  return judgeLines(lines, []).results.get(id)!;
}

test.each([
  ['sides-equal', checksums({})],
  ['vdiff-agrees', vdiff({})],
  ['gtid-contained', gtid({})],
  ['constraints-hold', { of: 'constraints', compared: 3, violations: [] }],
] as const)('%s: what was written after the last look was never looked at', (id, seen) => {
  expect(withWriteAfter(id, seen)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/^a write was acknowledged at line 3, after the last .* \(line 1\)$/),
  });
  expect(withWriteAfter(id, seen, seen).verdict).toBe('pass');
});

test('gtid-contained: a primary that has executed nothing was not compared, nor a side of which no server was seen', () => {
  const empty = [
    { server: SOURCE, side: 'source', executed: '' },
    { server: TARGET, side: 'target', executed: `${TARGET}:1-70` },
  ];
  expect(judge('gtid-contained', gtid({ servers: empty })).reason).toMatch(/source.* has executed nothing/);
  const [source] = gtid({}).servers;
  expect(judge('gtid-contained', gtid({ servers: [source] })).reason).toBe('no server of the target was seen');
});

const trafficSeen = (writes: 'source' | 'target', compared = 4): DraftLine => {
  return { type: 'observation', of: 'routing', reads: 'target', writes, compared, differences: [] };
};

test('routing-coherent: a look that expects the other side, or compared nothing, does not count', () => {
  const seen = (each: DraftLine) =>
    routingOf(trafficSeen('source'), switching('start', 'switchWrites'), each, switching('end', 'switchWrites'))
      .verdict;
  expect([seen(trafficSeen('target')), seen(trafficSeen('source')), seen(trafficSeen('target', 0))]).toEqual([
    'pass',
    'unknown',
    'unknown',
  ]);
});

test('constraints-hold: keys that look alike are still counted separately', () => {
  const one = { side: 'source' as const, table: 'corder', constraint: 'fk', key: 'long', keys: ['long'], rows: 1 };
  const two = { ...one, rows: 2, keys: ['long', 'long'] };
  const before: Observation = { of: 'constraints', before: true, compared: 3, violations: [one] };
  expect(told('constraints-hold', before, { of: 'constraints', compared: 3, violations: [two] })[1]).toMatch(
    /broken by 1 row that did not break it before, of 2/,
  );
});

test('constraints-hold: one that took too long to check is left open', () => {
  const tooSlow = [{ table: 'corder', constraint: 'fk' }];
  expect(judge('constraints-hold', { of: 'constraints', compared: 3, violations: [], tooSlow })).toMatchObject({
    verdict: 'unknown',
    reason: 'fk of corder took too long to check',
  });
});

const finishing = (event: 'start' | 'end', name: 'complete' | 'cancel'): DraftLine => switching(event, name);

const leftSeen = (after: 'complete' | 'cancel'): DraftLine => {
  return { type: 'observation', of: 'leftovers', after, compared: 5, left: [] };
};
const leftOf = (...lines: DraftLine[]) => judgeLines(lines, []).results.get('leaves-nothing')!;

test('leaves-nothing: there must be a look after every end of a migration', () => {
  const cancelled = [finishing('start', 'cancel'), leftSeen('cancel'), finishing('end', 'cancel')];
  expect(leftOf(...cancelled).verdict).toBe('pass');
  expect(leftOf(...cancelled, finishing('start', 'complete'), finishing('end', 'complete'))).toMatchObject({
    verdict: 'unknown',
    reason: 'what complete left behind was not checked',
  });
  expect(
    leftOf(...cancelled, finishing('start', 'complete'), leftSeen('cancel'), finishing('end', 'complete')).verdict,
  ).toBe('unknown');
});
