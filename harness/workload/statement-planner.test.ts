import { expect, test } from '@jest/globals';
import { readFixture, type Application } from '../fixture/fixture.ts';
import { stepStatement, StatementPlanner, type Statement } from './statement-planner.ts';

const fixture = await readFixture('commerce');

/** Runs a planner as if every insert were acknowledged `delay` operations later, except those that `fails` picks. */
function run(seed: number, count: number, delay = 0, fails: (operation: Statement) => boolean = () => false) {
  const planner = new StatementPlanner(fixture, seed, 50);
  const operations: Statement[] = [];
  for (let index = 0; index < count; index += 1) {
    operations.push(planner.operation(index));
    const done = operations[index - delay];
    if (done !== undefined && !fails(done)) planner.inserted(done, 1_000_000 + done.index);
  }
  return operations;
}

test('the same seed plans the same operations, however long the server takes', () => {
  expect(run(1, 2000, 40)).toEqual(run(1, 2000, 0));
  expect(run(2, 2000)).not.toEqual(run(1, 2000));
});

test('statements are as frequent as their weights say', () => {
  const kinds = run(1, 10_000).map(({ statement }) => statement);
  const share = (name: string) => kinds.filter((kind) => kind === name).length / kinds.length;
  expect(share('newCustomer')).toBeCloseTo(0.15, 1);
  expect(share('dropOrder')).toBeCloseTo(0.1, 1);
});

test('a delete takes rows that the writer inserted, each once', () => {
  const deletes = run(1, 10_000).filter(({ kind }) => kind === 'delete');
  const keys = deletes.map(({ values }) => Number(values[0]));
  expect(deletes.length).toBeGreaterThan(500);
  expect(Math.min(...keys)).toBeGreaterThanOrEqual(1_000_000);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a deleted row is not written to again', () => {
  const gone = new Set<unknown>();
  for (const { kind, table, values } of run(1, 10_000)) {
    if (table !== 'corder' || kind === 'insert') continue;
    const key = values.at(-1);
    expect(gone.has(key)).toBe(false);
    if (kind === 'delete') gone.add(key);
  }
});

test('a row is deleted long after the last insert that refers to it', () => {
  const club = { kind: 'key', table: 'club', column: 'id', from: 'inserted' } as const;
  const insert = { kind: 'insert', weight: 4 } as const;
  const statements = {
    found: { ...insert, table: 'club', sql: 'INSERT INTO club (id) VALUES (NULL)', parameters: {} },
    join: { ...insert, table: 'member', sql: 'INSERT INTO member (club) VALUES (:club)', parameters: { club } },
    dissolve: {
      kind: 'delete',
      table: 'club',
      weight: 3,
      sql: 'DELETE FROM club WHERE id = :club',
      parameters: { club },
    },
  } as const;
  const planner = new StatementPlanner({ ...fixture, workload: { statements } }, 1, 10, 100);
  const joinedAt = new Map<unknown, number>();
  const distances: number[] = [];
  for (let index = 0; index < 5_000; index += 1) {
    const planned = planner.operation(index);
    planner.inserted(planned, 1_000_000 + index);
    const [key] = planned.values;
    if (planned.statement === 'join') joinedAt.set(key, index);
    if (planned.statement === 'dissolve') distances.push(index - (joinedAt.get(key) ?? -Infinity));
  }
  expect(distances.length).toBeGreaterThan(500);
  expect(Math.min(...distances)).toBeGreaterThanOrEqual(100);
  // Most clubs had been joined, or this would show nothing.
  expect(distances.filter(Number.isFinite).length).toBeGreaterThan(300);
});

/** Inserts into a table, and deletes from it by a key that was inserted. */
function twoStatements(table: string) {
  return {
    found: { kind: 'insert', table, weight: 5, sql: `INSERT INTO ${table} (id) VALUES (NULL)`, parameters: {} },
    drop: { kind: 'delete', table, sql: `DELETE FROM ${table} WHERE id = :${table}` },
    key: { kind: 'key', table, column: 'id', from: 'inserted' },
  } as const;
}

test('rows of two tables that one transaction deletes are both deleted, one of each every time', () => {
  const [a, b] = [twoStatements('a'), twoStatements('b')];
  const both = { weight: 1, parameters: { a: a.key, b: b.key }, steps: [a.drop, b.drop] };
  const workload = { statements: { a: a.found, b: b.found }, transactions: { both } };
  const planner = new StatementPlanner({ ...fixture, workload }, 1, 10, 100);
  const transactions = Array.from({ length: 3_000 }, (_, index) => {
    const planned = planner.plan(index);
    if (planned.kind !== 'transaction') planner.inserted(planned, 1_000_000 + index);
    return planned;
  }).filter(({ kind }) => kind === 'transaction');
  // It is one operation in eleven, and begins when the first rows are due.
  expect(transactions.length).toBeGreaterThan(200);
  expect(new Set(transactions.map(({ parameters }) => parameters.get('a'))).size).toBe(transactions.length);
});

test('without an inserted row a delete becomes an insert', () => {
  const operations = run(1, 3000, 0, () => true);
  expect(operations.some(({ kind }) => kind === 'delete')).toBe(false);
  expect(operations.filter(({ kind }) => kind === 'insert').length).toBeGreaterThan(1500);
});

