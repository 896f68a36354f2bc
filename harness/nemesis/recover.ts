import { shardOf } from '../migration/context.ts';
import { currentTraffic } from '../migration/routing.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { shellCommand } from '../shell.ts';
import { startCommand } from '../vtctl/move-tables.ts';
import { getShard } from '../vtctl/shards.ts';
import { setWritableCommand, startReplicationCommand } from '../vtctl/tablets.ts';
import { commandLine, type VtctlCommand } from '../vtctl/vtctl.ts';
import { lookUntil } from '../wait.ts';
import { heldLocks, symptoms, type Symptom } from './health.ts';
import type { Stage } from './stage.ts';

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

/** What came of waiting, and of what an operator would run. */
export interface Recovery {
  /** The commands that were run, as a person types them. */
  readonly commands: readonly string[];
  readonly left: readonly Symptom[];
}

interface Cure {
  readonly line: string;
  run(): Promise<unknown>;
}

/**
 * What a step that failed in the middle leaves as it is until it is run again: its streams stand still, and both sides
 * may refuse writes.
 */
export const OF_HALF_A_STEP: readonly Symptom['what'][] = ['stopped', 'stream', 'writes'];

/**
 * Waits until everything works. What does not get well by itself is treated with the commands that Vitess, or etcd, has
 * for it, one symptom after another.
 *
 * @param but symptoms that are left alone.
 */
export async function untilWell(stage: Stage, but: readonly Symptom['what'][] = []): Promise<Recovery> {
  const commands: string[] = [];
  let left = await waitWell(stage, but);
  while (left.length > 0) {
    const cures = await curesFor(stage, left, commands);
    if (cures.length === 0) break;
    for (const cure of cures) {
      commands.push(cure.line);
      stage.recorder.note(`to recover: ${cure.line}`);
      // A cure that fails leaves the symptom, which is then told.
      await cure.run().catch(() => undefined);
    }
    left = await waitWell(stage, but);
  }
  return { commands, left };
}

/** Waits until there is no symptom, or one has outlasted the patience with its kind. */
async function waitWell(stage: Stage, but: readonly Symptom['what'][]): Promise<readonly Symptom[]> {
  const since = new Map<Symptom['what'], number>();
  let left: readonly Symptom[] = [];
  await lookUntil({ timeoutMs: Math.max(...Object.values(PATIENCE_MS)) }, async () => {
    left = await symptoms(stage, but);
    const now = performance.now();
    for (const what of since.keys()) if (!left.some((each) => each.what === what)) since.delete(what);
    for (const { what } of left) if (!since.has(what)) since.set(what, now);
    const isLate = left.some(({ what }) => now - since.get(what)! > PATIENCE_MS[what]);
    return { done: left.length === 0 || isLate || undefined, seen: left.map(({ seen }) => seen).join('; ') };
  });
  return left;
}

/** Returns the commands for the first symptom that has some which were not tried yet. */
async function curesFor(stage: Stage, left: readonly Symptom[], tried: readonly string[]): Promise<readonly Cure[]> {
  for (const { what } of left) {
    const cures = (await curesOf(stage, what).catch(() => [])).filter(({ line }) => !tried.includes(line));
    if (cures.length > 0) return cures;
  }
  return [];
}

async function curesOf({ cluster, migration }: Stage, what: Symptom['what']): Promise<readonly Cure[]> {
  const { context } = migration;
  const byVtctld = (command: VtctlCommand): Cure => ({
    line: commandLine(command.args),
    run: async () => await context.vtctl.run(command),
  });
  if (what === 'locks') {
    return (await heldLocks(cluster.etcd)).map((key) => {
      // The name of the key ends with the id of its lease, which is another each time.
      const args = ['del', '--prefix', key.slice(0, key.lastIndexOf('/') + 1)];
      return { line: shellCommand(['etcdctl', ...args]), run: async () => await cluster.etcd.etcdctl(args) };
    });
  }
  const { primaryAlias } = await getShard(context.vtctl, shardOf(context, 'target'));
  if (what === 'read-only' || what === 'writes') {
    return primaryAlias === null ? [] : [byVtctld(setWritableCommand(primaryAlias))];
  }
  if (what === 'replication') {
    const followers = (await cluster.managedTablets()).filter(({ alias }) => alias !== primaryAlias);
    return followers.map(({ alias }) => byVtctld(startReplicationCommand(alias)));
  }
  if (what !== 'stream' && what !== 'stopped') return [];
  const { writes } = await currentTraffic(context);
  return [byVtctld(startCommand(runningWorkflow(context, writes)))];
}
