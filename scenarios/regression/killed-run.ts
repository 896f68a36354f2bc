import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type Docker from 'dockerode';
import { CLUSTER_LABEL, OWNER_LABEL } from '../../docker/labels.ts';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { sweepLeftovers } from '../../harness/cluster/sweep.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { startRoundtrip } from '../../harness/jest/roundtrip.ts';
import { ownerOf } from '../../harness/owner.ts';
import { waitFor } from '../../harness/wait.ts';
import { findEngine } from '../../docker/engine.ts';

const SMALL = ['rehearse', '--scale', '0.01'];

/** Returns the clusters that have a container or a network on the engine. */
async function clusters(docker: Docker): Promise<string[]> {
  const filters = { label: [CLUSTER_LABEL] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const labels = [...containers.map(({ Labels }) => Labels), ...networks.map(({ Labels }) => Labels ?? {})];
  return [...new Set(labels.map((each) => each[CLUSTER_LABEL]!))].toSorted();
}

/** Waits until the cluster of a run has at least that many containers. Other scenarios start clusters meanwhile. */
async function untilStarted(docker: Docker, pid: number, containers: number): Promise<string> {
  const filters = { label: [CLUSTER_LABEL, `${OWNER_LABEL}=${ownerOf(pid)}`] };
  return await waitFor({ what: `${containers} containers of the run's cluster`, timeoutMs: 60_000 }, async () => {
    const seen = await docker.listContainers({ filters });
    const cluster = seen[0]?.Labels[CLUSTER_LABEL];
    return { done: seen.length >= containers ? cluster : undefined, seen: `${seen.length} containers` };
  });
}

async function untilGone(docker: Docker, cluster: string): Promise<void> {
  await waitFor({ what: `nothing left of cluster ${cluster}`, timeoutMs: 30_000 }, async () => {
    const left = await clusters(docker);
    return { done: !left.includes(cluster) || undefined, seen: left.join(', ') };
  });
}

// Claim: however a run ends, nothing of it stays on the engine.
const ENDS = [
  { signal: 'SIGINT', status: 2, said: /The run was ended by SIGINT\./ },
  { signal: 'SIGTERM', status: 2, said: /The run was ended by SIGTERM\./ },
  { signal: 'SIGKILL', status: undefined, said: /start the source MySQL/ },
] as const;

for (const { signal, status, said } of ENDS) {
  test(`a run that is ended by ${signal} leaves nothing behind`, async () => {
    const { docker } = (await findEngine())!;
    const running = startRoundtrip(SMALL);
    const cluster = await untilStarted(docker, running.pid!, 9);
    running.kill(signal);
    const { exitCode, all } = await running;
    expect(all).toMatch(said);
    expect(exitCode).toBe(status);
    await untilGone(docker, cluster);
  }, 180_000);
}

// Claim: if a run's reaper died with it, the next start removes what the run left, and nothing else.
scenario(
  'the next start removes what a killed run left, and nothing that belongs to a live one',
  { cluster: SMALLEST_TARGET },
  async ({ cluster, migration }) => {
    const { docker } = (await findEngine())!;
    const running = startRoundtrip(SMALL);
    const killed = await untilStarted(docker, running.pid!, 3);
    // Its reaper is killed first, so that nothing cleans up after the run.
    await killReaper(killed);
    running.kill('SIGKILL');
    await running;
    expect(await clusters(docker)).toContain(killed);

    await sweepLeftovers(docker);
    expect(await clusters(docker)).not.toContain(killed);
    expect(await clusters(docker)).toContain(cluster.id);
    await migration.create();
    await migration.copied();
  },
);

async function killReaper(cluster: string): Promise<void> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  const reapers = commands.filter(({ line }) => line.includes('reaper.ts') && line.includes(cluster));
  expect(reapers).toHaveLength(1);
  process.kill(Number(reapers[0]!.pid), 'SIGKILL');
}
