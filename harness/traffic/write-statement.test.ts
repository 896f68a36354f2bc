import { expect, test } from '@jest/globals';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import type { LiteralValue } from './literals.ts';
import type { StatementKind } from './statement-kind.ts';
import { writeSteps, type WriteOptions } from './write-statement.ts';

const text = { type: 'varchar', length: 60 };
const parent = (name: string, child: string) => ({
  name: `fk_${child}`,
  columns: [child],
  parentSchema: null,
  parentTable: name,
  parentColumns: ['id'],
  parentExists: true,
  rules: 'ON DELETE NO ACTION ON UPDATE NO ACTION',
});
const customer = table(
  'customer',
  [column('id', { isAutoIncrement: true }), column('email', text), column('name', text)],
  {
    indexes: [uniqueKey('PRIMARY', ['id']), uniqueKey('email', ['email'])],
  },
);
const orders = table('orders', [column('id', { isAutoIncrement: true }), column('customer_id'), column('note', text)], {
  indexes: [uniqueKey('PRIMARY', ['id'])],
  foreignKeys: [parent('customer', 'customer_id')],
});
const line = table('line', [column('order_id'), column('number'), column('amount')], {
  indexes: [uniqueKey('PRIMARY', ['order_id', 'number'])],
  foreignKeys: [parent('orders', 'order_id')],
});
const key = table('shelf', [column('shop'), column('slot'), column('raw', { type: 'binary', length: 16 })], {
  indexes: [uniqueKey('PRIMARY', ['shop', 'slot'])],
});

function rows(...columns: string[]) {
  return { columns, rows: [[1]] };
}

/** @param there how many of the values that are asked for are in the rows. */
function optionsFor(there: (values: readonly LiteralValue[]) => number): WriteOptions {
  return {
    isAnsi: false,
    tables: [customer, orders, line, key],
    sources: {
      existing: async (_table, _column, values) => there(values),
      greatest: async () => '7',
      loaded: new Map([
        ['customer', rows('id')],
        ['orders', rows('id')],
        ['line', rows('order_id', 'number')],
        ['shelf', rows('shop', 'slot')],
      ]),
      personal: { 'customer.name': { kind: 'template', text: 'n{row}', nullFraction: 0 } },
    },
  };
}
const ALL = optionsFor((values) => values.length);
const NONE = optionsFor(() => 0);

async function one(kind: StatementKind, statements: readonly string[], options = ALL) {
  const written = await writeSteps(
    statements.map((sql) => [sql]),
    [kind],
    options,
  );
  if (typeof written === 'string') return written;
  return { ...written.steps[0], parameters: written.parameters };
}

const pick = (...values: (string | number | null)[]) => ({ kind: 'pick', values, row: 'seen', nullFraction: 0 });

test('literals that vary become parameters with the values seen, and those that do not stay', async () => {
  const written = await one('read', [
    "SELECT id FROM orders\n WHERE customer_id = 5 AND note LIKE 'a%' /* x */ LIMIT 10",
    "SELECT id FROM orders WHERE customer_id = 6 AND note LIKE 'b%' LIMIT 10",
    "SELECT id FROM orders WHERE customer_id = 5 AND note LIKE 'b%' LIMIT 10",
  ]);
  expect(written).toEqual({
    kind: 'read',
    table: 'orders',
    sql: 'SELECT id FROM orders WHERE customer_id = :customer_id AND note LIKE :note LIMIT 10',
    parameters: { customer_id: pick(5, 6, 5), note: pick('a%', 'b%', 'b%') },
  });
});

test('keys that no row has are replaced by keys of existing rows', async () => {
  expect(
    await one(
      'update',
      ['UPDATE orders o SET note = 1 WHERE o.id = 900', 'UPDATE orders o SET note = 1 WHERE o.id = 901'],
      NONE,
    ),
  ).toMatchObject({
    sql: 'UPDATE orders o SET note = 1 WHERE o.id = :id',
    parameters: { id: { kind: 'key', table: 'orders', column: 'id', from: 'loaded' } },
  });
  expect(await one('delete', ['DELETE FROM shelf WHERE shop = 1 AND slot IN (2)'], NONE)).toMatchObject({
    parameters: {
      shop: { kind: 'key', table: 'shelf', column: 'shop', row: 'shelf' },
      slot: { kind: 'key', table: 'shelf', column: 'slot', row: 'shelf' },
    },
  });
});

