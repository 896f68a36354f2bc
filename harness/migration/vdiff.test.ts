import { expect, test } from '@jest/globals';
import { refuseMismatches, refuseUnlessCompared } from './vdiff.ts';

const TABLE = { table: 'corder', state: 'completed', rowsCompared: 5, mismatchedRows: 0, samples: [] };
const ENDED = { state: 'completed', hasMismatch: false, rowsCompared: 5, errors: [], tables: [TABLE] };

test('a VDiff that compared rows of every table is taken', () => {
  expect(() => refuseUnlessCompared(ENDED, ['corder'], 'here')).not.toThrow();
});

test('a VDiff that compared no row of a table proves nothing', () => {
  const empty = { ...ENDED, tables: [{ ...TABLE, rowsCompared: 0 }] };
  expect(() => refuseUnlessCompared(empty, ['corder'], 'here')).toThrow('no row compared in corder');
  expect(() => refuseUnlessCompared(ENDED, ['corder', 'customer'], 'here')).toThrow('no row compared in customer');
});

test('a VDiff that stopped or is in error proves nothing, and its errors are shown', () => {
  const broken = { ...ENDED, state: 'error', errors: ['table is gone'] };
  expect(() => refuseUnlessCompared(broken, ['corder'], 'here')).toThrow(/state error[\s\S]*table is gone/);
  expect(() => refuseUnlessCompared({ ...ENDED, state: 'stopped' }, ['corder'], 'here')).toThrow('state stopped');
});

test('a mismatch is a failure that names table and row', () => {
  const figures = {
    workflow: 'commerce2customer',
    keyspace: 'customer',
    rowsCompared: 5,
    mismatchedRows: 1,
    tables: [{ ...TABLE, mismatchedRows: 1, samples: ['differs: {"order_id":"9"}'] }],
  };
  expect(() => refuseMismatches(figures)).toThrow(/corder: 1 row\(s\)[\s\S]*"order_id":"9"/);
  expect(() => refuseMismatches({ ...figures, mismatchedRows: 0 })).not.toThrow();
});
