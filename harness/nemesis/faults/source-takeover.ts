import type { SourceMySql } from '../../cluster/source-mysql.ts';
import { rebuild } from '../../cluster/source-shard.ts';
import { follow, isSemiSync, mostAdvanced, refuseWrites, takeOver } from '../../cluster/source-replication.ts';
import { failure } from '../../errors.ts';
import { shardOf } from '../../migration/context.ts';
import { untilShardHasPrimary } from '../../migration/shard-primary.ts';
import { tabletExternallyReparented } from '../../vtctl/tablets.ts';
import { waitFor } from '../../wait.ts';
import type { Fault } from '../fault.ts';
import type { StruckRun } from '../struck-run.ts';

/** Semi-synchronous replication resumes by itself when a follower has caught up. */
const SEMI_SYNC_TIMEOUT_MS = 30_000;

/** The primary of the source is lost, and a follower takes over, as an operator of the source would do it. */
export const SOURCE_FAILOVER: Fault = {
  id: 'source.failover',
  about:
    'the source MySQL is killed (kill -9); after 3 s a follower takes over, Vitess is told by ' +
    'TabletExternallyReparented, and the old one follows again from a clone',
  lastsMs: 3_000,
  needs: ['followers'],
  arm: async (run) => {
    const { cluster } = run;
    const lost = cluster.source;
    await untilSemiSync(lost);
    const mysqld = await lost.process.arm();
    return {
      strike: async () => {
        // What is acknowledged while it is off may be lost with the primary, whatever Vitess does.
        if (!(await isSemiSync(lost.harnessEndpoint))) {
          throw failure({ what: 'The source does not wait for its followers.', where: lost.server.name });
        }
        await mysqld.end('KILL');
        return `the mysqld of ${lost.server.name} has ended`;
      },
      heal: async () => {
        const heir = await mostAdvanced(cluster.sourceFollowers);
        await takeOver(heir.harnessEndpoint);
        await handOver(run, heir);
        await mysqld.start();
        // It may have written transactions that no follower received, so it cannot simply follow.
        await rebuild(lost, heir);
      },
      [Symbol.dispose]: () => mysqld[Symbol.dispose](),
    };
  },
};

/** Another MySQL becomes the primary of the source on purpose, as before work on its machine. */
export const SOURCE_SWITCHOVER: Fault = {
  id: 'source.switchover',
  about: 'the source MySQL refuses writes, a follower that has everything takes over, and Vitess is told',
  lastsMs: 0,
  needs: ['followers'],
  usesVtctld: true,
  arm: async (run) => {
    const { cluster } = run;
    const before = cluster.source;
    return {
      strike: async () => {
        const heir = await mostAdvanced(cluster.sourceFollowers);
        await takeOver(heir.harnessEndpoint, await refuseWrites(before.harnessEndpoint));
        await handOver(run, heir);
        await follow(before, heir);
        return `${heir.server.name} is the primary of the source, and ${before.server.name} follows it`;
      },
      heal: async () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  },
};

/** Makes a MySQL the primary of the source for Vitess, the harness and the followers that still run. */
async function handOver({ cluster, migration }: StruckRun, heir: SourceMySql): Promise<void> {
  const others = cluster.sourceFollowers.filter((follower) => follower !== heir);
  cluster.sources.promote(heir);
  const [tablet] = await cluster.unmanagedTablets();
  await tabletExternallyReparented(migration.context.vtctl, tablet.alias);
  const { primaryAlias } = await untilShardHasPrimary(migration.context, 'source', tablet.alias);
  if (primaryAlias !== tablet.alias) {
    throw failure({
      what: 'Vitess did not accept the new primary of the source.',
      expected: tablet.alias,
      seen: primaryAlias ?? 'no primary',
      where: shardOf(migration.context, 'source'),
    });
  }
  await Promise.all(others.map(async (other) => await follow(other, heir)));
}

/** Waits for semi-synchronous replication, without which an acknowledged write may be lost with the primary. */
async function untilSemiSync({ server, harnessEndpoint }: SourceMySql): Promise<void> {
  const wait = { what: 'semi-synchronous replication', where: server.name, timeoutMs: SEMI_SYNC_TIMEOUT_MS };
  await waitFor(wait, async () => {
    const isOn = await isSemiSync(harnessEndpoint);
    return { done: isOn || undefined, seen: `Rpl_semi_sync_source_status is ${isOn ? 'ON' : 'OFF'}` };
  });
}
