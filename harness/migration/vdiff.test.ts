import { expect, test } from '@jest/globals';
import { observationOf, refuseMismatches, refuseUnlessCompared } from './vdiff.ts';

const TABLE = { table: 'corder', state: 'completed', rowsCompared: 5, mismatchedRows: 0, samples: [] };
const ENDED = { state: 'completed', hasMismatch: false, rowsCompared: 5, errors: [], tables: [TABLE] };

const TIMES = { durationMs: 900, parts: [{ tables: ['corder'], ms: 900 }] };

const COUNTS = new Map([['corder', 5]]);

const NONE: ReadonlySet<string> = new Set();

test('a VDiff that compared every row of every table is taken', () => {
  expect(() => refuseUnlessCompared(ENDED, COUNTS, NONE, 'here')).not.toThrow();
});

test('a VDiff that compared no row of a table, or too few, proves nothing', () => {
  const empty = { ...ENDED, tables: [{ ...TABLE, rowsCompared: 0 }] };
  expect(() => refuseUnlessCompared(empty, COUNTS, NONE, 'here')).toThrow('0 row(s) compared in corder, which has 5');
  expect(() => refuseUnlessCompared(empty, new Map([['corder', 0]]), NONE, 'here')).toThrow(
    '0 row(s) compared in corder',
  );
  const missing = new Map([...COUNTS, ['customer', 9]]);
  expect(() => refuseUnlessCompared(ENDED, missing, NONE, 'here')).toThrow(
    '0 row(s) compared in customer, which has 9',
  );
  expect(() => refuseUnlessCompared(ENDED, new Map([['corder', 1000]]), NONE, 'here')).toThrow(
    '5 row(s) compared in corder',
  );
});

test('a VDiff that stopped or is in error proves nothing, and its errors are shown', () => {
  const broken = { ...ENDED, state: 'error', errors: ['table is gone'] };
  expect(() => refuseUnlessCompared(broken, COUNTS, NONE, 'here')).toThrow(/state error[\s\S]*table is gone/);
  expect(() => refuseUnlessCompared({ ...ENDED, state: 'stopped' }, COUNTS, NONE, 'here')).toThrow('state stopped');
  const started = { ...ENDED, tables: [{ ...TABLE, state: 'started' }] };
  expect(() => refuseUnlessCompared(started, COUNTS, NONE, 'here')).toThrow('corder is started');
});

test('a VDiff whose parts contradict each other proves nothing', () => {
  expect(() => refuseUnlessCompared({ ...ENDED, hasMismatch: true }, COUNTS, NONE, 'here')).toThrow('HasMismatch true');
});

test('a mismatch is a failure that names table and row', () => {
  const figures = {
    workflow: 'commerce2customer',
    keyspace: 'customer',
    rowsCompared: 5,
    mismatchedRows: 1,
    ...TIMES,
    tables: [{ ...TABLE, mismatchedRows: 1, samples: ['differs: {"order_id":"9"}'], rows: 5 }],
  };
  expect(() => refuseMismatches(figures)).toThrow(/corder: 1 row\(s\)[\s\S]*"order_id":"9"/);
  expect(() => refuseMismatches({ ...figures, mismatchedRows: 0 })).not.toThrow();
});

test('only a VDiff at rest holds the rows compared against those counted', () => {
  const tables = [{ ...TABLE, rows: 7 }];
  const figures = { workflow: 'w', keyspace: 'k', rowsCompared: 5, mismatchedRows: 0, tables, ...TIMES };
  expect(observationOf(figures, true).tables[0]?.rows).toBe(7);
  expect(observationOf(figures, false).tables[0]?.rows).toBeNull();
});

test('a table that began without a row, and has none, is nothing to compare', () => {
  const began = new Set(['corder']);
  const empty = { ...ENDED, tables: ENDED.tables.filter(({ table }) => table !== 'corder') };
  const counts = new Map([...COUNTS, ['corder', 0]] as const);
  expect(() => refuseUnlessCompared(empty, counts, began, 'here')).not.toThrow();
  expect(() => refuseUnlessCompared(empty, COUNTS, began, 'here')).toThrow('0 row(s) compared in corder, which has 5');
});
