import { expect } from '@jest/globals';
import { z } from 'zod';
import { VTGATE_HTTP_PORT } from '../../harness/cluster/vtgate.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { shardOf } from '../../harness/migration/context.ts';
import { processOf, targetFollower, targetPrimary } from '../../harness/nemesis/processes.ts';
import { plannedReparentShard, setWritableCommand } from '../../harness/vtctl/tablets.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: once a vtgate of Vitess 24.0.1 has met a read-only primary, it waits for another primary indefinitely:
// SetWritable ends neither the buffering at that moment nor that of the next switch away from this keyspace, and both
// last as long as --buffer-max-failover-duration allows (go/vt/discovery/keyspace_events.go, waitForReparent).
// PlannedReparentShard puts it right. If a later Vitess notices that the primary is writable again, this fails.

/** The reason that vtgate gives when it stops buffering although nothing told it to. */
const TOO_LONG = 'MaxDurationExceeded';

/** So many writes that each table certainly has some between two switches, although a tenth of them or less goes to it. */
const ENOUGH = 200;

const variables = z.object({
  /** Keyed by `keyspace.shard`. */
  BufferStarts: z.record(z.string(), z.number()),
  /** Keyed by `keyspace.shard.reason`. */
  BufferStops: z.record(z.string(), z.number()),
});

scenario(
  'a primary that is made writable again keeps vtgate waiting for another one',
  { cluster: { rdonlys: 0, restartable: true } },
  async (stage) => {
    const { workload, migration, cluster, run, observe } = stage;
    const { vtctl } = migration.context;
    await workload.start({ writesPerSecond: 60 });
    await migration.create();
    await migration.copied();
    await migration.switchReads();
    await migration.switchWrites();

    using mysqld = await (await processOf(run, 'target-mysqld')).arm();
    await mysqld.end('KILL');
    await mysqld.start();
    await untilBuffering(stage);
    await vtctl.run(setWritableCommand((await targetPrimary(run)).alias));
    await workload.untilAcknowledged(ENOUGH, 60_000);
    expect(await gaveUp(cluster)).toBe(1);
    await migration.reverseWrites();
    await workload.untilAcknowledged(ENOUGH, 60_000);
    expect(await gaveUp(cluster)).toBe(2);

    await migration.switchWrites();
    const { alias } = await targetFollower(run);
    await plannedReparentShard(vtctl, shardOf(migration.context, 'target'), alias);
    await workload.untilAcknowledged(ENOUGH);
    await migration.reverseWrites();
    await workload.untilAcknowledged(ENOUGH);
    expect(await gaveUp(cluster)).toBe(2);

    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);

/** Waits until vtgate buffers what goes to the target, because the target's primary refuses writes. */
async function untilBuffering({ cluster }: Stage): Promise<void> {
  const wait = { what: 'vtgate buffers', where: '/debug/vars of vtgate', timeoutMs: 30_000 };
  await waitFor(wait, async () => {
    const { BufferStarts: starts, BufferStops: stops } = await variablesOf(cluster);
    const shard = `${cluster.targetKeyspace}.${cluster.shards.target}`;
    const ended = Object.entries(stops).filter(([key]) => key.startsWith(`${shard}.`));
    const [begun, over] = [starts[shard] ?? 0, ended.reduce((total, [, count]) => total + count, 0)];
    // It buffered once while the MySQL was away.
    return { done: (over > 0 && begun > over) || undefined, seen: `${begun} begun, ${over} over` };
  });
}

/** Returns how often vtgate has buffered what goes to the target for the longest time that it may. */
async function gaveUp(cluster: Stage['cluster']): Promise<number> {
  const { BufferStops: stops } = await variablesOf(cluster);
  return stops[`${cluster.targetKeyspace}.${cluster.shards.target}.${TOO_LONG}`] ?? 0;
}

async function variablesOf(cluster: Stage['cluster']): Promise<z.infer<typeof variables>> {
  const { server } = await cluster.vtgate();
  return variables.parse(JSON.parse(await server.page(VTGATE_HTTP_PORT, '/debug/vars')));
}
