import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { StepName } from '../history/steps.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';
import { randomOf } from './model/random.ts';

/** A draft with its moment, in milliseconds. */
type Timed = readonly [atMs: number, draft: DraftLine];

const RUN: Timed = [
  0,
  {
    type: 'run',
    version: 1,
    fixture: 'commerce',
    seed: 1,
    profile: 'stock',
    tables: ['rt_rows', 'rt_append'],
    plannedSteps: [],
    required: [],
  },
];
const TABLES: readonly Timed[] = [
  [0, { type: 'table', table: 'rt_rows', kind: 'rows', rows: 10 }],
  [0, { type: 'table', table: 'rt_append', kind: 'append', rows: 0 }],
];

let nextProcess = 0;

/** Writes at a fixed rate; those due between `blocked` wait until its end. */
function writes(
  table: string,
  perSecond: number,
  fromMs: number,
  toMs: number,
  blocked?: readonly [number, number],
): Timed[] {
  const lines: Timed[] = [];
  for (let due = fromMs; due < toMs; due += 1000 / perSecond) {
    const process = nextProcess++;
    const operation = { process, table, f: 'append', key: null, value: process } as const;
    const done = blocked && due >= blocked[0] && due < blocked[1] ? blocked[1] : due + 3;
    lines.push([due, { ...operation, type: 'invoke' }], [done, { ...operation, type: 'ok' }]);
  }
  return lines;
}

function step(name: StepName, fromMs: number, toMs: number): Timed[] {
  const about = { type: 'step', step: fromMs, name, title: name } as const;
  return [
    [fromMs, { ...about, event: 'start' }],
    [toMs, { ...about, event: 'end', verdict: 'pass' }],
  ];
}

const stopped = (atMs: number): Timed => [atMs, { type: 'observation', of: 'workloadStopped' }];

function judge(...lines: Timed[]) {
  return judgeWith(TABLES, ...lines);
}

function judgeWith(tables: readonly Timed[], ...lines: Timed[]) {
  const inOrder = [RUN, ...tables, ...lines].toSorted(([a], [b]) => a - b);
  const drafts = inOrder.map(([atMs, draft]): DraftLine => ({ ...draft, time: Math.round(atMs * 1e6) }));
  return judgeLines(drafts, []).results.get('not-vacuous')!;
}

test('a healthy run is green at any rate, however long the application waits during a switch', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0.2, max: 60, noNaN: true }), (seed, perSecond) => {
      const random = randomOf(seed);
      const switchAt = 2000 + random() * 3000;
      const switchEnd = switchAt + 50 + random() * 5000;
      const backAt = switchEnd + random() * 4000;
      const backEnd = backAt + 50 + random() * 2000;
      const end = backEnd + random() * 6000;
      const { verdict } = judge(
        ...writes('rt_rows', perSecond, random() * 900, end, [switchAt + 20, switchEnd + 10]),
        ...writes('rt_append', perSecond / 7, random() * 900, end, [backAt + 10, backEnd]),
        ...step('switchWrites', switchAt, switchEnd),
        ...step('reverseWrites', backAt, backEnd),
        stopped(end),
        ...step('vdiff', end + 1000, end + 90_000),
      );
      expect(verdict).not.toBe('fail');
    }),
    { numRuns: 200 },
  );
});

test('a run at a usual rate was judged, and is green', () => {
  const { verdict, judged } = judge(
    ...writes('rt_rows', 100, 0, 20_000, [8100, 10_000]),
    ...step('switchWrites', 8000, 10_000),
    stopped(20_000),
    ...step('vdiff', 21_000, 40_000),
  );
  expect(verdict).toBe('pass');
  expect(judged).toBe(5);
});

test('writes that stop early without anything saying so are found', () => {
  const { verdict, findings } = judge(
    ...writes('rt_rows', 100, 0, 9000),
    ...step('switchWrites', 8000, 10_000),
    ...step('vdiff', 12_000, 20_000),
  );
  expect(verdict).toBe('fail');
  expect(findings[0]!.what).toMatch(/no write was acknowledged from the end of switchWrites/);
});

test('without a write after the last switch it is left open, however few were due', () => {
  const slow = [...writes('rt_rows', 1, 0, 9000), ...step('switchWrites', 8000, 10_000)];
  expect(judge(...slow, stopped(16_000))).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/^no write was acknowledged from the end of switchWrites/),
  });
  expect(judge(...slow, ...writes('rt_rows', 1, 15_000, 16_000), stopped(16_000)).verdict).not.toBe('fail');
  const fast = [...writes('rt_rows', 100, 0, 9990), ...step('switchWrites', 8000, 10_000)];
  expect(judge(...fast, stopped(10_900)).verdict).toBe('unknown');
});

