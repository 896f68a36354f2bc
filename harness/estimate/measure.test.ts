import { expect, test } from '@jest/globals';
import type { OtherLine } from '../history/history-reader.ts';
import type { Observation } from '../history/observations.ts';
import { measure } from './measure.ts';

/** Lines of a history, each at its second. */
class Lines {
  readonly lines: OtherLine[] = [];

  server(side: 'source' | 'target', name: string): void {
    this.#add(0, { type: 'server', server: `uuid-${name}`, side, name });
  }

  observed(seconds: number, observation: Observation): void {
    this.#add(seconds, { type: 'observation', ...observation });
  }

  step(name: 'create' | 'copy' | 'vdiff' | 'switchWrites', from: number, to: number): void {
    const step = { type: 'step' as const, step: this.lines.length, name, title: name };
    this.#add(from, { ...step, event: 'start' });
    this.#add(to, { ...step, event: 'end', verdict: 'pass', durationMs: (to - from) * 1000 });
  }

  /** In order of time. */
  get sorted(): readonly OtherLine[] {
    return this.lines.toSorted((a, b) => a.time - b.time);
  }

  #add(seconds: number, line: object): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a line's own fields are given by the callers above
    this.lines.push({ index: this.lines.length, time: seconds * 1e9, ...line } as OtherLine);
  }
}

const TABLES = [
  { table: 'book', rows: 1_000, bytes: 100_000 },
  { table: 'loan', rows: 3_000, bytes: 90_000 },
];
const COPIED = [
  { table: 'book', rows: 1_000, ms: 800 },
  { table: 'loan', rows: 3_300, ms: 2_000 },
];
const COMPARED = TABLES.map(({ table, rows }) => ({
  table,
  rowsCompared: rows,
  mismatchedRows: 0,
  keys: [],
  rows: null,
}));
const COPY = { of: 'copy' as const, rows: 4_300, rowsPerSecond: 1_000, bytes: 5, lagMs: 0, tables: COPIED };

test('a copy and a VDiff are measured by the parts that were seen, with the bytes of as many rows', () => {
  const run = new Lines();
  run.observed(1, { of: 'tables', tables: TABLES });
  const parts = [
    { tables: ['book'], ms: 1_500 },
    { tables: ['loan'], ms: 3_500 },
  ];
  run.step('copy', 10, 16);
  run.observed(15, { ...COPY, durationMs: 5_000, parts });
  run.step('vdiff', 20, 24);
  run.observed(23, { of: 'vdiff', workflow: 'w', keyspace: 'k', tables: COMPARED, durationMs: 2_500, parts });
  const { copies, vdiffs, tables } = measure(run.sorted);
  expect(tables).toEqual(TABLES);
  expect(copies).toEqual([
    {
      durationMs: 5_000,
      parts: [
        { tables: ['book'], rows: 1_000, bytes: 100_000, ms: 1_500 },
        { tables: ['loan'], rows: 3_300, bytes: 99_000, ms: 3_500 },
      ],
      rates: [],
    },
  ]);
  expect(vdiffs.map(({ durationMs, parts: seen }) => [durationMs, seen.length])).toEqual([[2_500, 2]]);
});

test('a run from before parts were recorded is measured as a whole, by its steps', () => {
  const run = new Lines();
  run.observed(1, { of: 'tables', tables: TABLES });
  run.step('copy', 10, 16);
  run.observed(15.9, COPY);
  run.step('vdiff', 20, 24);
  run.observed(23.9, { of: 'vdiff', workflow: 'w', keyspace: 'k', tables: COMPARED });
  const { copies, vdiffs, writes, target, binlogExpireSeconds } = measure(run.sorted);
  const tables = ['book', 'loan'];
  expect(copies).toEqual([
    { durationMs: 6_000, parts: [{ tables, rows: 4_300, bytes: 199_000, ms: 6_000 }], rates: [] },
  ]);
  expect(vdiffs).toEqual([
    { durationMs: 4_000, parts: [{ tables, rows: 4_000, bytes: 190_000, ms: 4_000 }], rates: [] },
  ]);
  expect({ writes, target, binlogExpireSeconds }).toEqual({
    writes: null,
    target: { servers: 0, tables: [], copyLogBytes: null },
    binlogExpireSeconds: undefined,
  });
});

test('the rate of a table comes from windows in which it alone was copied, without its beginning and its end', () => {
  const run = new Lines();
  const rows = [0, 10, 110, 210, 310, 410, 510, 610, 700, 700];
  rows.forEach((count, at) =>
    run.observed(at, {
      of: 'copying',
      tables: [
        { table: 'book', rows: count },
        { table: 'loan', rows: at === 9 ? 50 : 0 },
      ],
    }),
  );
  run.observed(10, { ...COPY, durationMs: 10_000, parts: [] });
  const [copy] = measure(run.sorted).copies;
  expect(copy!.rates).toEqual(Array.from({ length: 6 }, () => ({ table: 'book', perSecond: 100 })));
});

function sample(transactions: number, bytes: number, applied: number | null, targetBytes = 0): Observation {
  const state = applied === null ? 'Copying' : 'Running';
  return {
    of: 'sample',
    streams: [{ workflow: 'a2b', state, rowsCopied: 0, lagMs: null, applied: applied ?? 0 }],
    replicas: [],
    logs: [
      { server: 'source-mysql', transactions, bytes },
      { server: 'target-1', transactions: 1, bytes: targetBytes },
    ],
  };
}

test('writes are measured from the copy to the first switch: bytes of a transaction, and what the stream applied', () => {
  const run = new Lines();
  run.server('source', 'source-mysql');
  run.server('target', 'target-1');
  run.server('target', 'target-2');
  run.observed(1, { of: 'source', binlogExpireSeconds: 3_600 });
  run.observed(4, sample(0, 0, null, 1_000));
  run.step('create', 5, 9);
  run.step('copy', 10, 21);
  // 100 transactions per second of 500 bytes; after the copy the stream applies 800 per second until it has caught up.
  for (let at = 11; at <= 20; at++) run.observed(at, sample(at * 100, at * 50_000, null, at * 5_000));
  run.observed(20.5, { ...COPY, durationMs: 11_000, parts: [] });
  run.observed(21, sample(5_000, 2_500_000, 1_000, 101_000));
  run.observed(22, sample(5_100, 2_550_000, 1_800));
  run.observed(23, sample(5_200, 2_600_000, 2_600));
  run.observed(24, sample(5_300, 2_650_000, 5_300));
  run.step('switchWrites', 30, 31);
  run.observed(32, sample(9_000, 9_000_000, 9_000));
  const { writes, target, binlogExpireSeconds } = measure(run.sorted);
  expect(writes!.logBytes).toEqual([500, 500]);
  expect(writes!.applied).toEqual([800, 800, 2_700]);
  expect(writes!.limits).toEqual([800, 800]);
  expect(target).toEqual({ servers: 2, tables: [], copyLogBytes: 100_000 });
  expect(binlogExpireSeconds).toBe(3_600);
});
