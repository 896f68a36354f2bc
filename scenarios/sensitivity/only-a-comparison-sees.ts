import { expect } from '@jest/globals';
import type { ConnectionOptions } from 'mysql2/promise';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import type { Stage } from '../../harness/jest/scenario.ts';
import { serversOf } from '../../harness/migration/context.ts';
import { getTablets } from '../../harness/vtctl/tablets.ts';
import { corruption, tamper } from '../../harness/jest/corruption.ts';

// The history says nothing about the side that does not serve writes, because it reads the other one.

const FLIP = 'UPDATE corder SET sku = CONCAT(sku, UNHEX("00")) WHERE order_id = 1234';

/** VDiff reads the rdonly, and the checksum the primary. */
const WITH_FOLLOWERS = {};

corruption({
  claim: 'a byte flipped in the target is seen by VDiff and by the checksum',
  cluster: WITH_FOLLOWERS,
  writesOn: 'source',
  plant: async (stage) => {
    await tamper(stage, 'target', [FLIP]);
    return [
      { id: 'sides-equal', table: 'corder', key: 1234, count: 1 },
      { id: 'vdiff-agrees', table: 'corder' },
    ];
  },
  seen: { vdiff: true, checksum: true },
});

corruption({
  claim: 'a row dropped in the target is seen by VDiff and by the checksum',
  cluster: WITH_FOLLOWERS,
  writesOn: 'source',
  plant: async (stage) => {
    await tamper(stage, 'target', ['DELETE FROM corder WHERE order_id = 1234']);
    return [
      { id: 'sides-equal', table: 'corder', key: 1234, count: 1 },
      { id: 'vdiff-agrees', table: 'corder' },
    ];
  },
  seen: { vdiff: true, checksum: true },
});

corruption({
  claim: 'a byte flipped on the target’s primary alone is not seen by VDiff, which reads the rdonly',
  cluster: WITH_FOLLOWERS,
  writesOn: 'source',
  plant: async (stage) => {
    await tamper(stage, 'target', ['SET SESSION sql_log_bin = OFF', FLIP]);
    return [{ id: 'sides-equal', table: 'corder', key: 1234, count: 1 }];
  },
  seen: { vdiff: false, checksum: true },
});

corruption({
  claim: 'a byte flipped on the target’s rdonly alone is not seen by the checksum, which reads the primary',
  cluster: WITH_FOLLOWERS,
  writesOn: 'source',
  plant: async (stage) => {
    await withConnection(await rdonlyOf(stage), async (connection) => {
      await connection.query('SET GLOBAL super_read_only = OFF');
      await connection.query('SET SESSION sql_log_bin = OFF');
      await connection.query(FLIP);
      await connection.query('SET GLOBAL super_read_only = ON');
    });
    return [{ id: 'vdiff-agrees', table: 'corder' }];
  },
  seen: { vdiff: true, checksum: false },
});

/** The MySQL of the target's rdonly tablet. */
async function rdonlyOf({ cluster, migration }: Stage): Promise<ConnectionOptions> {
  const tablets = await getTablets(migration.context.vtctl, cluster.targetKeyspace);
  const rdonly = tablets.find(({ type }) => type === 'rdonly');
  const servers = await serversOf(migration.context, 'target');
  const uid = rdonly?.alias.split('-').at(-1);
  const found = servers.find(({ name }) => name.endsWith(`-${uid}`));
  expect(found).toBeDefined();
  return found!.endpoint;
}