test('a write that was acknowledged before a switch ended does not count as one after it, however late its line', () => {
  const operation = { process: nextProcess++, table: 'rt_rows', f: 'append', key: null, value: 1 } as const;
  const late = (answeredMs: number): Timed[] => [
    [8_100, { ...operation, type: 'invoke' }],
    [16_000, { ...operation, type: 'ok', answered: answeredMs * 1e6 }],
  ];
  const run = [...writes('rt_rows', 1, 0, 8_000), ...step('switchWrites', 8000, 10_000)];
  const reason = expect.stringMatching(/^no write was acknowledged from the end of switchWrites/);
  expect(judge(...run, ...late(8_110), stopped(16_500))).toMatchObject({ reason });
  expect(judge(...run, ...late(15_990), stopped(16_500))).not.toMatchObject({ reason });
});

test('one table that is no longer written to is named', () => {
  const { findings } = judge(
    ...writes('rt_rows', 100, 0, 20_000),
    ...writes('rt_append', 50, 0, 7000),
    ...step('switchWrites', 8000, 9000),
    stopped(20_000),
  );
  expect(findings.map(({ table }) => table)).toEqual(['rt_append']);
});

test('a table that is first written to later is not reported as missing before then', () => {
  const { verdict } = judge(
    ...writes('rt_rows', 100, 0, 20_000),
    ...writes('rt_append', 50, 9000, 20_000),
    ...step('switchWrites', 8000, 9000),
    stopped(20_000),
  );
  expect(verdict).toBe('pass');
});

const fault = (atMs: number, event: 'plan' | 'strike' | 'heal'): Timed => [
  atMs,
  { type: 'fault', event, name: 'kill vtgate' },
];

test('a period without writes does not count if a fault was on', () => {
  const lines = [
    ...writes('rt_rows', 100, 0, 8000),
    ...step('switchWrites', 7000, 8000),
    ...writes('rt_rows', 100, 17_900, 17_950),
    ...step('reverseWrites', 18_000, 18_050),
  ];
  const healthy = [fault(0, 'plan'), fault(8010, 'strike'), fault(17_800, 'heal')];
  expect(judge(...lines, ...writes('rt_rows', 100, 18_000, 20_000), ...healthy, stopped(20_000)).verdict).toBe('pass');
});

test('a switch during which no operation was in flight is found', () => {
  const { findings } = judge(
    ...writes('rt_rows', 100, 0, 3000),
    ...step('switchWrites', 3100, 3400),
    ...writes('rt_rows', 100, 3500, 9000),
    stopped(9000),
  );
  expect(findings.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^no operation was in flight during switchWrites/),
  ]);
});

test('a fault that did not strike leaves it open, because its moment depends on the machine', () => {
  const plan: Timed = [0, { type: 'fault', event: 'plan', name: 'cut' }];
  const { findings, reason } = judge(...writes('rt_rows', 100, 0, 3000), stopped(3000), plan);
  expect(findings).toEqual([]);
  expect(reason).toMatch(/the fault cut was planned but did not strike/);
});

const vdiff = (atMs: number, rows: number, ...tables: string[]): Timed =>
  vdiffOf(atMs, Object.fromEntries(tables.map((table) => [table, rows])));

const vdiffOf = (atMs: number, tables: Readonly<Record<string, number>>): Timed => {
  const compared = Object.entries(tables).map(([table, rowsCompared]) => {
    return { table, rowsCompared, mismatchedRows: 0, keys: [], rows: null };
  });
  return [atMs, { type: 'observation', of: 'vdiff', workflow: 'w', keyspace: 'k', tables: compared }];
};

test('tables that a comparison left out or found empty are named', () => {
  const all = [...writes('rt_rows', 100, 1000, 3000), stopped(3000)];
  expect(judge(...all, vdiff(2000, 1, 'rt_rows', 'rt_append')).verdict).toBe('pass');
  expect(judge(...all, vdiff(2000, 1, 'rt_rows')).findings).toMatchObject([
    { table: 'rt_append', what: 'VDiff of w left the table out' },
  ]);
  // A comparison before the first operation also counts.
  expect(judge(...all, vdiff(500, 1, 'rt_rows')).verdict).toBe('fail');
  // Tables without rows yet may be compared without one; loaded tables may not.
  expect(judge(...all, vdiff(2000, 0, 'rt_rows', 'rt_append')).findings.map(({ table }) => table)).toEqual(['rt_rows']);
});

test('a table that got its first row while it was compared may have been compared without one', () => {
  const all = [...writes('rt_rows', 100, 0, 3000), ...writes('rt_append', 100, 1000, 3000), stopped(3000)];
  const compared = vdiffOf(2400, { rt_rows: 1, rt_append: 0 });
  const last = vdiff(3500, 1, 'rt_rows', 'rt_append');
  expect(judge(...all, ...step('vdiff', 500, 2500), compared, last).verdict).toBe('pass');
  expect(judge(...all, ...step('vdiff', 2000, 2500), compared, last).findings.map(({ table }) => table)).toEqual([
    'rt_append',
  ]);
});

/** A VDiff that was asked for some tables, and compared some of them. */
function partial(atMs: number, asked: readonly string[], compared: readonly string[]): Timed {
  const tables = compared.map((table) => ({ table, rowsCompared: 1, mismatchedRows: 0, keys: [], rows: 1 }));
  return [atMs, { type: 'observation', of: 'vdiff', workflow: 'w', keyspace: 'k', tables, asked }];
}