test('an example of an insert refers to a row that was loaded, where the run would refer to rows of its own', () => {
  const parameters = { customer: { kind: 'key', table: 'customer', column: 'id', from: 'inserted' } } as const;
  const sql = 'INSERT INTO corder (customer_id) VALUES (:customer)';
  const order = { kind: 'insert', table: 'corder', weight: 1, sql, parameters } as const;
  const forget = { ...order, kind: 'delete', sql: 'DELETE FROM corder WHERE customer_id = :customer' } as const;
  const loaded = new Map([['customer', { columns: ['id'], rows: [['7'], ['8']] }]]);
  const examplesOf = (there: typeof loaded) =>
    new StatementPlanner({ ...fixture, loaded: there, workload: { statements: { order, forget } } }, 1, 1)
      .examples()
      .map(({ values }) => values[0]);
  const [ordered, forgotten] = examplesOf(loaded);
  expect(['7', '8']).toContain(ordered);
  expect(forgotten).toBe('-1');
  expect(examplesOf(new Map([['customer', { columns: ['id'], rows: [] }]]))).toEqual(['-1', '-1']);
});

const number = { kind: 'integer', min: 1, max: 9, nullFraction: 0 } as const;
const shop = {
  tables: [],
  seed: { tables: {} },
  workload: {
    statements: {
      show: {
        kind: 'read',
        table: 'orders',
        weight: 3,
        sql: 'SELECT * FROM orders WHERE id = :id',
        parameters: { id: { kind: 'key', table: 'orders', column: 'id', from: 'inserted' } },
      },
      drop: {
        kind: 'delete',
        table: 'line',
        weight: 1,
        sql: 'DELETE FROM line WHERE order_id = :order AND n = :n',
        parameters: {
          order: { kind: 'key', table: 'line', column: 'order_id', from: 'inserted', row: 'it' },
          n: { kind: 'key', table: 'line', column: 'n', from: 'inserted', row: 'it' },
        },
      },
    },
    transactions: {
      checkout: {
        weight: 4,
        parameters: { n: number, qty: number },
        steps: [
          {
            kind: 'insert',
            table: 'orders',
            sql: 'INSERT INTO orders (qty) VALUES (:qty)',
            saves: { order_id: 'LAST_INSERT_ID' },
          },
          { kind: 'insert', table: 'line', sql: 'INSERT INTO line (order_id, n) VALUES (:order_id, :n)' },
          { kind: 'insert', table: 'line', sql: 'INSERT INTO line (order_id, n, qty) VALUES (:order_id, 10, :qty)' },
        ],
      },
    },
  },
} as const satisfies Application;

/** Plans operations of the shop, each transaction committed at once, with 1000 and its index as the id of its order. */
function shopping(count: number) {
  const planner = new StatementPlanner(shop, 1, 1);
  return Array.from({ length: count }, (_, index) => {
    const planned = planner.plan(index);
    if (planned.kind !== 'transaction') return planned;
    const known = new Map(planned.parameters).set('order_id', 1000 + index);
    for (const at of planned.steps.keys())
      planner.inserted(stepStatement(planned, at, known), at === 0 ? 1000 + index : 0);
    return planned;
  });
}

test('transactions come as often as their weight says, and the first operation is one that inserts', () => {
  const [first, ...others] = shopping(8_000);
  expect(first?.kind).toBe('transaction');
  expect(others.filter(({ kind }) => kind === 'transaction').length / others.length).toBeCloseTo(0.5, 1);
});

test('statements use the rows that transactions inserted, by every part of their keys', () => {
  const planned = shopping(4_000);
  const orders = planned.flatMap(({ kind, index }) => (kind === 'transaction' ? [1000 + index] : []));
  const reads = planned.flatMap((each) => (each.kind === 'read' ? [Number(each.values[0])] : []));
  expect(reads.length).toBeGreaterThan(1_000);
  expect(reads.every((id) => orders.includes(id))).toBe(true);
  const drops = planned.flatMap((each) => (each.kind === 'delete' ? [String(each.values)] : []));
  expect(drops.length).toBeGreaterThan(300);
  expect(new Set(drops).size).toBe(drops.length);
});

test('all steps have the same values of a transaction, which are drawn once', () => {
  const [planned] = shopping(1);
  if (planned?.kind !== 'transaction') throw new Error('it is a transaction');
  const known = new Map(planned.parameters).set('order_id', 5);
  const [first, , third] = planned.steps.map((_, at) => stepStatement(planned, at, known));
  expect(third?.values).toEqual([5, first?.values[0]]);
});

function listOf(values: readonly number[]) {
  return { kind: 'pick' as const, values: [...values], row: 'seen', nullFraction: 0 };
}

test('lists of one row give values of one place', () => {
  const values = Array.from({ length: 50 }, (_, at) => at);
  const statement = {
    kind: 'read' as const,
    table: 'corder',
    weight: 1,
    sql: 'SELECT :low, :high',
    parameters: { low: listOf(values), high: listOf(values.map((each) => each + 1000)) },
  };
  const planner = new StatementPlanner({ ...fixture, workload: { statements: { statement } } }, 1, 1);
  const planned = Array.from({ length: 200 }, (_, index) => planner.plan(index));
  const pairs = planned.map(({ parameters }) => [Number(parameters.get('low')), Number(parameters.get('high'))]);
  expect(pairs.every(([low = 0, high]) => high === low + 1000)).toBe(true);
  expect(new Set(pairs.map(([low]) => low)).size).toBeGreaterThan(30);
});