test('a unique value of an insert is new each time; personal columns are generated as the config says', async () => {
  expect(
    await one('insert', [
      "INSERT INTO customer (email, name) VALUES ('a@b.c', 'Ann')",
      "INSERT INTO customer (email, name) VALUES ('d@b.c', 'Dan')",
    ]),
  ).toEqual({
    kind: 'insert',
    table: 'customer',
    sql: 'INSERT INTO customer (email, name) VALUES (:email, :name)',
    parameters: {
      email: { kind: 'template', text: 'w{row}@example.com', nullFraction: 0 },
      name: { kind: 'template', text: 'n{row}', nullFraction: 0 },
    },
  });
  expect(
    await one('insert', ["INSERT INTO customer (email) VALUES ('a@b.c') ON DUPLICATE KEY UPDATE name = 'x'"]),
  ).toMatchObject({ sql: "INSERT INTO customer (email) VALUES ('a@b.c') ON DUPLICATE KEY UPDATE name = :name" });
});

test('of statements with lists of several lengths, the most frequent length is used', async () => {
  expect(
    await one('read', [
      'SELECT * FROM line WHERE amount IN (1, 2)',
      'SELECT * FROM line WHERE amount IN (3)',
      'SELECT * FROM line WHERE amount IN (4)',
    ]),
  ).toMatchObject({
    sql: 'SELECT * FROM line WHERE amount IN (:amount)',
    parameters: { amount: pick(3, 4) },
  });
});

test('bytes are written in hexadecimal, and a question mark never stays between quotes', async () => {
  expect(
    await one('update', [
      "UPDATE shelf SET raw = x'00ff' WHERE shop = 1",
      "UPDATE shelf SET raw = _binary'ab' WHERE shop = 1",
    ]),
  ).toMatchObject({
    sql: 'UPDATE shelf SET raw = UNHEX(:raw) WHERE shop = 1',
    parameters: { raw: pick('00ff', '6162') },
  });
  expect(await one('read', ["SELECT * FROM orders WHERE note = 'why?'"])).toMatchObject({
    sql: 'SELECT * FROM orders WHERE note = :note',
    parameters: { note: pick('why?') },
  });
});

function order(id: number, buyer: number) {
  return [
    `SELECT id FROM customer WHERE id = ${buyer} FOR UPDATE`,
    `INSERT INTO orders (customer_id, note) VALUES (${buyer}, 'n')`,
    `INSERT INTO line (order_id, number, amount) VALUES (${id}, 1, 2), (${id}, 2, 5)`,
  ];
}

test('the key of a row that a transaction inserts is saved for the steps after it', async () => {
  const samples = [order(11, 1), order(12, 2), order(13, 1), order(14, 3)];
  expect(await writeSteps(samples, ['read', 'insert', 'insert'], ALL)).toEqual({
    steps: [
      { kind: 'read', table: 'customer', sql: 'SELECT id FROM customer WHERE id = :id FOR UPDATE' },
      {
        kind: 'insert',
        table: 'orders',
        sql: "INSERT INTO orders (customer_id, note) VALUES (:id, 'n')",
        saves: { new_orders: 'LAST_INSERT_ID' },
      },
      {
        kind: 'insert',
        table: 'line',
        sql: 'INSERT INTO line (order_id, number, amount) VALUES (:new_orders, 1, 2), (:new_orders, 2, 5)',
      },
    ],
    parameters: { id: pick(1, 2, 1, 3) },
  });
});

test('whatever cannot be in a workload is left out, with the reason', async () => {
  expect(await one('read', ['SELECT 1'])).toBe('it names no table that moves');
  expect(await one('call', ['CALL p(1, orders)'])).toMatch(/names no table|which table/);
  expect(await one('read', ['SELECT @a:=id FROM orders WHERE x->>:y'])).toMatch(/colon/);
});