test('a comparison of some tables need not include the others, but the last one of all must', () => {
  const all = [...writes('rt_rows', 100, 1000, 3000), stopped(3000)];
  expect(judge(...all, partial(2000, ['rt_rows'], ['rt_rows']), vdiff(3500, 1, 'rt_rows', 'rt_append')).verdict).toBe(
    'pass',
  );
  expect(judge(...all, partial(2000, ['rt_rows', 'rt_append'], ['rt_rows'])).findings).toMatchObject([
    { table: 'rt_append', what: 'VDiff of w left the table out' },
  ]);
  const ended = judge(...all, partial(2000, ['rt_rows'], ['rt_rows']));
  expect(ended).toMatchObject({ verdict: 'unknown', reason: 'the last of the VDiffs left out rt_append' });
});

test('it is unknown without operations, or if none are sent during any switch', () => {
  expect(judge()).toMatchObject({ verdict: 'unknown', reason: 'there were no operations' });
  const { verdict, reason } = judge(
    ...writes('rt_rows', 100, 0, 3000),
    stopped(3000),
    ...step('switchWrites', 4000, 5000),
  );
  expect(verdict).toBe('unknown');
  expect(reason).toMatch(/only while the workload was off/);
});

/** The same operations, each of which matched no row. */
const inVain = (lines: readonly Timed[]): Timed[] =>
  lines.map(([atMs, draft]) => [
    atMs,
    draft.type === 'ok'
      ? { ...draft, f: 'update', matched: 0 }
      : draft.type === 'invoke'
        ? { ...draft, f: 'update' }
        : draft,
  ]);

test('writes that matched no row have written nothing', () => {
  const after = writes('rt_rows', 100, 10_000, 20_000);
  const before = [...writes('rt_rows', 100, 0, 9_990), ...step('switchWrites', 8000, 10_000)];
  expect(judge(...before, ...after, stopped(20_000)).verdict).toBe('pass');
  expect(judge(...before, ...inVain(after), stopped(20_000))).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/no write that found a row was acknowledged from the end of switchWrites/),
  });
  // The same holds before the switch.
  expect(judge(...inVain(before), ...after, stopped(20_000)).verdict).toBe('unknown');
});

const reads = (lines: readonly Timed[]): Timed[] =>
  lines.map(([atMs, draft]) => [
    atMs,
    draft.type === 'invoke' || draft.type === 'ok' ? { ...draft, f: 'read' } : draft,
  ]);

test('a switch without a write in flight does not show how long none could be made', () => {
  const around = [
    ...writes('rt_rows', 100, 0, 7_990),
    ...step('switchWrites', 8000, 10_000),
    ...writes('rt_rows', 100, 10_010, 20_000),
    stopped(20_000),
  ];
  const readIn = judge(...around, ...reads(writes('rt_rows', 100, 8_000, 10_000)));
  expect(readIn).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/^no write was in flight during switchWrites at line \d+$/),
  });
  expect(judge(...around, ...writes('rt_rows', 1, 8_500, 9_000)).verdict).toBe('pass');
});

/** One operation at a moment. */
const once = (atMs: number, changes: object): Timed[] => {
  const process = nextProcess++;
  const operation = { process, table: 'rt_append', f: 'append', key: null, value: process } as const;
  return [
    [atMs, { ...operation, ...changes, type: 'invoke' }],
    [atMs + 1, { ...operation, ...changes, type: 'ok' }],
  ];
};

test('a table that one statement emptied may be compared without a row', () => {
  const all = [...writes('rt_rows', 100, 1000, 3000), stopped(3000)];
  const filled = [...once(1100, {}), ...once(1200, {}), ...once(1300, {})];
  const emptied = vdiffOf(2000, { rt_rows: 1, rt_append: 0 });
  expect(judge(...all, ...filled, emptied).verdict).toBe('fail');
  expect(judge(...all, ...filled, ...once(1400, { f: 'delete', matched: 3 }), emptied).verdict).toBe('pass');
  expect(judge(...all, ...filled, ...once(1400, { f: 'delete', matched: 2 }), emptied).verdict).toBe('fail');
});

test('a table that a statement on another table may have emptied may be compared without a row', () => {
  const child: Timed = [0, { type: 'table', table: 'rt_append', kind: 'append', rows: 5, removedBy: ['close'] }];
  const all = [...writes('rt_rows', 100, 1000, 3000), stopped(3000)];
  const close = (matched: number) => once(1400, { table: 'rt_rows', f: 'delete', statement: 'close', matched });
  const emptied = vdiffOf(2000, { rt_rows: 1, rt_append: 0 });
  const verdictOf = (...lines: Timed[]) => judgeWith([child], ...all, ...lines).verdict;
  expect([verdictOf(emptied), verdictOf(...close(0), emptied)]).toEqual(['fail', 'fail']);
  expect(verdictOf(...close(1), emptied)).toBe('pass');
  expect(verdictOf(...close(1), ...once(1500, {}), emptied)).toBe('fail');
});
