import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { HistoryFile } from '../history/history-file.ts';
import { FakeMySql, type FakeResponse } from './fake/fake-mysql.ts';
import { Append } from './kinds/append.ts';
import { Bank } from './kinds/bank.ts';
import { deletion } from './kinds/ids.ts';
import type { Kind, KindOptions } from './kinds/kind.ts';
import { Numbering } from './numbering.ts';
import { OpenTransaction } from './open-transaction.ts';
import { Worker } from './worker.ts';
import { Servers, prefixOf } from './servers.ts';
import { Session, type WriteEndpoint } from './session.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'worker-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const UUID = '7ca58de8-e6be-11f1-ae36-0242ac130006';
const told = { matched: 1, insertId: prefixOf(UUID) };
const options: KindOptions = { seed: 1, origin: 0, settleOperations: 1, retireOperations: 0, isStray: false };
const LOST = { code: 1053, message: 'Server shutdown in progress' };
const OPEN = { code: 1105, message: 'target: commerce.0.primary: no healthy tablet available' };
const DENIED = { code: 1105, message: 'target: commerce.0.primary: disallowed due to rule: enforce denied tables' };
const DEADLOCK = { code: 1213, message: 'Deadlock found when trying to get lock; try restarting transaction' };

/** What a server is asked, and the history at that moment. */
interface Seen {
  readonly sql: string;
  readonly connection: number;
  readonly history: readonly Record<string, unknown>[];
}

async function start(answer: (sql: string, asked: number) => FakeResponse, via: WriteEndpoint['name'] = 'vtgate') {
  const file = path.join(folder, `${files++}.jsonl`);
  const lines = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Record<string, unknown> => JSON.parse(line));
  const seen: Seen[] = [];
  const server = await FakeMySql.start((sql, connection) => {
    seen.push({ sql, connection, history: lines() });
    return answer(sql, seen.length - 1);
  });
  const history = HistoryFile.begin(file, () => performance.now());
  const servers = new Servers();
  servers.add(UUID);
  const context = { history, numbering: new Numbering(), servers };
  const to = server.endpoint(via);
  const worker = new Worker(context, await Session.open(to, 500), 500);
  const run = async (kind: Kind, count: number) => {
    for (let index = 0; index < count; index += 1) await worker.run(kind.plan(index), to, index);
    history.flush();
    return lines();
  };
  return { server, context, to, worker, seen, run, lines, stop: async () => await server[Symbol.asyncDispose]() };
}

const brief = (lines: readonly Record<string, unknown>[]) =>
  lines.map(({ process, type }) => `${String(process)} ${String(type)}`);

test('the invocation is in the file when the server is asked, and the completion says who executed it', async () => {
  const { run, seen, stop } = await start(() => ({ ok: [told] }));
  const lines = await run(new Append(options), 2);
  await stop();
  expect(seen.map(({ history }) => history.at(-1))).toMatchObject([
    { type: 'invoke', process: 0, f: 'append', value: 1, late: 0 },
    { type: 'invoke', process: 0, value: 2, late: 1_000_000 },
  ]);
  expect(lines).toMatchObject([
    { index: 0, type: 'invoke' },
    { index: 1, type: 'ok', value: 1, server: UUID },
    { index: 2, type: 'invoke' },
    { index: 3, type: 'ok', value: 2, server: UUID },
  ]);
});

test('after a refusal by MySQL the process goes on with the same connection', async () => {
  const { run, server, stop } = await start((_, asked) => (asked === 0 ? DEADLOCK : { ok: [told] }), 'source');
  const lines = await run(new Append(options), 2);
  await stop();
  expect(brief(lines)).toEqual(['0 invoke', '0 fail', '0 invoke', '0 ok']);
  expect(lines[1]).toMatchObject({ error: 'deadlock', message: DEADLOCK.message });
  expect(server.connections).toBe(1);
});

test.each([
  ['a refusal', DENIED, 'denied-table'],
  ['an answer that leaves it open', OPEN, 'no-tablet'],
])('%s by vtgate ends the process; the next has a new number on the same connection', async (_, answer, error) => {
  const { run, server, stop } = await start((_sql, asked) => (asked === 0 ? answer : { ok: [told] }));
  const lines = await run(new Append(options), 2);
  await stop();
  expect(brief(lines)).toEqual(['0 invoke', '0 info', '1 invoke', '1 ok']);
  expect(lines[1]).toMatchObject({ error, message: answer.message });
  expect(server.connections).toBe(1);
});

test.each<[string, FakeResponse]>([
  ['a lost connection', 'drop'],
  ['a timeout', 'silence'],
  ['a server that goes down', LOST],
])('%s ends the process; the next has a new number and a new connection', async (_, answer) => {
  const { run, server, seen, stop } = await start((_sql, asked) => (asked === 0 ? answer : { ok: [told] }));
  const lines = await run(new Append(options), 2);
  await stop();
  expect(brief(lines)).toEqual(['0 invoke', '0 info', '1 invoke', '1 ok']);
  expect(seen.map(({ connection }) => connection)).toEqual([0, 1]);
  expect(server.connections).toBe(2);
});

test('nothing is sent twice', async () => {
  const { run, seen, stop } = await start(() => 'drop');
  await run(new Append(options), 5);
  await stop();
  expect(new Set(seen.map(({ sql }) => sql)).size).toBe(5);
  expect(seen).toHaveLength(5);
});

