import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { monotonicMs } from '../clock.ts';
import { RoundtripError } from '../errors.ts';
import { HistoryFile } from '../history/history-file.ts';
import type { WriterStart } from './clients.ts';
import { FakeMySql } from './fake/fake-mysql.ts';
import { prefixOf } from './servers.ts';
import { ClientThread } from './thread.ts';

const UUID = '7ca58de8-e6be-11f1-ae36-0242ac130006';
const PATIENCE_MS = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), 'thread-'));
afterAll(() => rmSync(folder, { recursive: true }));

const startedAtMs = monotonicMs();
const now = () => monotonicMs() - startedAtMs;

function startThread(history: HistoryFile | null): ClientThread {
  const options = { history: history?.shared ?? null, startedAtMs, servers: [UUID] };
  return new ClientThread(options, {
    historyFailed: (fault) => history?.failed(fault),
    stoodStill: () => undefined,
  });
}

function writerTo(server: FakeMySql): WriterStart {
  return {
    to: server.endpoint('source'),
    application: { tables: [], seed: { tables: {} }, workload: { statements: {} } },
    seed: 1,
    rate: 300,
    kinds: { append: 1 },
    connections: 4,
  };
}

const acknowledging = async () => await FakeMySql.start(() => ({ ok: [{ matched: 1, insertId: prefixOf(UUID) }] }));

interface Line {
  readonly index: number;
  readonly time: number;
  readonly type: string;
}

test('two threads write one history: numbered without gaps, in the order of the file, on one clock', async () => {
  await using server = await acknowledging();
  const file = path.join(folder, 'shared.jsonl');
  using history = HistoryFile.begin(file, now);
  await using thread = startThread(history);
  const { writer } = await thread.clients.startWriter(writerTo(server));
  let notes = 0;
  const until = performance.now() + 2_000;
  while (performance.now() < until) {
    for (let each = 0; each < 50; each += 1) history.append({ type: 'note', text: `note ${notes++}` });
    await pause(1);
  }
  const { acknowledged, sent } = await thread.clients.stopWriter(writer);
  history.close();
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  expect(acknowledged).toBeGreaterThan(50);
  expect(lines.filter(({ type }) => type === 'note')).toHaveLength(notes);
  expect(lines.filter(({ type }) => type === 'invoke')).toHaveLength(sent);
  expect(lines.map(({ index }) => index)).toEqual(lines.map((_, at) => at));
  expect(lines.every(({ time }, at) => at === 0 || time >= lines[at - 1]!.time)).toBe(true);
  expect(lines.at(-1)!.time / 1e6).toBeLessThanOrEqual(now());
  // Neither waited until the other was done.
  const firstNotes = lines.findIndex(({ type }) => type === 'note');
  const lastNotes = lines.findLastIndex(({ type }) => type === 'note');
  expect(lines.slice(firstNotes, lastNotes).filter(({ type }) => type === 'ok').length).toBeGreaterThan(50);
});

test('the CPU time of the thread is known by itself', async () => {
  await using thread = startThread(null);
  const seconds = await thread.clients.cpuSeconds();
  const { user, system } = process.cpuUsage();
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan((user + system) / 1e6);
});

test('what a client throws has its outcome and its facts here', async () => {
  await using thread = startThread(null);
  const to = { name: 'vtgate', options: { host: '127.0.0.1', port: 1 } } as const;
  const error: unknown = await thread.clients.openClient(to).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RoundtripError);
  expect(error).toMatchObject({
    outcome: 'unknown',
    facts: { what: 'The writer cannot connect to vtgate.', where: '127.0.0.1:1' },
    cause: { message: expect.stringContaining('ECONNREFUSED') },
  });
});

test('a disk that fills up is reported here, and ends the writer there', async () => {
  await using server = await acknowledging();
  const told: Error[] = [];
  const history = HistoryFile.begin('/dev/full', now, (fault) => told.push(fault));
  await using thread = startThread(history);
  const { writer } = await thread.clients.startWriter(writerTo(server));
  await expect(thread.clients.untilAcknowledged(writer, 1, PATIENCE_MS)).rejects.toThrow(/cannot be written[^]*ENOSPC/);
  await expect(thread.clients.stopWriter(writer)).rejects.toThrow(/ENOSPC/);
  expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(/ENOSPC/)]);
  expect(() => history.append({ type: 'note', text: 'too late' })).toThrow(/ENOSPC/);
});

test('a thread that goes away ends what waits for it, and what is asked later', async () => {
  await using server = await acknowledging();
  await using thread = startThread(null);
  const { writer } = await thread.clients.startWriter(writerTo(server));
  const waiting = thread.clients.untilAcknowledged(writer, 1_000_000, PATIENCE_MS);
  await thread.clients.end.asEvent();
  await expect(waiting).rejects.toThrow('The thread of the application has gone.');
  await expect(thread.clients.stopWriter(writer)).rejects.toThrow(/closed/);
});

test('a thread that was ended refuses what is asked later', async () => {
  const thread = startThread(null);
  await thread[Symbol.asyncDispose]();
  await expect(thread.clients.cpuSeconds()).rejects.toThrow(/closed/);
  await thread[Symbol.asyncDispose]();
});
