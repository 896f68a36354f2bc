import { expect, test } from '@jest/globals';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { deriveWorkload } from './workload.ts';

const kindsOf = (isUnsigned: boolean, autoIncrement: string) => {
  const columns = [column('id', { type: 'bigint', isUnsigned, isAutoIncrement: true }), column('level')];
  const event = table('event', columns, { indexes: [uniqueKey('PRIMARY', ['id'])], autoIncrement });
  const loaded = new Map([['event', { columns: ['id'], rows: [['1']] }]]);
  const { workload, notes } = deriveWorkload([event], loaded);
  return { kinds: Object.values(workload.statements).map(({ kind }) => kind), notes };
};

test('AUTO_INCREMENT beyond the range of a double has as much room as its type', () => {
  const all = { kinds: ['read', 'update', 'insert', 'delete'], notes: [] };
  expect(kindsOf(false, '4611686018427387944')).toEqual(all);
  expect(kindsOf(true, '10000000000000000041')).toEqual(all);
  expect(kindsOf(false, '9223372036854775800').notes).toEqual([
    'event: no inserts: its AUTO_INCREMENT has room for 8 rows',
  ]);
});
