import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { ProfileName } from '../../harness/cluster/profile.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import type { HistoryLine, OperationLine } from '../../harness/history/lines.ts';
import { shardOf } from '../../harness/migration/context.ts';
import { getShard } from '../../harness/vtctl/shards.ts';
import { plannedReparentShard } from '../../harness/vtctl/tablets.ts';

/** What vtgate or a tablet says about a primary that is being replaced; see docs/decisions/0015. */
const CLASSES = new Set([
  'reparent',
  'read-only',
  'no-tablet',
  'buffering',
  'transaction-ended',
  'lost-connection',
  'timeout',
  'lock-timeout',
  'deadlock',
]);

// Claim: a planned reparent of the target, there and back under many writers, loses nothing and duplicates nothing, and
// vtgate's messages never make an autocommitted statement count as certainly failed.
for (const profile of ['stock', 'rehearsal'] satisfies ProfileName[]) {
  const cluster = { profile, replicas: 2, rdonlys: 0 };
  scenario(`a reparent under load keeps every write, ${profile}`, { cluster }, async (stage) => {
    const { migration, workload, observe, run } = stage;
    await migration.create();
    await migration.copied();
    await migration.switchTraffic();
    await workload.start({ writesPerSecond: 100, connections: 32 });
    const reparents = [await reparent(stage), await reparent(stage)];
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();

    run.history?.flush();
    const lines = await historyOf(run.artifacts.path);
    for (const name of reparents) {
      const ended = inFlight(lines, name);
      expect(ended.length).toBeGreaterThan(0);
      for (const { error } of ended) if (error !== undefined) expect([...CLASSES]).toContain(error);
      expect(ended.filter(isCalledFailed)).toEqual([]);
    }
  });
}

/** Moves the target's primary to its other replica, and waits for writes after it. @returns the fault's name. */
async function reparent({ cluster, migration, workload, run }: Stage): Promise<string> {
  const shard = shardOf(migration.context, 'target');
  const { primaryAlias } = await getShard(migration.context.vtctl, shard);
  const next = (await cluster.managedTablets()).find(({ alias }) => alias !== primaryAlias)!;
  const name = `reparent to ${next.alias}`;
  await workload.untilAcknowledged(50);
  run.history?.append({ type: 'fault', event: 'plan', name });
  run.history?.append({ type: 'fault', event: 'strike', name });
  await plannedReparentShard(migration.context.vtctl, shard, next.alias);
  run.history?.append({ type: 'fault', event: 'heal', name });
  await workload.untilAcknowledged(50);
  expect((await getShard(migration.context.vtctl, shard)).primaryAlias).toBe(next.alias);
  return name;
}

async function historyOf(folder: string): Promise<readonly HistoryLine[]> {
  const text = await readFile(path.join(folder, 'history.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): HistoryLine => JSON.parse(line));
}

/** Returns operations that were sent before the end of a fault and answered after its beginning, with their outcome. */
function inFlight(lines: readonly HistoryLine[], fault: string): OperationLine[] {
  const at = (event: string) =>
    lines.findIndex((line) => line.type === 'fault' && line.event === event && line.name === fault);
  const [strike, heal] = [at('strike'), at('heal')];
  const sent = new Map<number, number>();
  const ended: OperationLine[] = [];
  for (const [place, line] of lines.entries()) {
    if (line.type === 'invoke') sent.set(line.process, place);
    if (line.type !== 'ok' && line.type !== 'fail' && line.type !== 'info') continue;
    if (place > strike && (sent.get(line.process) ?? Infinity) < heal) ended.push(line);
  }
  return ended;
}

/** Transfers fail before their COMMIT, and reads change nothing. */
function isCalledFailed({ type, f }: OperationLine): boolean {
  return type === 'fail' && f !== 'transfer' && f !== 'read';
}
