import { countJournals } from '../migration/coherence.ts';
import { forwardWorkflow, shardOf } from '../migration/context.ts';
import { currentTraffic } from '../migration/routing.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { shellCommand } from '../shell.ts';
import { cancelCommand, startCommand } from '../vtctl/move-tables.ts';
import { getShard } from '../vtctl/shards.ts';
import { plannedReparentCommand, setWritableCommand, startReplicationCommand } from '../vtctl/tablets.ts';
import { commandLine, type VtctlCommand } from '../vtctl/vtctl.ts';
import { lookUntil } from '../wait.ts';
import { heldLocks, symptoms, type Symptom } from './health.ts';
import { targetFollowers } from './processes.ts';
import type { StruckRun } from './struck-run.ts';
import { cancelWorkflow } from './take-step.ts';

/** How long a symptom may take to go away by itself before an operator does something about it, in milliseconds. */
const PATIENCE_MS: Readonly<Record<Symptom['what'], number>> = {
  vtctld: 60_000,
  source: 60_000,
  target: 60_000,
  vtgate: 60_000,
  locks: 10_000,
  'read-only': 5_000,
  replication: 15_000,
  stopped: 3_000,
  stream: 45_000,
  writes: 45_000,
};

/** The result of waiting, and of what an operator would run. */
export interface Recovery {
  /** The commands that were run, as a person types them. */
  readonly commands: readonly string[];
  readonly left: readonly Symptom[];
}

export interface Cure {
  readonly line: string;
  run(): Promise<unknown>;
}

/**
 * Symptoms that last until a step that failed in the middle is run again: its streams stand still, and both sides may
 * refuse writes.
 */
export const OF_HALF_A_STEP: readonly Symptom['what'][] = ['stopped', 'stream', 'writes'];

/** What may be done to recover. */
export interface RecoveryOptions {
  /** Symptoms that are left alone. */
  readonly but?: readonly Symptom['what'][];
  /** Whether vtctld has ended, so that the locks in etcd have no owner. A running vtctld releases its own locks. */
  readonly hasVtctldEnded: boolean;
}

/**
 * Waits until everything works. Symptoms that do not go away by themselves are treated one after another, with the
 * commands that Vitess or etcd has for them.
 *
 * @returns the commands after which their symptoms were gone.
 */
export async function untilWell(run: StruckRun, options: RecoveryOptions): Promise<Recovery> {
  const { but = [] } = options;
  const tried: string[] = [];
  const commands: string[] = [];
  let left = await waitWell(run, but);
  while (left.length > 0) {
    const { what, cures } = await curesFor(run, left, tried, options);
    if (cures.length === 0) break;
    for (const cure of cures) {
      tried.push(cure.line);
      run.recorder.note(`to recover: ${cure.line}`);
      // If a cure fails, the symptom stays and is reported.
      await cure.run().catch(() => undefined);
    }
    left = await waitWell(run, but);
    if (!left.some((each) => each.what === what)) commands.push(...cures.map(({ line }) => line));
  }
  return { commands, left };
}

/** Waits until there is no symptom, or one has lasted longer than its kind may. */
async function waitWell(run: StruckRun, but: readonly Symptom['what'][]): Promise<readonly Symptom[]> {
  const since = new Map<Symptom['what'], number>();
  let left: readonly Symptom[] = [];
  await lookUntil({ timeoutMs: Math.max(...Object.values(PATIENCE_MS)) }, async () => {
    left = await symptoms(run, but);
    const now = performance.now();
    for (const what of since.keys()) if (!left.some((each) => each.what === what)) since.delete(what);
    for (const { what } of left) if (!since.has(what)) since.set(what, now);
    const isLate = left.some(({ what }) => now - since.get(what)! > PATIENCE_MS[what]);
    return { done: left.length === 0 || isLate || undefined, seen: left.map(({ seen }) => seen).join('; ') };
  });
  return left;
}

