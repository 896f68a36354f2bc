import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { workloadFile } from '../../fixture/generators.ts';
import { HistoryFile } from '../../history/history-file.ts';
import { keyColumnOf, type TableKey } from '../exact-key.ts';
import { FakeMySql, type FakeResponse } from '../fake/fake-mysql.ts';
import { Numbering } from '../numbering.ts';
import { Servers } from '../servers.ts';
import { Session } from '../session.ts';
import { Worker } from '../worker.ts';
import { Writer } from '../writer.ts';
import { Sql } from './sql.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'transaction-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const CHECKOUT = {
  weight: 1,
  parameters: { item: { kind: 'integer', min: 7, max: 7 }, qty: { kind: 'integer', min: 2, max: 2 } },
  steps: [
    { kind: 'read', table: 'stock', sql: 'SELECT c0 FROM stock WHERE id = :item FOR UPDATE', saves: { had: 'C0' } },
    {
      kind: 'insert',
      table: 'orders',
      sql: 'INSERT INTO orders (qty) VALUES (:qty)',
      saves: { order: 'LAST_INSERT_ID' },
    },
    {
      kind: 'insert',
      table: 'line',
      sql: 'INSERT INTO line (order_id, item, had) VALUES (:order, :item, :had)',
    },
    { kind: 'update', table: 'stock', sql: 'UPDATE stock SET amount = :had - :qty WHERE id = :item' },
  ],
};
const [READ, ORDER, LINE, UPDATE] = [
  'SELECT c0 FROM stock WHERE id = 7 FOR UPDATE',
  'INSERT INTO orders (qty) VALUES (2)',
  "INSERT INTO line (order_id, item, had) VALUES (41, 7, '5')",
  "UPDATE stock SET amount = '5' - 2 WHERE id = 7",
];
const RETRY = { times: 2, on: ['denied-table', 1213, 'lost-connection'], waitMs: 1 };

const DENIED = { code: 1105, message: 'target: shop.0.primary: disallowed due to rule: enforce denied tables' };
const DEADLOCK = { code: 1213, message: 'Deadlock found when trying to get lock; try restarting transaction' };

const integers = (...names: readonly string[]) => names.map((name) => keyColumnOf(name, 'bigint', null)!);
const KEYS = new Map<string, TableKey>([
  ['stock', { columns: integers('id'), handedOut: null }],
  ['orders', { columns: integers('id'), handedOut: 'id' }],
  ['line', { columns: integers('order_id', 'item'), handedOut: null }],
]);

/** What a healthy server says. */
function healthy(sql: string): FakeResponse {
  if (sql === READ) return { rows: [['5']] };
  if (sql.startsWith('SELECT @@')) return { rows: [['a-server', '1']] };
  return { ok: [{ insertId: sql === ORDER ? 41 : 0 }] };
}

function application(transaction: object) {
  const workload = workloadFile.parse({ transactions: { checkout: transaction } });
  return { tables: [], seed: { tables: {} }, workload };
}

/**
 * Sends one transaction as often as its application does. @param answer what the server says instead, from the statement
 * and how often it was sent.
 */
async function send(transaction: object, answer: (sql: string, times: number) => FakeResponse | undefined) {
  const sent: string[] = [];
  await using server = await FakeMySql.start((sql) => {
    sent.push(sql);
    return answer(sql, sent.filter((each) => each === sql).length) ?? healthy(sql);
  });
  const file = path.join(folder, `${files++}.jsonl`);
  const history = HistoryFile.begin(file, () => performance.now());
  const to = server.endpoint('vtgate');
  const context = { history, numbering: new Numbering(), servers: new Servers() };
  const worker = new Worker(context, await Session.open(to, 500), 500);
  const kind = new Sql(
    { seed: 1, origin: 0, settleOperations: 1, retireOperations: 0, isStray: false },
    application(transaction),
    KEYS,
  );
  let next = kind.plan(0);
  for (;;) {
    const completion = await worker.run(next, to, 3);
    if (completion.outcome === 'ok' || completion.again === undefined) break;
    next = completion.again;
  }
  await worker.close();
  history.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return { sent, lines: lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

test('steps run one after another between BEGIN and COMMIT, each with what earlier ones saved', async () => {
  const { sent, lines } = await send(CHECKOUT, () => undefined);
  expect(sent).toEqual(['BEGIN', READ, ORDER, LINE, UPDATE, expect.stringMatching(/^SELECT @@server_uuid/), 'COMMIT']);
  expect(lines).toEqual([
    expect.objectContaining({ type: 'invoke', f: 'transaction', table: 'orders', statement: 'checkout', late: 3e6 }),
    expect.objectContaining({
      type: 'ok',
      server: 'a-server',
      executed: [
        { f: 'read', table: 'stock', key: null },
        { f: 'insert', table: 'orders', key: 41 },
        { f: 'insert', table: 'line', key: '41,7' },
        { f: 'update', table: 'stock', key: 7, matched: 1 },
      ],
    }),
  ]);
});

test('if there is no row whose values it could save, a transaction is rolled back, which is not a failure', async () => {
  const { sent, lines } = await send(CHECKOUT, (sql) => (sql === ORDER ? { ok: [{ insertId: 0 }] } : undefined));
  expect(sent).toEqual(['BEGIN', READ, ORDER, 'ROLLBACK']);
  expect(lines[1]).toMatchObject({ type: 'ok', matched: 0 });
  expect(lines[1]).not.toHaveProperty('executed');
});

test('a transaction with a refused step is rolled back, has certainly failed, and is tried again only if the application does so', async () => {
  const { sent, lines } = await send(CHECKOUT, (sql) => (sql === LINE ? DENIED : undefined));
  expect(sent).toEqual(['BEGIN', READ, ORDER, LINE, 'ROLLBACK']);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ type: 'fail', error: 'denied-table' });
  expect(lines[1]).not.toHaveProperty('retried');
});

