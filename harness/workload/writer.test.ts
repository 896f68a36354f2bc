import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { readFixture } from '../fixture/fixture.ts';
import { HistoryFile } from '../history/history-file.ts';
import { waitFor } from '../wait.ts';
import { FakeMySql, type FakeResponse } from './fake/fake-mysql.ts';
import { Numbering } from './numbering.ts';
import { Servers, prefixOf } from './servers.ts';
import { Writer, type WriterOptions } from './writer.ts';

const UUID = '7ca58de8-e6be-11f1-ae36-0242ac130006';
const fixture = await readFixture('commerce');
const told = { matched: 1, insertId: prefixOf(UUID) };

function answer(sql: string): FakeResponse {
  if (sql.startsWith('SELECT')) return { rows: [['1000', UUID]] };
  return sql.startsWith('BEGIN') ? { ok: [{}, told, told] } : { ok: [told] };
}

function optionsFor(server: FakeMySql, history: HistoryFile): WriterOptions {
  const servers = new Servers();
  servers.add(UUID);
  return {
    to: server.endpoint('source'),
    application: fixture,
    seed: 1,
    rate: 500,
    kinds: { append: 1, bank: 1 },
    history,
    numbering: new Numbering(),
    servers,
    now: () => performance.now(),
    connections: 4,
  };
}

/** Holds back a server's answers while it is on. */
class Stall {
  isOn = false;
  readonly #held: (() => void)[] = [];

  readonly pace = (send: () => void): void => {
    if (this.isOn) this.#held.push(send);
    else send();
  };

  endAfter(ms: number): void {
    setTimeout(() => {
      this.isOn = false;
      for (const send of this.#held) send();
    }, ms);
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'writer-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
/** For what takes milliseconds on an idle machine. */
const PATIENCE_MS = 60_000;
const newFile = () => path.join(folder, `${files++}.jsonl`);

test('kinds are mixed and counted by outcome, and every operation is in the history; a move brings new processes', async () => {
  await using server = await FakeMySql.start(answer);
  const file = newFile();
  const history = HistoryFile.begin(file, () => performance.now());
  const options = optionsFor(server, history);
  const writer = await Writer.start(options);
  await writer.untilAcknowledged(50, PATIENCE_MS);
  await writer.moveTo(server.endpoint('vtgate'));
  await writer.untilAcknowledged(50, PATIENCE_MS);
  const { operations, sent, acknowledged, errors, reconnects } = await writer.stop();
  history.close();

  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): { process: number; type: string; f: string } => JSON.parse(line));
  const count = (f: string, type: string) => lines.filter((line) => line.f === f && line.type === type).length;
  expect(operations.append?.append).toMatchObject({ ok: count('append', 'ok'), fail: 0, info: 0 });
  expect(operations.bank?.transfer?.ok).toBe(count('transfer', 'ok'));
  expect(lines.filter(({ type }) => type === 'invoke')).toHaveLength(sent);
  expect(acknowledged).toBe(count('append', 'ok') + count('transfer', 'ok'));
  expect({ errors, reconnects }).toEqual({ errors: {}, reconnects: 0 });
  expect([...new Set(lines.map(({ process }) => process))].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a stall of the server shows in every operation that it held up, and nothing is left out', async () => {
  const stall = new Stall();
  stall.isOn = true;
  await using server = await FakeMySql.start(answer, stall.pace);
  using history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start({ ...optionsFor(server, history), kinds: { append: 1 }, connections: 1 });
  const startedAt = performance.now();
  stall.endAfter(300);
  await writer.untilAcknowledged(200, PATIENCE_MS);
  const { maxMs, p50Ms, writeGapMs } = await writer.stop();
  expect(performance.now() - startedAt).toBeGreaterThan(300);
  // 150 operations were due in the stall; the first waited for all of it.
  expect(maxMs).toBeGreaterThan(280);
  expect(p50Ms).toBeGreaterThan(50);
  expect(writeGapMs).toBeGreaterThan(280);
});

test('a write is acknowledged when the server says so, however long it then takes to learn which server that was', async () => {
  const statementTimeoutMs = 1_000;
  await using server = await FakeMySql.start((sql) => (sql.startsWith('SELECT server') ? 'silence' : answer(sql)));
  const file = newFile();
  using history = HistoryFile.begin(file, () => performance.now());
  const options = { ...optionsFor(server, history), rate: 10, kinds: { ids: 1 }, connections: 1, statementTimeoutMs };
  const writer = await Writer.start(options);
  await writer.untilAcknowledged(1, PATIENCE_MS);
  const waitedFrom = performance.now();
  // While this writer waits for the server's name, nothing more is acknowledged.
  const more = writer.untilAcknowledged(1, statementTimeoutMs / 2);
  await expect(more).rejects.toThrow('did not get 1 writes acknowledged');
  const figures = writer.figures(writer.startedAtMs, waitedFrom);
  // The only connection waits for the name, so this is an outage for all that was due meanwhile.
  const { writeGapMs } = await writer.stop();
  expect(writeGapMs).toBeGreaterThan(0.9 * statementTimeoutMs);
  history.flush();
  const [acknowledged] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): { type: string; time: number; answered?: number; server?: string } => JSON.parse(line))
    .filter(({ type }) => type === 'ok');
  expect(acknowledged!.time - acknowledged!.answered!).toBeGreaterThan(0.9 * statementTimeoutMs * 1e6);
  expect(acknowledged).not.toHaveProperty('server');
  expect(figures.p50Ms).toBeLessThan(statementTimeoutMs);
});

