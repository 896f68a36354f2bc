import type { Etcd } from '../cluster/etcd.ts';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { briefly } from '../errors.ts';
import { primaryEndpoint, shardOf } from '../migration/context.ts';
import { currentTraffic } from '../migration/routing.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { streamErrorOf } from '../migration/stream-errors.ts';
import { showWorkflow } from '../vtctl/move-tables.ts';
import { within } from '../wait.ts';
import type { Stage } from './stage.ts';

const LOOK_MS = 8_000;
/** This many more acknowledged writes show that the application works. */
const WRITES = 20;

/** Something that is not as it is when all is well. */
export interface Symptom {
  readonly what: 'vtctld' | 'source' | 'target' | 'vtgate' | 'locks' | 'read-only' | 'replication' | 'stream' | 'writes';
  readonly seen: string;
}

/**
 * Looks once at everything that must work between two faults.
 *
 * @param but what is not looked at.
 * @returns what does not work, in the order of dependence.
 */
export async function symptoms(stage: Stage, but: readonly Symptom['what'][] = []): Promise<readonly Symptom[]> {
  const { migration } = stage;
  const { context } = migration;
  const vtctld = await tried('vtctld', async () => await currentTraffic(context));
  // Without vtctld nobody knows where anything is.
  if (vtctld !== null) return [vtctld];
  const found = await Promise.all([
    tried('source', async () => await answers(stage, 'source')),
    tried('target', async () => await answers(stage, 'target')),
    tried('vtgate', async () => await routes(stage)),
    tried('locks', async () => await isUnlocked(stage)),
    tried('read-only', async () => await isWritable(stage)),
    tried('replication', async () => await replicates(stage)),
    migration.hasWorkflow && !but.includes('stream') ? tried('stream', async () => await streams(stage)) : null,
  ]);
  const broken = found.filter((each) => each !== null);
  if (broken.length > 0 || but.includes('writes')) return broken;
  const writes = await tried('writes', async () => await stage.workload.untilAcknowledged(WRITES, LOOK_MS));
  return writes === null ? [] : [writes];
}

async function tried(what: Symptom['what'], look: () => Promise<unknown>): Promise<Symptom | null> {
  try {
    await within(look(), 2 * LOOK_MS, `no answer within ${(2 * LOOK_MS) / 1000} s`);
    return null;
  } catch (error) {
    return { what, seen: briefly(error) };
  }
}

async function answers({ migration }: Stage, side: 'source' | 'target'): Promise<void> {
  await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
    await connection.query('SELECT 1');
  });
}

/** Both primaries must be reachable through vtgate. */
async function routes({ cluster, migration }: Stage): Promise<void> {
  const vtgate = await cluster.vtgate();
  for (const side of ['source', 'target'] as const) {
    const endpoint = vtgate.harnessEndpoint(`${shardOf(migration.context, side)}@primary`);
    await withConnection(endpoint, async (connection) => await connection.query('SELECT 1'));
  }
}

async function isWritable({ migration }: Stage): Promise<void> {
  for (const side of ['source', 'target'] as const) {
    await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
      const sql = 'SELECT @@GLOBAL.read_only AS readOnly, @@GLOBAL.super_read_only AS superReadOnly';
      const [row] = await queryRows<{ readOnly: string; superReadOnly: string }>(connection, sql);
      if (Number(row!.readOnly) !== 0) throw new Error(`the primary of the ${side} is read-only`);
    });
  }
}

/**
 * Nothing holds a lock of the topology while no command is under way. A vtctld that is killed leaves its locks: that of a
 * keyspace for as long as the switch asked for, that of a workflow for 24 hours (`NamedLockTTL`, go/vt/topo/locks.go,
 * 24.0.1).
 */
async function isUnlocked({ cluster }: Stage): Promise<void> {
  const locks = await heldLocks(cluster.etcd);
  if (locks.length > 0) throw new Error(`locked by nobody who is there any more: ${locks.join(', ')}`);
}

/** Returns the keys of etcd that hold locks of the topology. */
export async function heldLocks(etcd: Etcd): Promise<readonly string[]> {
  const keys = await etcd.etcdctl(['get', '--prefix', '--keys-only', '/vitess/']);
  return keys.split('\n').filter((key) => key.includes('/locks/'));
}

/** Every follower of the target replicates. */
async function replicates({ cluster, migration }: Stage): Promise<void> {
  const primary = (await primaryEndpoint(migration.context, 'target')).port;
  for (const { harnessEndpoint: endpoint, alias } of await cluster.managedTablets()) {
    if (endpoint.port === primary) continue;
    await withConnection(endpoint, async (connection) => {
      const [row] = await queryRows<Record<string, string>>(connection, 'SHOW REPLICA STATUS');
      const [io, sql] = [row?.['Replica_IO_Running'], row?.['Replica_SQL_Running']];
      if (io === 'Yes' && sql === 'Yes') return;
      throw new Error(`${alias} does not replicate: IO ${io ?? 'none'}, SQL ${sql ?? 'none'}`);
    });
  }
}

/** The workflow that follows the side that serves writes has streams that run, or copy, without an error. */
async function streams({ migration }: Stage): Promise<void> {
  const { writes } = await currentTraffic(migration.context);
  const name = runningWorkflow(migration.context, writes);
  const workflow = await showWorkflow(migration.context.vtctl, name);
  if (workflow === null) throw new Error(`${name.workflow} does not exist`);
  for (const stream of workflow.streams) {
    const error = streamErrorOf(stream);
    if (error !== null) throw new Error(`${name.workflow}: ${error.text}`);
    if (!['Running', 'Copying'].includes(stream.state)) throw new Error(`${name.workflow} is ${stream.state}`);
  }
}
