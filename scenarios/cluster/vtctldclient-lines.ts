import { expect } from '@jest/globals';
import { z } from 'zod';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { forwardWorkflow, primaryEndpoint, reverseWorkflow } from '../../harness/migration/context.ts';
import { createOptions } from '../../harness/migration/create.ts';
import { keyspacesCommand } from '../../harness/vtctl/keyspaces.ts';
import {
  cancelCommand,
  completeCommand,
  createCommand,
  onDdlCommand,
  listCommand,
  showCommand,
  showWorkflow,
  startCommand,
  stopCommand,
  trafficCommand,
} from '../../harness/vtctl/move-tables.ts';
import { routingRulesCommand } from '../../harness/vtctl/routing-rules.ts';
import { shardCommand, shardsCommand } from '../../harness/vtctl/shards.ts';
import { setWritableCommand, startReplicationCommand, tabletsCommand } from '../../harness/vtctl/tablets.ts';
import { showVDiff, vdiffCreateCommand } from '../../harness/vtctl/vdiff.ts';
import { vschemaCommand } from '../../harness/vtctl/vschema.ts';
import type { VtctlCommand } from '../../harness/vtctl/vtctl.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: the vtctldclient lines that a run shows do the same as the calls that it makes, and return the same.

const UUIDS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;

scenario('a vtctldclient line and the call it stands for do the same', {}, async (stage) => {
  const { migration } = stage;
  const { context } = migration;
  const [forward, reverse] = [forwardWorkflow(context), reverseWorkflow(context)];
  const create = createCommand(forward, createOptions(context, context.tables));

  await migration.create();
  await migration.copied();
  const seen: { byLine: unknown[]; byCall: unknown[] } = { byLine: [], byCall: [] };
  for (const look of looks(stage)) {
    seen.byLine.push(await seenByLine(stage, look));
    seen.byCall.push(await seenByCall(stage, look));
  }
  expect(seen.byLine).toEqual(seen.byCall);
  const byCall = await workflow(stage, showCommand(forward));
  await migration.cancel();

  await line(stage, create);
  await migration.copied();
  expect(await workflow(stage, showCommand(forward))).toEqual(byCall);

  const states: string[] = [];
  for (const command of [stopCommand(forward), startCommand(forward)]) {
    for (const send of [line, call]) {
      await send(stage, command);
      states.push(...(await statesOf(stage)));
    }
  }
  expect(states).toEqual(['Stopped', 'Stopped', 'Running', 'Running']);
  for (const command of [setWritableCommand('zone1-200'), startReplicationCommand('zone1-201')]) {
    for (const send of [line, call]) await send(stage, command);
  }

  const behaviours: unknown[] = [];
  for (const send of [line, call]) {
    await send(stage, onDdlCommand(forward, 'STOP'));
    behaviours.push(await workflow(stage, showCommand(forward)));
    await send(stage, onDdlCommand(forward, 'IGNORE'));
  }
  expect(JSON.stringify(behaviours[0])).toContain('"on_ddl":"STOP"');
  expect(behaviours[0]).toEqual(behaviours[1]);

  await line(stage, vdiffCreateCommand(forward, UUIDS[0]));
  await context.vtctl.run(vdiffCreateCommand(forward, UUIDS[1]));
  // A VDiff that is under way would start the stream that the switch stops.
  await untilVDiffsEnded(stage);
  const options = await vdiffOptions(stage);
  expect(options).toHaveLength(2);
  expect(options[0]).toEqual(options[1]);

  await migration.switchTraffic();
  const switched = await workflow(stage, showCommand(reverse));
  for (const direction of ['reverse', 'forward'] as const) {
    for (const types of ['reads', 'writes'] as const) {
      await line(stage, trafficCommand(forward, { direction, types, timeoutMs: 30_000 }));
    }
  }
  expect(await workflow(stage, showCommand(reverse))).toEqual(switched);
  // Traffic has already been switched, so these steps only check.
  await migration.switchTraffic();

  await line(stage, completeCommand(forward, 'keep'));
  await migration.complete();
  await expect(line(stage, cancelCommand(forward))).rejects.toThrow(/commerce2customer/);
  await expect(context.vtctl.run(cancelCommand(forward))).rejects.toThrow(/commerce2customer/);
});