/** Whether the source has a journal of a switch that has not reached the routing rules. */
async function hasUnfinishedJournal(context: StruckRun['migration']['context']): Promise<boolean> {
  const [source, target] = await Promise.all([countJournals(context, 'source'), countJournals(context, 'target')]);
  return source > target + context.before.journals;
}

/** The last resort when a stream can never continue: cancel the workflow and create it again. */
export function copyAgain(migration: StruckRun['migration']): Cure {
  const cancel = commandLine(cancelCommand(forwardWorkflow(migration.context)).args);
  return {
    line: `${cancel}, and create it again`,
    run: async () => {
      await cancelWorkflow(migration);
      await migration.create();
      await migration.copied();
    },
  };
}

/** Returns the commands for the first symptom with commands that have not been tried yet. */
async function curesFor(
  run: StruckRun,
  left: readonly Symptom[],
  tried: readonly string[],
  { hasVtctldEnded }: RecoveryOptions,
): Promise<{ readonly what: Symptom['what'] | null; readonly cures: readonly Cure[] }> {
  for (const { what } of left) {
    if (what === 'locks' && !hasVtctldEnded) continue;
    const cures = (await curesOf(run, what).catch(() => [])).filter(({ line }) => !tried.includes(line));
    // All locks of one command are removed together; anything else is tried one at a time.
    if (cures.length > 0)
      return { what, cures: what === 'locks' || what === 'replication' ? cures : cures.slice(0, 1) };
  }
  return { what: null, cures: [] };
}

async function curesOf(run: StruckRun, what: Symptom['what']): Promise<readonly Cure[]> {
  const { cluster, migration } = run;
  const { context } = migration;
  const byVtctld = (command: VtctlCommand): Cure => ({
    line: commandLine(command.args),
    run: async () => await context.vtctl.run(command),
  });
  if (what === 'locks') {
    return (await heldLocks(cluster.etcd)).map((key) => {
      // The name of the key ends with the id of its lease, which is different each time.
      const args = ['del', '--prefix', key.slice(0, key.lastIndexOf('/') + 1)];
      return { line: shellCommand(['etcdctl', ...args]), run: async () => await cluster.etcd.etcdctl(args) };
    });
  }
  const { primaryAlias } = await getShard(context.vtctl, shardOf(context, 'target'));
  if (what === 'read-only' || what === 'writes') {
    // Nothing on the target prevents writes to a source that serves them.
    if (what === 'writes' && (await currentTraffic(context)).writes === 'source') return [];
    // A vtgate that has met a read-only primary waits for another one: see docs/faults.md.
    const reparents = (await targetFollowers(run)).map(({ alias }) =>
      plannedReparentCommand(shardOf(context, 'target'), alias),
    );
    const writable = primaryAlias === null ? [] : [setWritableCommand(primaryAlias)];
    return [...reparents, ...writable].map(byVtctld);
  }
  if (what === 'replication') {
    const followers = (await cluster.managedTablets()).filter(({ alias }) => alias !== primaryAlias);
    const ofSource = cluster.sourceFollowers.map(({ server, harnessEndpoint }) => ({
      line: `START REPLICA on ${server.name}`,
      run: async () =>
        await withConnection(harnessEndpoint, async (connection) => void (await connection.query('START REPLICA'))),
    }));
    return [...followers.map(({ alias }) => byVtctld(startReplicationCommand(alias))), ...ofSource];
  }
  if (what !== 'stream' && what !== 'stopped') return [];
  const { reads, writes } = await currentTraffic(context);
  // Between the journal and the rules, a stream that is started reads the journal, and the workflow is lost (#19680).
  if (writes === 'source' && (await hasUnfinishedJournal(context))) return [];
  const start = byVtctld(startCommand(runningWorkflow(context, writes)));
  // While the source serves everything, nothing is lost by copying it again.
  return writes === 'source' && reads === 'source' ? [start, copyAgain(migration)] : [start];
}