test('each attempt is an operation of its own, with a link to the first', async () => {
  const { lines } = await send({ ...CHECKOUT, retry: RETRY }, (sql, times) =>
    sql === UPDATE && times < 3 ? [DENIED, DEADLOCK][times - 1] : undefined,
  );
  const brief = lines.map(({ type, error, attempt, of, retried, process }) => ({
    type,
    error,
    attempt,
    of,
    retried,
    process,
  }));
  const [first, second, third] = [{ process: 0 }, { attempt: 2, of: 0, process: 0 }, { attempt: 3, of: 0, process: 0 }];
  expect(JSON.parse(JSON.stringify(brief))).toEqual([
    { type: 'invoke', ...first },
    { type: 'fail', error: 'denied-table', retried: true, ...first },
    { type: 'invoke', ...second },
    { type: 'fail', error: 'deadlock', retried: true, ...second },
    { type: 'invoke', ...third },
    { type: 'ok', ...third },
  ]);
});

test('it gives up after as many attempts as the application makes', async () => {
  const { lines } = await send({ ...CHECKOUT, retry: RETRY }, (sql) => (sql === UPDATE ? DEADLOCK : undefined));
  expect(lines.filter(({ type }) => type === 'fail').map(({ retried }) => retried)).toEqual([true, true, undefined]);
});

test('a connection that is lost before COMMIT has certainly written nothing, so it is tried again on another', async () => {
  const { sent, lines } = await send({ ...CHECKOUT, retry: RETRY }, (sql, times) =>
    sql === LINE && times === 1 ? 'drop' : undefined,
  );
  expect(sent.slice(4)).toEqual(['BEGIN', READ, ORDER, LINE, UPDATE, expect.anything(), 'COMMIT']);
  expect(lines.map(({ type, process }) => [type, process])).toEqual([
    ['invoke', 0],
    ['fail', 0],
    ['invoke', 1],
    ['ok', 1],
  ]);
});

test('if it is not known which server executed it, it is rolled back: vtgate may have ended it, and would still answer COMMIT', async () => {
  const { sent, lines } = await send(CHECKOUT, (sql) => (sql.startsWith('SELECT @@') ? DENIED : undefined));
  expect(sent.slice(-2)).toEqual([expect.stringMatching(/^SELECT @@/), 'ROLLBACK']);
  expect(lines[1]).toMatchObject({ type: 'fail', error: 'denied-table' });
});

test.each<[string, FakeResponse]>([
  ['an error', DENIED],
  ['a lost connection', 'drop'],
])('%s at COMMIT leaves it open: what it did is recorded, and it is never sent again', async (_, answer) => {
  const retry = { ...RETRY, on: ['denied-table', 'lost-connection'] };
  const { lines } = await send({ ...CHECKOUT, retry }, (sql) => (sql === 'COMMIT' ? answer : undefined));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ type: 'info', executed: [{ f: 'read' }, { key: 41 }, { key: '41,7' }, { key: 7 }] });
});

test('a transaction that only reads is a read', async () => {
  const { lines } = await send(
    { ...CHECKOUT, parameters: { item: CHECKOUT.parameters.item }, steps: CHECKOUT.steps.slice(0, 1) },
    () => undefined,
  );
  expect(lines[1]).toMatchObject({ type: 'ok', f: 'read', table: 'stock', statement: 'checkout' });
});

test('an attempt after which the application tries again is an error that its user does not see', async () => {
  let denied = 0;
  await using server = await FakeMySql.start((sql) => (sql === UPDATE && denied++ < 2 ? DENIED : healthy(sql)));
  const writer = await Writer.start({
    to: server.endpoint('vtgate'),
    application: application({ ...CHECKOUT, retry: { ...RETRY, waitMs: 0 } }),
    seed: 1,
    rate: 20,
    kinds: { sql: 1 },
    connections: 1,
    now: () => performance.now(),
    numbering: new Numbering(),
    servers: new Servers(),
  });
  await writer.untilAcknowledged(2, 60_000);
  const { errors, statementErrors, operations } = await writer.stop();
  expect({ errors, statementErrors }).toEqual({ errors: { 'denied-table': 2 }, statementErrors: 0 });
  expect(operations.sql?.transaction).toMatchObject({ fail: 2, info: 0 });
});