test('while no connection can be opened, operations certainly fail, all in one process', async () => {
  const { run, server, stop } = await start((_, asked) => (asked === 0 ? 'drop' : { ok: [told] }));
  const kind = new Append(options);
  await run(kind, 1);
  server.isDown = true;
  await run(kind, 3);
  server.isDown = false;
  const lines = await run(kind, 1);
  await stop();
  const expected = [
    '0 invoke',
    '0 info',
    ...[1, 1, 1].flatMap((at) => [`${at} invoke`, `${at} fail`]),
    '1 invoke',
    '1 ok',
  ];
  expect(brief(lines)).toEqual(expected);
});

const transaction = { ok: [{}, told, told] };
const transfers: Kind = { plan: (index) => new Bank({ ...options, seed: 3 }).plan(index === 0 ? 0 : 1) };

test('a transaction that is refused before COMMIT is rolled back and certainly failed; the process goes on', async () => {
  const { run, seen, stop } = await start((sql, asked) =>
    asked === 0 ? DEADLOCK : sql.startsWith('BEGIN') ? transaction : { ok: [{}] },
  );
  const lines = await run(transfers, 2);
  await stop();
  expect(brief(lines)).toEqual(['0 invoke', '0 fail', '0 invoke', '0 ok']);
  expect(seen.map(({ sql }) => sql.split(/[; ]/)[0])).toEqual(['BEGIN', 'ROLLBACK', 'BEGIN', 'COMMIT']);
});

test('a transaction whose connection is lost before COMMIT has certainly failed, and the process ends', async () => {
  const { run, stop } = await start((sql, asked) =>
    asked === 0 ? 'drop' : sql.startsWith('BEGIN') ? transaction : { ok: [{}] },
  );
  expect(brief(await run(transfers, 2))).toEqual(['0 invoke', '0 fail', '1 invoke', '1 ok']);
  await stop();
});

test('any error on COMMIT leaves it open', async () => {
  const { run, stop } = await start((sql) => (sql.startsWith('BEGIN') ? transaction : DENIED));
  expect(brief(await run(transfers, 2))).toEqual(['0 invoke', '0 info', '1 invoke', '1 info']);
  await stop();
});

test('a move to another connection is a new process', async () => {
  const { run, worker, to, stop } = await start(() => ({ ok: [told] }));
  const kind = new Append(options);
  await run(kind, 1);
  for (const left of worker.replaceBy(await Session.open(to, 500))) await left.close();
  expect(brief(await run(kind, 1))).toEqual(['0 invoke', '0 ok', '1 invoke', '1 ok']);
  await stop();
});

const look = (uuid: string): FakeResponse => ({ rows: [[uuid, '1']] });

test('a statement that cannot name its server is sent between two looks; if they differ, the server is not known', async () => {
  const OTHER = '7d086ef4-e6be-11f1-9ecc-0242ac130004';
  const deletes: Kind = { plan: (index) => deletion(index, 5) };
  const { run, seen, stop } = await start((sql, asked) =>
    sql.includes('DELETE')
      ? { rows: [[UUID, '1']], next: { ok: [{ matched: 1 }] } }
      : asked === 1
        ? look(UUID)
        : asked === 3
          ? look(OTHER)
          : DENIED,
  );
  const lines = await run(deletes, 3);
  await stop();
  const endings = lines.filter(({ type }) => type === 'ok');
  expect(endings.map(({ server, matched }) => [server, matched])).toEqual([
    [UUID, 1],
    [undefined, 1],
    [undefined, 1],
  ]);
  expect(seen).toHaveLength(6);
});

test('an unknown server is asked for its name, and stays unknown when another one answers', async () => {
  const { run, stop } = await start((sql) =>
    sql.startsWith('SELECT') ? DENIED : { ok: [{ matched: 1, insertId: 0xabc }] },
  );
  expect((await run(new Append(options), 1)).at(-1)).toMatchObject({ type: 'ok', server: 'unknown:0000000000abc' });
  await stop();
});

test('an open transaction is one insert, from before BEGIN to after COMMIT', async () => {
  const { context, to, seen, lines, stop } = await start((sql) =>
    sql.startsWith('BEGIN') ? { ok: [{}, told] } : { ok: [{}] },
  );
  await using open = await OpenTransaction.begin({ ...context, to });
  context.history.append({ type: 'note', text: 'held' });
  expect(await open.commit()).toEqual({ outcome: 'ok', message: null });
  context.history.flush();
  await stop();
  expect(seen[0]?.history.at(-1)).toMatchObject({ type: 'invoke', f: 'insert', table: 'roundtrip_rows', process: 1 });
  expect(lines()).toMatchObject([
    { type: 'invoke', key: open.key, process: 1 },
    { type: 'note' },
    { type: 'ok', key: open.key, process: 1, server: UUID },
  ]);
});

test('an open transaction whose COMMIT is refused stays open to the end, and one that is given up has failed', async () => {
  const { context, to, lines, stop } = await start((sql) =>
    sql.startsWith('BEGIN') ? { ok: [{}, told] } : sql === 'COMMIT' ? DENIED : { ok: [{}] },
  );
  const refused = await OpenTransaction.begin({ ...context, to });
  expect(await refused.commit()).toMatchObject({ outcome: 'info' });
  const givenUp = await OpenTransaction.begin({ ...context, to });
  await givenUp[Symbol.asyncDispose]();
  context.history.flush();
  await stop();
  expect(brief(lines())).toEqual(['1 invoke', '1 info', '2 invoke', '2 fail']);
  expect(refused.key).not.toBe(givenUp.key);
});
