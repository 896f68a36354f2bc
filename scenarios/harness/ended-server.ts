import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findEngine } from '../../docker/engine.ts';
import { OWNER_LABEL } from '../../docker/labels.ts';
import { ownerOf } from '../../harness/owner.ts';
import { endedRun } from '../../harness/jest/ended-run.ts';

// Claim: a run in which a server has ended says so, with the end of its log, in one word everywhere. A server that
// crashed would have done so in production too: no-go. One that a person or the kernel ended says nothing about the
// migration, however many statements failed meanwhile: unknown.

const TIMEOUT_MS = 400_000;

interface Case {
  readonly server: string;
  /** The output after which the signal is sent. */
  readonly after: RegExp;
  readonly signal: NodeJS.Signals;
  readonly word: string;
  readonly exitCode: number;
  readonly said: RegExp;
}

const CASES: readonly Case[] = [
  {
    // The application's statements fail from here on.
    server: 'commerce-100',
    after: /start {4}copy\b/,
    signal: 'SIGKILL',
    word: 'UNKNOWN',
    exitCode: 2,
    said: /^ERROR {2}The server commerce-100 ended\.[^]*commerce-100: Exited \(137\)[^]*its log says:\n +\{/m,
  },
  {
    // Go's runtime takes this signal for a crash.
    server: 'commerce-100',
    after: /start {4}vdiff /,
    signal: 'SIGABRT',
    word: 'NO-GO',
    exitCode: 1,
    said: /^ERROR {2}The server commerce-100 crashed\.[^]*commerce-100: Exited \(2\)/m,
  },
  {
    // Nothing needs it any more, so every step passes.
    server: 'customer-201',
    after: /start {4}vdiff commerce2customer_reverse, at rest/,
    signal: 'SIGKILL',
    word: 'UNKNOWN',
    exitCode: 2,
    said: /pass {5}complete[^]*^ERROR {2}The server customer-201 ended\./m,
  },
];

let artifacts = '';

beforeAll(async () => {
  artifacts = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-ended-server-'));
});
afterAll(async () => await rm(artifacts, { recursive: true }));

test.each(CASES)(
  '$signal to $server: $word',
  async ({ server, after, signal, word, exitCode, said }) => {
    const strike = {
      words: after,
      act: async ({ pid }: { readonly pid: number }) => await sendSignal(pid, server, signal),
    };
    const ended = await endedRun(['--scale', '0.02'], { artifacts, strikes: [strike] });
    expect(ended.output).toMatch(said);
    expect(ended).toMatchObject({ word, exitCode, left: [] });
    const { decision } = JSON.parse(await readFile(path.join(ended.folder, 'verdict.json'), 'utf8'));
    expect(decision.verdict).toBe(word.toLowerCase());
    expect(ended.output.match(/^(?:GO|NO-GO|UNKNOWN|FAIL)(?= {2})/gm)).toEqual([word]);
  },
  TIMEOUT_MS,
);

/** Sends a signal to process 1 of a server that a run has started. */
async function sendSignal(pid: number, name: string, signal: NodeJS.Signals): Promise<void> {
  const engine = await findEngine();
  const label = [`${OWNER_LABEL}=${ownerOf(pid)}`];
  const containers = (await engine?.docker.listContainers({ filters: { label } })) ?? [];
  const found = containers.find(({ Names }) => Names.some((each) => each.endsWith(`-${name}`)));
  await engine?.docker.getContainer(found!.Id).kill({ signal });
}
