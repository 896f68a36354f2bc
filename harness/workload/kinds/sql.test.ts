import { expect, test } from '@jest/globals';
import type { Application } from '../../fixture/fixture.ts';
import type { WorkloadStatement } from '../../fixture/generators.ts';
import { keyColumnOf, type TableKey } from '../exact-key.ts';
import { FakeMySql } from '../fake/fake-mysql.ts';
import { Session } from '../session.ts';
import { Sql } from './sql.ts';

const parameter = { kind: 'template', text: 'w{row}', nullFraction: 0 } as const;
const inserted = (table: string, column: string) =>
  ({ kind: 'key', table, column, from: 'inserted', row: 'it' }) as const;

function application(...statements: readonly Omit<WorkloadStatement, 'weight'>[]): Application {
  const named = statements.map((each, at) => [`s${at}`, { ...each, weight: 1 }]);
  return { tables: [], seed: { tables: {} }, workload: { statements: Object.fromEntries(named) } };
}

function keyOf(handedOut: string | null, ...columns: readonly string[]): TableKey {
  const known = columns.map((name) =>
    name === handedOut ? keyColumnOf(name, 'bigint', null) : keyColumnOf(name, 'varchar(20)', 'utf8mb4_bin'),
  );
  return { columns: known.filter((column) => column !== null), handedOut };
}

/** Returns what each operation was planned to be, and its key once it was acknowledged; ids are given out from 101. */
async function run(of: Application, keys: Record<string, TableKey>, count: number) {
  let insertId = 100;
  await using server = await FakeMySql.start((sql) => {
    if (!/INSERT|DELETE/.test(sql)) return { rows: [['a-server']] };
    return { rows: [['a-server']], next: { ok: [{ insertId: sql.includes('INSERT') ? ++insertId : 0 }] } };
  });
  const session = await Session.open(server.endpoint('source'), 60_000);
  const kind = new Sql(
    { seed: 1, origin: 0, settleOperations: 1, retireOperations: 0, isStray: false },
    of,
    new Map(Object.entries(keys)),
  );
  const done: { f: string; key: unknown }[] = [];
  for (let index = 0; index < count; index += 1) {
    const { f, key, send } = kind.plan(index);
    done.push({ f, key, ...(await send(session)) });
  }
  session.destroy();
  const keysOf = (name: string) => done.filter(({ f }) => f === name).map(({ key }) => key);
  return { inserts: keysOf('insert'), deletes: keysOf('delete') };
}

const deletes = (table: string, ...columns: readonly string[]) => ({
  kind: 'delete' as const,
  table,
  sql: `DELETE FROM ${table} WHERE ${columns.map((each) => `${each} = :${each}`).join(' AND ')}`,
  parameters: Object.fromEntries(columns.map((each) => [each, inserted(table, each)])),
});

test('deletes by a key of several columns hit inserted rows, each once', async () => {
  const insert = {
    kind: 'insert' as const,
    table: 'stock',
    sql: 'INSERT INTO stock (shop, slot) VALUES (:shop, :slot)',
    parameters: { shop: parameter, slot: parameter },
  };
  const found = await run(
    application(insert, deletes('stock', 'shop', 'slot')),
    { stock: keyOf(null, 'shop', 'slot') },
    60,
  );
  expect(found.inserts[0]).toBe('w1,w1');
  expect(found.deletes.length).toBeGreaterThan(10);
  expect(new Set(found.deletes).size).toBe(found.deletes.length);
  for (const key of found.deletes) expect(found.inserts).toContain(key);
});

test('a value that the server generates can be part of a key of several columns', async () => {
  const insert = {
    kind: 'insert' as const,
    table: 'line',
    sql: 'INSERT INTO line (tenant) VALUES (:tenant)',
    parameters: { tenant: parameter },
  };
  const found = await run(
    application(insert, deletes('line', 'tenant', 'id')),
    { line: keyOf('id', 'tenant', 'id') },
    60,
  );
  expect(found.inserts[0]).toBe('w1,101');
  expect(found.deletes.length).toBeGreaterThan(10);
  for (const key of found.deletes) expect(found.inserts).toContain(key);
});
