import { expect, test } from '@jest/globals';
import type { TableComparison } from '../observe/checksum.ts';
import { isOnlyUnsettled } from './refuse-differences.ts';

function compared(changes: Partial<TableComparison>): TableComparison {
  return {
    table: 't',
    rows: 5,
    targetRows: 5,
    equal: false,
    chunks: 1,
    chunksRetried: 1,
    unsettled: 1,
    schemaDifferences: [],
    differences: [],
    differencesTotal: 0,
    ...changes,
  };
}

test('rows that change all the time do not hide a row or column that differs', () => {
  expect(isOnlyUnsettled(compared({}))).toBe(true);
  expect(isOnlyUnsettled(compared({ differencesTotal: 1 }))).toBe(false);
  const schemaDifferences = [{ what: 'column a', source: 'int', target: 'bigint' }];
  expect(isOnlyUnsettled(compared({ schemaDifferences }))).toBe(false);
});
