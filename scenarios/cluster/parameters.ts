import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { getTablets } from '../../harness/vtctl/tablets.ts';

/** A port of this machine's loopback that nobody is using. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  // A server has a TCP address of that form once it listens.
  return typeof address === 'object' ? address!.port : 0;
}

const hostPorts = { source: await freePort(), vtgate: await freePort() };

// Claim: names of keyspaces and cell, numbers of tablets, and ports are parameters.
scenario(
  'a cluster with other names, numbers and ports',
  {
    cluster: {
      cell: 'north',
      sourceKeyspace: 'shop',
      targetKeyspace: 'store',
      replicas: 1,
      rdonlys: 2,
      hostPorts,
    },
  },
  async ({ cluster, migration, workload, observe }) => {
    const vtgate = await cluster.vtgate();
    expect(cluster.source.harnessEndpoint.port).toBe(hostPorts.source);
    expect(vtgate.harnessEndpoint().port).toBe(hostPorts.vtgate);
    const tablets = await getTablets(migration.context.vtctl, 'store');
    expect(tablets.map(({ alias, type }) => `${alias} ${type}`).toSorted()).toEqual([
      'north-200 primary',
      'north-201 rdonly',
      'north-202 rdonly',
    ]);

    await workload.start({ writesPerSecond: 50 });
    await migration.create();
    await migration.copied();
    await migration.switchTraffic();
    expect(await migration.vdiff()).toFindNoMismatch();
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
    await migration.complete();
  },
);

// Claim: a source without TLS is adopted, although vttablet's own connections use TLS where the source has it.
scenario(
  'a source without TLS is adopted',
  { cluster: { ...SMALLEST_TARGET, sourceSettings: { tls_version: '' } } },
  async ({ cluster, migration }) => {
    expect(await cluster.source.hasTls()).toBe(false);
    await migration.create();
    await migration.copied();
  },
);