function looks({ migration: { context } }: Stage): VtctlCommand[] {
  return [
    keyspacesCommand(),
    shardsCommand('commerce'),
    shardCommand('customer/0'),
    tabletsCommand('customer'),
    vschemaCommand('commerce'),
    routingRulesCommand(),
    listCommand('customer'),
    showCommand(forwardWorkflow(context)),
  ];
}

async function line({ cluster }: Stage, command: VtctlCommand): Promise<string> {
  return await vtctldclient(cluster, command.args);
}

async function call({ migration }: Stage, command: VtctlCommand): Promise<void> {
  await migration.context.vtctl.run(command);
}

async function statesOf({ migration }: Stage): Promise<readonly string[]> {
  const shown = await showWorkflow(migration.context.vtctl, forwardWorkflow(migration.context));
  return shown?.streams.map(({ state }) => state) ?? [];
}

async function seenByLine(stage: Stage, command: VtctlCommand): Promise<unknown> {
  return plain(JSON.parse(await line(stage, command)));
}

/** vtctldclient prints only the part of an answer that matters, and only the names in a list of workflows. */
async function seenByCall({ migration }: Stage, command: VtctlCommand): Promise<unknown> {
  const answer = await migration.context.vtctl.query(z.record(z.string(), z.unknown()), command);
  if (command.args.includes('list')) {
    const names = z.object({ workflows: z.array(z.object({ name: z.string() })) });
    return names.parse(answer).workflows.map(({ name }) => name);
  }
  const part = Object.keys(answer).length === 1 && !['workflows', 'shards'].includes(Object.keys(answer)[0]!);
  return plain(part ? Object.values(answer)[0] : answer);
}

/** Fields that change from one call to the next, and enumerations that some commands print as numbers, or leave out. */
const LEFT_OUT =
  /^(?:id|message|position|time_updated|transaction_timestamp|rows_copied|max_v_replication\w*|primary_term_start_time|type|keyspace_type)$/;

/** Removes fields that change, and empty fields, which some commands leave out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  // Protobuf writes an int64 as a string, and Go's own encoder as a number.
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !LEFT_OUT.test(name))
      .map(([name, each]) => [name, plain(each)] as const)
      .filter(([, each]) => !isEmpty(each)),
  );
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === '' || value === '0' || value === false;
}

/** A workflow as it was created: its rules, options, tablet types, and how it handles DDL. */
async function workflow({ migration }: Stage, show: VtctlCommand): Promise<unknown> {
  return plain(await migration.context.vtctl.query(z.unknown(), show));
}

async function untilVDiffsEnded({ migration }: Stage): Promise<void> {
  const { vtctl } = migration.context;
  await waitFor({ what: 'both VDiffs to complete', timeoutMs: 120_000 }, async () => {
    const vdiffs = await Promise.all(UUIDS.map((uuid) => showVDiff(vtctl, forwardWorkflow(migration.context), uuid)));
    const states = vdiffs.map(({ state }) => state);
    return { done: states.every((state) => state === 'completed') || undefined, seen: states.join(', ') };
  });
}

/** The options with which each of the two VDiffs was created. */
async function vdiffOptions({ migration }: Stage): Promise<unknown[]> {
  return await withConnection(await primaryEndpoint(migration.context, 'target'), async (connection) => {
    const sql = 'SELECT options FROM _vt.vdiff WHERE vdiff_uuid IN (?) ORDER BY vdiff_uuid';
    const rows = await queryRows<{ options: unknown }>(connection, sql, [UUIDS]);
    return rows.map(({ options }) => options);
  });
}