test('operations beyond the queue are counted as not sent, and none as a failed statement', async () => {
  const stall = new Stall();
  const rows = [[UUID]];
  const answerToSql = (sql: string): FakeResponse => (sql.includes(';') ? { rows, next: { ok: [told] } } : { rows });
  await using server = await FakeMySql.start(answerToSql, stall.pace);
  using history = HistoryFile.begin(newFile(), () => performance.now());
  const options = { ...optionsFor(server, history), kinds: { sql: 1 }, connections: 1, queueLimit: 20 };
  const writer = await Writer.start(options);
  stall.isOn = true;
  stall.endAfter(300);
  await writer.untilAcknowledged(50, PATIENCE_MS);
  const { errors, statementErrors, samples } = await writer.stop();
  expect(Object.keys(errors)).toEqual(['not-sent']);
  expect(samples.get('not-sent')?.first.message).toBe('20 operations are already waiting');
  expect(statementErrors).toBe(0);
});

test('a history that cannot be written ends the writer with trouble that names the file', async () => {
  await using server = await FakeMySql.start(answer);
  const writer = await Writer.start(
    optionsFor(
      server,
      HistoryFile.begin('/dev/full', () => performance.now()),
    ),
  );
  await expect(writer.untilAcknowledged(1, PATIENCE_MS)).rejects.toThrow(/had to stop[^]*\/dev\/full/);
  await expect(writer.stop()).rejects.toMatchObject({ outcome: 'unknown' });
});

test('silence after the writer has ended is not a gap, because nobody wanted to write', async () => {
  await using server = await FakeMySql.start(answer);
  const history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start(optionsFor(server, history));
  await writer.untilAcknowledged(50, PATIENCE_MS);
  await writer.stop();
  history.close();
  const end = performance.now();
  expect(writer.figures(end + 1_000, end + 3_500)).toMatchObject({ acknowledged: 0, writeGapMs: 0, errors: {} });
  const around = writer.figures(writer.startedAtMs, end + 60_000);
  expect(around.acknowledged).toBeGreaterThanOrEqual(50);
  expect(around.writeGapMs).toBeLessThan(60_000);
});

test('writes that are still waiting make a gap that goes on, with what was due meanwhile', async () => {
  const stall = new Stall();
  await using server = await FakeMySql.start(answer, stall.pace);
  using history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start(optionsFor(server, history));
  await writer.untilAcknowledged(50, PATIENCE_MS);
  stall.isOn = true;
  const stalledAt = performance.now();
  const { writeGapMs, dueInGap } = await waitFor({ what: 'a gap that grows', timeoutMs: PATIENCE_MS }, () => {
    const figures = writer.figures(stalledAt, stalledAt + PATIENCE_MS);
    return Promise.resolve({ done: figures.writeGapMs > 280 ? figures : undefined, seen: `${figures.writeGapMs} ms` });
  });
  // 500 a second.
  expect(dueInGap).toBeGreaterThan(0.4 * writeGapMs);
  stall.endAfter(0);
  await writer.stop();
});

test('a burst does as many operations as the server can, and the writer then goes on at the rate that follows', async () => {
  await using server = await FakeMySql.start(answer);
  const history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start({ ...optionsFor(server, history), rate: 10 });
  await writer.untilAcknowledged(1, PATIENCE_MS);
  const beganMs = performance.now();
  const { perSecond } = await writer.burst({ ms: PATIENCE_MS, operations: 200 }, 20);
  const endedMs = performance.now();
  // The rate before was 10, and the rate after is 20.
  expect(perSecond).toBeGreaterThan(20);
  expect(endedMs - beganMs).toBeLessThan(PATIENCE_MS);
  await writer.untilAcknowledged(5, PATIENCE_MS);
  const { sent, unsent, operations } = await writer.stop();
  history.close();
  // So many are due at 10 a second before the burst, and at 20 a second after it, the first of each at once; there is
  // no second burst.
  const before = (beganMs - writer.startedAtMs) / 100;
  const after = (performance.now() - endedMs) / 50;
  expect(sent + unsent).toBeLessThan(before + 200 + after + 3);
  expect(operations.append?.append?.ok).toBeGreaterThan(50);
});

test('at another rate for a while, and then at once at the one before', async () => {
  await using server = await FakeMySql.start(answer);
  using history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start({ ...optionsFor(server, history), rate: 200 });
  await writer.untilAcknowledged(20, PATIENCE_MS);
  writer.sendAt(1);
  const fromMs = performance.now();
  await pause(2_000);
  const toMs = performance.now();
  writer.sendAsBefore();
  // What was late when the rate changed is still sent.
  expect(writer.figures(fromMs, toMs).acknowledged).toBeLessThan(0.5 * 200 * ((toMs - fromMs) / 1_000));
  // At 1 a second these would take longer than it waits.
  await writer.untilAcknowledged(100, PATIENCE_MS);
  await writer.stop();
});

test('a writer that is stopped in a burst ends it', async () => {
  await using server = await FakeMySql.start(answer);
  const history = HistoryFile.begin(newFile(), () => performance.now());
  const writer = await Writer.start({ ...optionsFor(server, history), rate: 10 });
  const burst = writer.burst({ ms: 2 * PATIENCE_MS, operations: Infinity }, 20);
  await writer.untilAcknowledged(50, PATIENCE_MS);
  await writer.stop();
  history.close();
  expect((await burst).perSecond).toBeGreaterThan(0);
});
