import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exhaustedServers } from './exhausted-servers.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'exhausted-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

const FULL =
  "2026-07-30T10:11:12Z 8 [ERROR] [MY-000035] [Server] Disk is full writing './binlog.000002' (OS errno 28 - No space left on device). Waiting for someone to free space...";

test('a server whose log says that its disk is full is named, with the first line that says so', async () => {
  await writeFile(path.join(folder, 'vtgate.log'), 'I0730 server started\nE0730 context canceled\n');
  await writeFile(path.join(folder, 'customer-200-mysqld.log'), `ready for connections\n${FULL}\n${FULL} again\n`);
  await writeFile(path.join(folder, 'notes.txt'), FULL);
  expect(await exhaustedServers(folder)).toEqual([{ of: 'exhausted', server: 'customer-200-mysqld', line: FULL }]);
});
