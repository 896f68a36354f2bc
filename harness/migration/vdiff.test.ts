import { expect, test } from '@jest/globals';
import { surelyThroughout, type RowsThroughout } from './rows-throughout.ts';
import { observationOf, refuseMismatches, refuseUnlessCompared } from './vdiff.ts';

const TABLE = { table: 'corder', state: 'completed', rowsCompared: 5, mismatchedRows: 0, samples: [] };
const ENDED = { state: 'completed', hasMismatch: false, rowsCompared: 5, errors: [], tables: [TABLE] };

const TIMES = { durationMs: 900, parts: [{ tables: ['corder'], ms: 900 }] };

function counted(rows: number, deleted: number | null = 0): RowsThroughout {
  return { rows, basis: 'counted', deleted };
}

function estimated(rows: number, deleted: number | null = 0): RowsThroughout {
  return { rows, basis: 'estimated', deleted };
}

const COUNTS = new Map([['corder', counted(5)]]);

test('a VDiff that compared every row of every table is accepted', () => {
  expect(() => refuseUnlessCompared(ENDED, COUNTS, 'here')).not.toThrow();
});

test('a VDiff that compared no row of a table, or too few, proves nothing', () => {
  const empty = { ...ENDED, tables: [{ ...TABLE, rowsCompared: 0 }] };
  expect(() => refuseUnlessCompared(empty, COUNTS, 'here')).toThrow(
    '0 row(s) compared in corder, which had 5 when it began; 0 deleted since',
  );
  const missing = new Map([...COUNTS, ['customer', counted(9)]]);
  expect(() => refuseUnlessCompared(ENDED, missing, 'here')).toThrow('0 row(s) compared in customer, which had 9');
  expect(() => refuseUnlessCompared(ENDED, new Map([['corder', counted(6)]]), 'here')).toThrow(
    '5 row(s) compared in corder',
  );
});

test('rows that were deleted meanwhile need not have been compared', () => {
  // RuoYi's gen_table_column: 17 rows, some of which the application deleted while they were compared.
  const small = { ...ENDED, tables: [{ ...TABLE, rowsCompared: 14 }] };
  expect(() => refuseUnlessCompared(small, new Map([['corder', counted(17, 3)]]), 'here')).not.toThrow();
  expect(() => refuseUnlessCompared(small, new Map([['corder', counted(17, 2)]]), 'here')).toThrow(
    '14 row(s) compared in corder, which had 17 when it began; 2 deleted since',
  );
});

test.each([
  ['counted, and none deleted', counted(17), 17],
  ['counted, and some deleted', counted(17, 3), 14],
  ['counted, and all deleted, others inserted', counted(17, 30), 1],
  ['counted, with deletes that nobody counted', counted(17, null), 1],
  ['counted, and empty', counted(0), 0],
  ['estimated', estimated(1000), 500],
  ['estimated, and some deleted', estimated(1000, 100), 400],
  ['estimated, with deletes that nobody counted', estimated(1000, null), 1],
  ['not empty', { rows: 1, basis: 'not empty', deleted: null } as const, 1],
  ['empty, by a look', { rows: 0, basis: 'not empty', deleted: null } as const, 0],
])('rows that certainly were there throughout: %s', (_, rows, expected) => {
  expect(surelyThroughout(rows)).toBe(expected);
});

test('an estimate that was missed is called an estimate, with what makes a better one', () => {
  expect(() => refuseUnlessCompared(ENDED, new Map([['corder', estimated(1000)]]), 'here')).toThrow(
    /5 row\(s\) compared in corder, which had about 1000 when it began[\s\S]*ANALYZE TABLE/,
  );
});

test('a VDiff that stopped or is in error proves nothing, and its errors are shown', () => {
  const broken = { ...ENDED, state: 'error', errors: ['table is gone'] };
  expect(() => refuseUnlessCompared(broken, COUNTS, 'here')).toThrow(/state error[\s\S]*table is gone/);
  expect(() => refuseUnlessCompared({ ...ENDED, state: 'stopped' }, COUNTS, 'here')).toThrow('state stopped');
  const started = { ...ENDED, tables: [{ ...TABLE, state: 'started' }] };
  expect(() => refuseUnlessCompared(started, COUNTS, 'here')).toThrow('corder is started');
});

test('a VDiff whose parts contradict each other proves nothing', () => {
  expect(() => refuseUnlessCompared({ ...ENDED, hasMismatch: true }, COUNTS, 'here')).toThrow('HasMismatch true');
});

test('a mismatch is a failure that names table and row', () => {
  const figures = {
    workflow: 'commerce2customer',
    keyspace: 'customer',
    rowsCompared: 5,
    mismatchedRows: 1,
    ...TIMES,
    tables: [{ ...TABLE, mismatchedRows: 1, samples: ['differs: {"order_id":"9"}'], rows: 5, atLeast: 5 }],
  };
  expect(() => refuseMismatches(figures)).toThrow(/corder: 1 row\(s\)[\s\S]*"order_id":"9"/);
  expect(() => refuseMismatches({ ...figures, mismatchedRows: 0 })).not.toThrow();
});

test('only a VDiff at rest checks the rows compared against those counted', () => {
  const tables = [{ ...TABLE, rows: 7, atLeast: 6 }];
  const figures = { workflow: 'w', keyspace: 'k', rowsCompared: 5, mismatchedRows: 0, tables, ...TIMES };
  expect(observationOf(figures, 'nobody').tables[0]).toMatchObject({ rows: 7 });
  expect(observationOf(figures, 'application').tables[0]).not.toHaveProperty('atLeast');
  expect(observationOf(figures, 'application').tables[0]?.rows).toBeNull();
  expect(observationOf(figures, 'others').tables[0]).toMatchObject({ rows: null, atLeast: 6 });
});

test('a table that certainly was empty when VDiff began need not be compared', () => {
  const none = { ...ENDED, tables: [] };
  expect(() => refuseUnlessCompared(none, new Map([['corder', counted(0)]]), 'here')).not.toThrow();
  expect(() => refuseUnlessCompared(none, COUNTS, 'here')).toThrow('0 row(s) compared in corder, which had 5');
});
