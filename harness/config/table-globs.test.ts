import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { rowsFor, tablesToMove } from './table-globs.ts';

const TABLES = ['customer', 'customer_address', 'corder', 'audit.log', 'tmp_1'];

test.each([
  [['*'], TABLES],
  [['customer'], ['customer']],
  [
    ['customer*', 'corder'],
    ['customer', 'customer_address', 'corder'],
  ],
  [
    ['*', '!tmp_*'],
    ['customer', 'customer_address', 'corder', 'audit.log'],
  ],
  [
    ['!audit.log', '!tmp_1'],
    ['customer', 'customer_address', 'corder'],
  ],
  [['{corder,tmp_?}'], ['corder', 'tmp_1']],
])('%j chooses %j', (patterns, expected) => {
  expect(tablesToMove(patterns, TABLES)).toEqual(expected);
});

test('every chosen table exists, appears once, and is in order', () => {
  fc.assert(
    fc.property(fc.subarray(TABLES, { minLength: 1 }), (names) => {
      expect(tablesToMove(names.toReversed(), TABLES)).toEqual(names);
    }),
  );
});

test.each([
  [['custmer'], /no table custmer[^]*Is it customer\?/],
  [['*', '!tpm_*'], /no table tpm_\*/],
  [['customer', '!customer'], /moves no table/],
])('%j is refused', (patterns, expected) => {
  expect(() => tablesToMove(patterns, TABLES)).toThrow(expected);
});

test('a table’s rows come from its name, else from the last matching glob, else are a thousand', () => {
  const rows = rowsFor({ '*': 5, 'c*': 7, customer: 9 }, TABLES);
  expect([...rows.values()]).toEqual([9, 7, 7, 5, 5]);
  expect(rowsFor({ customer: 9 }, TABLES).get('corder')).toBe(1000);
  expect(rowsFor(3, TABLES).get('corder')).toBe(3);
  expect(() => rowsFor({ costumer: 9 }, TABLES)).toThrow(/Is it customer\?/);
});
