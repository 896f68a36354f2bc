import type { Etcd } from '../cluster/etcd.ts';
import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { readReplicaStatus } from '../cluster/replica-status.ts';
import { briefly } from '../errors.ts';
import { primaryEndpoint, serversOf, shardOf } from '../migration/context.ts';
import { currentTraffic } from '../migration/routing.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { streamErrorOf } from '../migration/stream-errors.ts';
import type { Side } from '../side.ts';
import { showWorkflow, type Stream, type Workflow } from '../vtctl/move-tables.ts';
import { within } from '../wait.ts';
import type { StruckRun } from './struck-run.ts';

/** Everything that works answers within this time. */
const ANSWER_MS = 5_000;
const WRITES_MS = 8_000;
/** A healthy stream is not further behind than this. */
const MOST_LAG_SECONDS = 5;
/** This many more acknowledged writes show that the application works. */
const WRITES = 20;

/** Something that does not work as it should. */
export interface Symptom {
  readonly what:
    | 'vtctld'
    | 'source'
    | 'target'
    | 'vtgate'
    | 'locks'
    | 'read-only'
    | 'replication'
    | 'stopped'
    | 'stream'
    | 'writes';
  readonly seen: string;
}

/**
 * Looks once at everything that must work between two faults.
 *
 * @param but what is not looked at.
 * @returns what does not work, in the order of dependence.
 */
export async function symptoms(run: StruckRun, but: readonly Symptom['what'][] = []): Promise<readonly Symptom[]> {
  const { migration } = run;
  const { context } = migration;
  const looking = currentTraffic(context);
  const vtctld = await tried('vtctld', async () => await looking);
  // Without vtctld, nothing else can be found.
  if (vtctld !== null) return [vtctld];
  const { writes: serving } = await looking;
  const followed = but.includes('stopped') && but.includes('stream') ? null : followingWorkflow(run, serving);
  const found = await Promise.all([
    tried('source', async () => await answers(run, 'source')),
    tried('target', async () => await answers(run, 'target')),
    tried('vtgate', async () => await routes(run)),
    tried('locks', async () => await isUnlocked(run)),
    tried('read-only', async () => await isWritable(run)),
    tried('replication', async () => await replicates(run)),
    but.includes('stopped') ? null : tried('stopped', async () => refuseTrouble(await followed, isStopped)),
    but.includes('stream') ? null : tried('stream', async () => refuseTrouble(await followed, streamTrouble)),
  ]);
  const broken = found.filter((each) => each !== null);
  if (broken.length > 0 || but.includes('writes')) return broken;
  const writes = await tried(
    'writes',
    async () => await run.workload.untilAcknowledged(WRITES, WRITES_MS),
    2 * WRITES_MS,
  );
  return writes === null ? [] : [writes];
}

async function tried(
  what: Symptom['what'],
  look: () => Promise<unknown>,
  timeoutMs = ANSWER_MS,
): Promise<Symptom | null> {
  try {
    await within(look(), timeoutMs, `no answer within ${timeoutMs / 1000} s`);
    return null;
  } catch (error) {
    return { what, seen: briefly(error) };
  }
}

async function answers({ migration }: StruckRun, side: 'source' | 'target'): Promise<void> {
  await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
    // A read-only primary of the target is another symptom, which has a cure.
    if (side === 'source' && (await readsOnly(connection))) throw new Error('the primary of the source is read-only');
    await connection.query('SELECT 1');
  });
}

/** Both primaries must be reachable through vtgate. */
async function routes({ cluster, migration }: StruckRun): Promise<void> {
  const vtgate = await cluster.vtgate();
  for (const side of ['source', 'target'] as const) {
    const endpoint = vtgate.harnessEndpoint(`${shardOf(migration.context, side)}@primary`);
    await withConnection(endpoint, async (connection) => await connection.query('SELECT 1'));
  }
}

/** A primary that does not answer is another symptom. */
async function isWritable({ migration }: StruckRun): Promise<void> {
  const isReadOnly = await withConnection(await primaryEndpoint(migration.context, 'target'), readsOnly).catch(
    () => false,
  );
  if (isReadOnly) throw new Error('the primary of the target is read-only');
}

async function readsOnly(connection: Connection): Promise<boolean> {
  const [row] = await queryRows<{ readOnly: string }>(connection, 'SELECT @@GLOBAL.read_only AS readOnly');
  return Number(row!.readOnly) !== 0;
}

/**
 * Checks that nothing holds a lock of the topology while no command is under way. A vtctld that is killed leaves its
 * locks: that of a keyspace for as long as the switch requested, that of a workflow for 24 hours (`NamedLockTTL`,
 * go/vt/topo/locks.go, 24.0.1).
 */
async function isUnlocked({ cluster }: StruckRun): Promise<void> {
  const locks = await heldLocks(cluster.etcd);
  if (locks.length > 0) throw new Error(`locks whose owner is gone: ${locks.join(', ')}`);
}

/** Returns the keys of etcd that hold locks of the topology. */
export async function heldLocks(etcd: Etcd): Promise<readonly string[]> {
  const keys = await etcd.etcdctl(['get', '--prefix', '--keys-only', '/vitess/']);
  return keys.split('\n').filter((key) => key.includes('/locks/'));
}

/** Checks that every follower replicates. */
async function replicates({ migration }: StruckRun): Promise<void> {
  const [[, ...ofSource], [, ...ofTarget]] = await Promise.all([
    serversOf(migration.context, 'source'),
    serversOf(migration.context, 'target'),
  ]);
  for (const { endpoint, name } of [...ofSource, ...ofTarget]) {
    await withConnection(endpoint, async (connection) => {
      const { isRunning, seen } = await readReplicaStatus(connection);
      if (!isRunning) throw new Error(`${name} does not replicate: ${seen}`);
    });
  }
}

/**
 * Returns the workflow that follows the side that serves writes; null where none was created. @throws if it is gone.
 */
async function followingWorkflow({ migration }: StruckRun, writes: Side | null): Promise<Workflow | null> {
  if (!migration.hasWorkflow) return null;
  const name = runningWorkflow(migration.context, writes);
  const workflow = await showWorkflow(migration.context.vtctl, name);
  if (workflow === null) throw new Error(`${name.workflow} does not exist`);
  return workflow;
}

/** @throws the first trouble of its streams. */
function refuseTrouble(
  workflow: Workflow | null,
  troubleOf: (stream: Stream, workflow: Workflow) => string | null,
): void {
  if (workflow === null) return;
  const [first] = workflow.streams.map((stream) => troubleOf(stream, workflow)).filter((each) => each !== null);
  if (first !== undefined) throw new Error(`${workflow.name}: ${first}`);
}

/** A stream that was stopped never continues by itself. */
function isStopped({ state, message }: Stream): string | null {
  return state === 'Stopped' ? `stopped: ${message}` : null;
}

/** A stream that is looking for a tablet to read from reports that it is running, while its lag grows. */
function streamTrouble(stream: Stream, { lagSeconds }: Workflow): string | null {
  const error = streamErrorOf(stream);
  if (error !== null) return error.text;
  if (stream.state === 'Copying' || stream.state === 'Stopped') return null;
  if (stream.state !== 'Running') return stream.state;
  return (lagSeconds ?? Infinity) > MOST_LAG_SECONDS ? `lag ${lagSeconds ?? 'unknown'} s` : null;
}
