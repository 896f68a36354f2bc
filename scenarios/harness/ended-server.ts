import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findEngine } from '../../docker/engine.ts';
import { OWNER_LABEL } from '../../docker/labels.ts';
import { ownerOf } from '../../harness/owner.ts';
import { endedRun } from '../../harness/jest/ended-run.ts';

// Claim: if a server that a run started ends by itself, as after a panic of Vitess, the run ends soon and names it, with
// the end of its log. Whoever asks it only waits in vain.

const TIMEOUT_MS = 400_000;

let artifacts = '';

beforeAll(async () => {
  artifacts = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-ended-server-'));
});
afterAll(async () => await rm(artifacts, { recursive: true }));

test(
  'a tablet that ends while VDiff compares is named',
  async () => {
    const strike = {
      words: /start {4}vdiff /,
      act: async ({ pid }: { readonly pid: number }) => await killServer(pid, 'commerce-100'),
    };
    const ended = await endedRun(['--scale', '0.02'], { artifacts, strikes: [strike] });
    expect(ended.output).toMatch(/^UNKNOWN {2}The server commerce-100 ended by itself\./m);
    expect(ended.output).toMatch(/commerce-100: Exited \(137\)[^]*its log says:\n +\{/);
    expect(ended.left).toEqual([]);
  },
  TIMEOUT_MS,
);

/** Kills process 1 of a server that a run has started. */
async function killServer(pid: number, name: string): Promise<void> {
  const engine = await findEngine();
  const label = [`${OWNER_LABEL}=${ownerOf(pid)}`];
  const containers = (await engine?.docker.listContainers({ filters: { label } })) ?? [];
  const found = containers.find(({ Names }) => Names.some((each) => each.endsWith(`-${name}`)));
  await engine?.docker.getContainer(found!.Id).kill();
}
