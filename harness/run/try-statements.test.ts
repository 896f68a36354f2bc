import { expect, test } from '@jest/globals';
import { FakeMySql, type FakeResponse } from '../workload/fake/fake-mysql.ts';
import type { Statement, Transaction } from '../workload/statement-planner.ts';
import { tryStatements, type StatementAuthor } from './try-statements.ts';

const INSERT: Statement = {
  index: 0,
  statement: 'insert stay',
  kind: 'insert',
  table: 'stay',
  sql: 'INSERT INTO stay (guests) VALUES (0)',
  values: [],
  parameters: new Map(),
};
const REFUSAL = { code: 3819, message: "Check constraint 'stay_guests' is violated." } as const;

/** Tries a statement that both sides refuse. */
async function refusedOf(author: StatementAuthor): Promise<unknown> {
  await using server = await FakeMySql.start((sql) => (sql.startsWith('INSERT') ? REFUSAL : { ok: [{}] }));
  const sides = { source: server.endpoint('source').options, vtgate: server.endpoint('vtgate').options };
  return await tryStatements([INSERT], sides, author).catch((error: unknown) => error);
}

test('a statement that a person wrote and the source refuses is for the person to correct', async () => {
  const next = 'Correct them in the workload; nothing was changed.';
  const facts = expect.objectContaining({ seen: expect.stringContaining('stay_guests'), next });
  expect(await refusedOf('person')).toMatchObject({ outcome: 'usage', facts });
});

test('a statement that the harness derived and the source refuses is a mistake of the harness, with a workaround', async () => {
  const facts = expect.objectContaining({
    what: expect.stringMatching(/that the harness derived from the schema, which is a mistake of the harness/),
    seen: expect.stringContaining('insert stay: Check constraint'),
    next: expect.stringContaining('workload.statements'),
  });
  expect(await refusedOf('harness')).toMatchObject({ outcome: 'unknown', facts });
});

const CHECKOUT: Transaction = {
  kind: 'transaction',
  index: 0,
  name: 'checkout',
  parameters: new Map([['item', 7]]),
  steps: [
    { kind: 'read', table: 'stock', sql: 'SELECT c0 FROM stock WHERE id = ?', names: ['item'], saves: { had: 'c0' } },
    {
      kind: 'insert',
      table: 'orders',
      sql: 'INSERT INTO orders (had) VALUES (?)',
      names: ['had'],
      saves: { id: 'LAST_INSERT_ID' },
    },
    { kind: 'update', table: 'stock', sql: 'UPDATE stock SET last = ? WHERE id = ?', names: ['id', 'item'], saves: {} },
  ],
};

type Answers = (sql: string) => FakeResponse | undefined;
const NOTHING: Answers = () => undefined;
const EMPTY: Answers = (sql) => (sql.startsWith('SELECT') ? { rows: [] } : undefined);

function usual(sql: string): FakeResponse {
  if (sql.startsWith('SELECT')) return { rows: [['5']] };
  return { ok: [{ isOpen: true, insertId: sql.startsWith('INSERT') ? 3 : 0 }] };
}

async function tryCheckout(source: Answers, vtgate: Answers, checkout = CHECKOUT): Promise<unknown> {
  await using one = await FakeMySql.start((sql) => source(sql) ?? usual(sql));
  await using other = await FakeMySql.start((sql) => vtgate(sql) ?? usual(sql));
  const sides = { source: one.endpoint('source').options, vtgate: other.endpoint('vtgate').options };
  return await tryStatements([checkout], sides).catch((error: unknown) => error);
}

test('a transaction is tried step by step and rolled back, with what its steps save', async () => {
  const sent: string[] = [];
  const listen: Answers = (sql) => void sent.push(sql);
  expect(await tryCheckout(listen, NOTHING)).toEqual({ alike: ['checkout'], changing: [], leftOut: [] });
  expect(sent.slice(0, 5)).toEqual([
    'BEGIN',
    'SELECT c0 FROM stock WHERE id = 7',
    "INSERT INTO orders (had) VALUES ('5')",
    'UPDATE stock SET last = 3 WHERE id = 7',
    'ROLLBACK',
  ]);
  expect(sent).not.toContain('COMMIT');
});

test('the step that only vtgate refuses is named', async () => {
  expect(
    await tryCheckout(NOTHING, (sql) =>
      sql.startsWith('UPDATE') ? { code: 1235, message: 'not supported' } : undefined,
    ),
  ).toMatchObject({
    outcome: 'fail',
    facts: { seen: 'checkout: step 3: not supported', where: 'UPDATE stock SET last = ? WHERE id = ?' },
  });
});

test('the step that answers differently through vtgate is named', async () => {
  expect(await tryCheckout(NOTHING, (sql) => (sql.startsWith('SELECT') ? { rows: [['6']] } : undefined))).toMatchObject(
    {
      facts: { expected: 'checkout: step 1: [["5"]]', seen: 'checkout: step 1: [["6"]]' },
    },
  );
});

test.each<[string, Answers, RegExp]>([
  ['a statement that the source refuses', (sql) => (sql.startsWith('INSERT') ? REFUSAL : undefined), /step 2: Check/],
  [
    'no generated number',
    (sql) => (sql.startsWith('INSERT') ? { ok: [{ isOpen: true }] } : undefined),
    /step 2: .*no number/,
  ],
  [
    'a step that commits',
    (sql) => (sql.startsWith('UPDATE') ? { ok: [{}] } : undefined),
    /step 3: it ends the transaction/,
  ],
])('a fault of the transaction is for a person to correct: %s', async (_, source, seen) => {
  const facts = expect.objectContaining({ seen: expect.stringMatching(seen) });
  expect(await tryCheckout(source, source)).toMatchObject({ outcome: 'usage', facts });
});

test('a column that a step saves and does not read is for a person to correct', async () => {
  const steps = CHECKOUT.steps.map((step, at) => (at === 0 ? { ...step, saves: { had: 'amount' } } : step));
  expect(await tryCheckout(NOTHING, NOTHING, { ...CHECKOUT, steps })).toMatchObject({
    outcome: 'usage',
    facts: expect.objectContaining({ seen: expect.stringMatching(/step 1: .*saves amount, which is not a column/) }),
  });
});

test('a missing row is not an error, and what was not tried is reported', async () => {
  expect(await tryCheckout(EMPTY, EMPTY)).toMatchObject({ alike: ['checkout'], leftOut: ['checkout after step 1'] });
});

const read = (sql: string): Statement => ({ ...INSERT, statement: sql, kind: 'read', sql });

test('a read is tried where nothing can be written, except one that locks its rows', async () => {
  const sent: string[] = [];
  await using server = await FakeMySql.start((sql) => {
    sent.push(sql);
    return { rows: [['1']] };
  });
  const sides = { source: server.endpoint('source').options, vtgate: server.endpoint('vtgate').options };
  await tryStatements([read('SELECT 1'), read('SELECT 2 FROM t for update')], sides);
  expect(sent.filter((sql) => sql.startsWith('START'))).toEqual([
    'START TRANSACTION READ ONLY',
    ...Array(3).fill('START TRANSACTION '),
  ]);
});
