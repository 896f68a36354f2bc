import { expect, test } from '@jest/globals';
import { readFixture } from '../fixture/fixture.ts';
import { StatementPlanner, type Statement } from './statement-planner.ts';

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
