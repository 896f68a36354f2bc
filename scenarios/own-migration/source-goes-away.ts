import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { execa } from 'execa';
import { expectReported, expectTold, LiveShop, rehearseConfig } from '../../harness/jest/config-run.ts';

// Claim: if a live source stops answering or goes away while it is being sampled, the run ends with the source named as
// the cause and with the status for trouble; nothing stays on the engine.

let folder = '';
let live: LiveShop;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-away-'));
  live = await LiveShop.start();
}, 300_000);

afterAll(async () => {
  await live[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Samples the live source slowly; `act` happens while it is being read. */
async function sampling(act: () => Promise<void>) {
  const source = { live: { ...live.config, maxRowsPerSecond: 100 } };
  return await rehearseConfig(
    folder,
    { source, data: { from: 'sampled', rows: live.rows }, cluster: SMALLEST_TARGET },
    { args: ['--show-statements'], strikes: [{ words: /SELECT .*`id`, `shelf`, `name` FROM `item`/, act }] },
  );
}

test('a live source that stops answering in the middle of its sample', async () => {
  const container = `roundtrip-${live.server.clusterId}-${live.server.mysql.server.name}`;
  try {
    const ended = await sampling(async () => void (await execa('docker', ['pause', container])));
    expectTold(ended, /live source did not answer[^]*within 60000 ms/, /rows of item/, /send the statement by hand/);
    expect(ended.exitCode).toBe(2);
    await expectReported(ended, /live source did not answer/);
  } finally {
    await execa('docker', ['unpause', container]);
  }
}, 300_000);

// This is the last test, because it removes the live source.
test('a live source that goes away in the middle of its sample', async () => {
  const ended = await sampling(async () => await live[Symbol.asyncDispose]());
  expectTold(ended, /live source did not answer/, /rows of item/, /went away/);
  expect(ended.exitCode).toBe(2);
  await expectReported(ended, /live source did not answer/);
}, 300_000);
