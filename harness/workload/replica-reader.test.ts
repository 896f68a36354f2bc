import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { HistoryFile } from '../history/history-file.ts';
import { waitFor } from '../wait.ts';
import { FakeMySql } from './fake/fake-mysql.ts';
import { Numbering } from './numbering.ts';
import { ReplicaReader } from './replica-reader.ts';
import { Servers } from './servers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'replica-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UUID = '7ca58de8-e6be-11f1-ae36-0242ac130006';

test('reads of replicas are in the history as such, and errors are reported', async () => {
  const file = path.join(folder, 'history.jsonl');
  const history = HistoryFile.begin(file, () => performance.now());
  let asked = 0;
  await using server = await FakeMySql.start(() => {
    asked += 1;
    return asked === 2 ? { code: 1105, message: 'no healthy tablet available' } : { rows: [['1', '-7', UUID]] };
  });
  const context = { history, numbering: new Numbering(), servers: new Servers() };
  const reader = await ReplicaReader.start(context, server.endpoint('vtgate'), 1);
  await waitFor({ what: 'three reads', timeoutMs: 10_000 }, async () => {
    return { done: asked >= 3 || undefined, seen: String(asked) };
  });
  const { acknowledged, errors } = await reader.stop();
  history.flush();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const operations = lines.map((line): Record<string, unknown> => JSON.parse(line));
  expect(acknowledged).toBeGreaterThanOrEqual(2);
  expect(errors).toEqual({ 'no-tablet': 'no healthy tablet available' });
  expect(operations.length).toBe(2 * asked);
  expect(operations.every(({ f, tablet }) => f === 'read' && tablet === 'replica')).toBe(true);
  expect(operations.filter(({ type }) => type === 'ok')).toHaveLength(acknowledged);
});
