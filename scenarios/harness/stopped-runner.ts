import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endedRun } from '../../harness/jest/ended-run.ts';
import { broken, smallRehearsal } from '../../harness/jest/faults.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: if the runner stood still for a minute while writes were switched, or its clock was set, the migration is not
// blamed.

const STOPPED_MS = 60_000;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-stopped-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Returns the lines below a heading. */
function reasonsOf(output: string): readonly string[] {
  const [because = ''] = /^unknown because\n(?: {2}.*\n)+/m.exec(output) ?? [];
  return because.split('\n').filter((line) => line.startsWith('  - '));
}

test('the runner is stopped for a minute during the switch of writes, and continued', async () => {
  const artifacts = await mkdtemp(path.join(folder, 'stopped-'));
  const strike = {
    words: /start {4}writes to customer/,
    act: async ({ folder: run, pid }: { readonly folder: string; readonly pid: number }) => {
      await waitFor({ what: 'the switch under way', timeoutMs: 60_000, intervalMs: 10 }, async () => {
        const log = await readFile(path.join(run, 'steps.log'), 'utf8');
        return { done: /switchtraffic --tablet-types=primary/.test(log) || undefined, seen: log };
      });
      process.kill(pid, 'SIGSTOP');
      try {
        await pause(STOPPED_MS);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    },
  };
  const ended = await endedRun(await smallRehearsal(folder), { artifacts, strikes: [strike] });
  expect(reasonsOf(ended.output)).toContainEqual(expect.stringContaining('this machine stood still for 1 m'));
  // If an operation was under way when the runner was stopped, there is a gap of a minute, which does not count against
  // the migration.
  expect(ended.output).not.toMatch(/longest write gap +5\.0 s .* no$/m);
  expect(ended.output).toMatch(/pass +complete/);
  expect([ended.word, ended.exitCode, ended.left]).toEqual(['UNKNOWN', 2, []]);
}, 420_000);

test('the clock is set forward and back repeatedly, and the sampler has a bug: only the bug is a reason', async () => {
  const artifacts = await mkdtemp(path.join(folder, 'clock-'));
  const bug = {
    module: 'run/sampler.ts',
    before: 'const seen = await Promise.all(this.#servers',
    bug: "throw new Error('a bug of ours');",
  };
  const environment = broken([bug], ['shift-clock.mjs']);
  const ended = await endedRun(await smallRehearsal(folder), { artifacts, environment });
  expect(reasonsOf(ended.output)).toEqual([expect.stringContaining('The sampler broke: a bug of ours')]);
  expect(ended.output).toMatch(/pass +complete/);
  expect([ended.word, ended.exitCode, ended.left]).toEqual(['UNKNOWN', 2, []]);
}, 420_000);
