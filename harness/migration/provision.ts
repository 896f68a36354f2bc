import { withConnection } from '../cluster/mysql-endpoint.ts';
import { readReplicaStatus } from '../cluster/replica-status.ts';
import type { TargetTablet } from '../cluster/servers.ts';
import { failure } from '../errors.ts';
import { ensureKeyspace } from '../vtctl/keyspaces.ts';
import { getShard } from '../vtctl/shards.ts';
import { getTablets, plannedReparentShard } from '../vtctl/tablets.ts';
import { waitFor } from '../wait.ts';
import { serversOf, shardOf, uuidOf, type MigrationContext } from './context.ts';
import { checkTarget } from './existing.ts';
import { untilVtgateServes } from './serving.ts';
import { untilShardHasPrimary } from './shard-primary.ts';
import { untilEngineIsOpen } from './vreplication-engine.ts';

const TIMEOUT_MS = 60_000;

/**
 * Starts the target keyspace on its own MySQLs and makes its first replica the primary. If everything is already
 * running, this only checks it.
 */
export async function provision(context: MigrationContext): Promise<void> {
  const { cluster, vtctl } = context;
  if (cluster.starts === null) return await checkTarget(context);
  const keyspace = cluster.targetKeyspace;
  await ensureKeyspace(vtctl, keyspace);
  const tablets = await cluster.managedTablets();
  const [primary] = tablets;
  // When it runs again after an interruption, the shard may have a primary already; that one stays.
  const shard = shardOf(context, 'target');
  const { primaryAlias } = await getShard(vtctl, shard);
  if (primaryAlias === null) {
    await plannedReparentShard(vtctl, shard, primary!.alias);
    await untilShardHasPrimary(context, 'target', primary!.alias);
  }
  await checkRoles(context, tablets, primaryAlias ?? primary!.alias);
  const followers = tablets.filter(({ alias }) => alias !== (primaryAlias ?? primary!.alias));
  await Promise.all(followers.map(untilReplicating));
  for (const { name, endpoint } of await serversOf(context, 'target')) {
    context.met({ server: await uuidOf(endpoint), side: 'target', name }, endpoint);
  }
}

/** The part of provision that follows `adopt`, which starts vtgate. */
export async function untilTargetIsServed(context: MigrationContext): Promise<void> {
  const { cluster } = context;
  const tablets = await cluster.managedTablets();
  await Promise.all([
    untilVtgateServes(context, cluster.targetKeyspace, Math.max(1, tablets.length)),
    untilEngineIsOpen(context, 'target'),
  ]);
}

async function checkRoles({ cluster, vtctl }: MigrationContext, tablets: readonly TargetTablet[], primary: string) {
  const expected = tablets.map(({ alias, type }) => `${alias} ${alias === primary ? 'primary' : type}`).toSorted();
  const records = await getTablets(vtctl, cluster.targetKeyspace);
  const seen = records.map(({ alias, type }) => `${alias} ${type}`).toSorted();
  if (expected.join() === seen.join()) return;
  throw failure({
    what: `The tablets of ${cluster.targetKeyspace} do not have their roles.`,
    expected: expected.join(', '),
    seen: seen.join(', ') || 'no tablet',
    where: `GetTablets --keyspace=${cluster.targetKeyspace}`,
  });
}

async function untilReplicating(tablet: TargetTablet): Promise<void> {
  await withConnection(tablet.harnessEndpoint, async (connection) => {
    const wait = {
      what: `${tablet.alias} to replicate`,
      where: 'SHOW REPLICA STATUS on its MySQL',
      timeoutMs: TIMEOUT_MS,
    };
    await waitFor(wait, async () => {
      const { isRunning, seen } = await readReplicaStatus(connection);
      return { done: isRunning || undefined, seen };
    });
  });
}
