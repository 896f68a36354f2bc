import { expect, test } from '@jest/globals';
import type { TextRow } from '../schema/read.ts';
import { readValueTables } from './reference.ts';
import { parseValueCase } from './value-case.ts';

const SQL = '-- about: Some.\nCREATE TABLE a (id INT)';
const STOP = 'stops: [{ on: [there copied], says: x, reason: x, report: x, rule: x }]';

/** Reads a table with one column, as a server with these values would have it. */
async function readTables(ids: readonly number[], values: readonly string[], expected = '{}') {
  const column = { dataType: 'int', type: 'int', nullable: 'NO', part: '', extra: '', collation: null, srid: null };
  const counted = { n: ids.length, ids: new Set(ids).size, low: Math.min(...ids), high: Math.max(...ids) };
  const read = async (sql: string): Promise<TextRow[]> => {
    if (sql.includes('information_schema')) return ['id', 'touched', 'v'].map((name) => ({ name, ...column }));
    if (sql.includes('COUNT')) return [Object.fromEntries(Object.entries(counted).map(([key, n]) => [key, `${n}`]))];
    return values.map((value, at) => ({ id: `${at + 1}`, c0: '0', c1: value }));
  };
  return await readValueTables(read, parseValueCase('some', SQL, expected));
}

test('rows are accepted if each has other values than the next', async () => {
  expect(await readTables([1, 2, 3], ['x', 'y', 'z'])).toMatchObject([{ name: 'a', rows: 3 }]);
});

test.each([
  ['one row', [1], ['x'], '1 row'],
  ['equal neighbours', [1, 2, 3], ['x', 'y', 'y'], 'the same values in rows 2 and 3'],
  ['a last row equal to the first', [1, 2, 3], ['x', 'y', 'x'], 'the same values in rows 3 and 1'],
  ['an id that is there twice', [1, 1, 3], ['x', 'y', 'z'], '3 rows, 2 ids from 1 to 3'],
])('a table is refused: %s', async (_, ids, values, seen) => {
  await expect(readTables(ids, values)).rejects.toThrow(seen);
});

test('a case that stops at the copy may have one row, as nothing is changed in it', async () => {
  expect(await readTables([1], ['x'], STOP)).toMatchObject([{ rows: 1 }]);
});
