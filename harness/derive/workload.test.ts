import { expect, test } from '@jest/globals';
import type { LoadedRows } from '../fixture/fixture.ts';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { StatementPlanner } from '../workload/statement-planner.ts';
import { deriveWorkload } from './workload.ts';

const kindsOf = async (isUnsigned: boolean, autoIncrement: string) => {
  const columns = [column('id', { type: 'bigint', isUnsigned, isAutoIncrement: true }), column('level')];
  const event = table('event', columns, { indexes: [uniqueKey('PRIMARY', ['id'])], autoIncrement });
  const loaded = new Map([['event', { columns: ['id'], rows: [['1']] }]]);
  const options = {
    tables: [event],
    partitions: new Map(),
    loaded,
    rowsOf: async () => null,
    greatest: async () => null,
    unreferred: async () => null,
  };
  const { workload, notes } = await deriveWorkload({ ...options, tryStatement: async () => null });
  return { kinds: Object.values(workload.statements).map(({ kind }) => kind), notes };
};

test('AUTO_INCREMENT beyond the range of a double has as much room as its type', async () => {
  const all = { kinds: ['read', 'update', 'insert', 'delete'], notes: [] };
  expect(await kindsOf(false, '4611686018427387944')).toEqual(all);
  expect(await kindsOf(true, '10000000000000000041')).toEqual(all);
  expect((await kindsOf(false, '9223372036854775800')).notes).toEqual([
    'event: no inserts: its AUTO_INCREMENT has room for 8 rows',
  ]);
});

function reference(parentTable: string) {
  const more = { parentSchema: null, parentExists: true, parentColumns: ['id'], rules: '' };
  return { name: `of_${parentTable}`, columns: [`${parentTable}_id`], parentTable, ...more };
}

function idsOf(count: number): LoadedRows {
  return { columns: ['id'], rows: Array.from({ length: count }, (_, at) => [String(at)]) };
}

/** Users and groups, and a table that links the two. */
async function linked(users: number, groups: number) {
  const link = table('link', [column('user_id'), column('group_id')], {
    indexes: [uniqueKey('PRIMARY', ['user_id', 'group_id'])],
    foreignKeys: [reference('user'), reference('group')],
  });
  const loaded = new Map([
    ['user', idsOf(users)],
    ['group', idsOf(groups)],
    ['lonely', idsOf(users / 2)],
  ]);
  const derived = await deriveWorkload({
    tables: [link],
    partitions: new Map(),
    loaded,
    rowsOf: async () => null,
    greatest: async () => null,
    unreferred: async (_, { parentTable }) => (parentTable === 'user' ? 'lonely' : null),
    tryStatement: async () => null,
  });
  return { ...derived, loaded };
}

test('a table that links two others gets pairs that no row links, each once', async () => {
  const { workload, loaded } = await linked(800, 250);
  expect(Object.keys(workload.statements)).toEqual(['insert link', 'delete link']);
  const insert = { statements: { insert: workload.statements['insert link']! } };
  const application = { tables: [], seed: { tables: {} }, workload: insert, loaded };
  const planner = new StatementPlanner(application, 1, 1);
  const pairs = Array.from({ length: 5_000 }, (_, index) => planner.operation(index).values.map(Number));
  expect(new Set(pairs.map(String)).size).toBe(pairs.length);
  expect(Math.max(...pairs.map(([user = 0]) => user))).toBeLessThan(400);
});

test('if no statement that writes can be derived from a schema, the reason is given table by table', async () => {
  await expect(linked(80, 25)).rejects.toThrow(
    /found no statement that writes[^]*link: .*no inserts: the primary key \(user_id, group_id\) leaves no values/,
  );
});
