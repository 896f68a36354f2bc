import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { findEngine } from '../../docker/engine.ts';
import { CLUSTER_LABEL } from '../../docker/labels.ts';
import { sweepCluster, sweepLeftovers } from '../../harness/cluster/sweep.ts';

// Claim: a sweep removes nothing that belongs to a job which shares this machine’s host name but not its processes,
// such as a CI container with the host’s network.

/** Creates a network as a cluster does, says so, and stays until its standard input is closed. */
const JOB = `
  const { clusterLabels } = await import(process.argv[1]);
  const { default: Docker } = await import('dockerode');
  const host = process.env.DOCKER_HOST ?? '';
  const docker = host.startsWith('unix://') ? new Docker({ socketPath: host.slice(7) }) : new Docker();
  await docker.createNetwork({ Name: 'roundtrip-' + process.argv[2], Labels: clusterLabels(process.argv[2]) });
  console.log('made');
  process.stdin.resume();
`;

test('a job in another PID namespace keeps what it has', async () => {
  const { docker } = (await findEngine())!;
  const cluster = randomBytes(4).toString('hex');
  const labels = path.resolve('docker/labels.ts');
  const node = [process.execPath, '--input-type=module', '--eval', JOB, labels, cluster];
  const job = execa('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', ...node], {
    env: { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    stdin: 'pipe',
    reject: false,
  });
  try {
    const { value: said } = await job.iterable()[Symbol.asyncIterator]().next();
    expect(said).toBe('made');
    const networks = async () => await docker.listNetworks({ filters: { label: [`${CLUSTER_LABEL}=${cluster}`] } });
    expect(await networks()).toHaveLength(1);
    await sweepLeftovers(docker);
    expect(await networks()).toHaveLength(1);
  } finally {
    job.stdin.end();
    await job;
    await sweepCluster(docker, cluster);
  }
});
