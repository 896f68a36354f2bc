import { z } from 'zod';
import type { StreamTabletType } from '../stream-tablet-types.ts';
import { aliasText, duration } from './messages.ts';
import { int64, type Vtctl, type VtctlCommand } from './vtctl.ts';

/** A MoveTables workflow, named by the keyspace it writes to. */
export interface WorkflowName {
  readonly workflow: string;
  readonly targetKeyspace: string;
}

const stream = z.object({
  id: int64,
  tablet: z.object({ cell: z.string(), uid: z.number() }),
  state: z.string(),
  message: z.string(),
  position: z.string(),
  rows_copied: int64,
  copy_states: z.array(z.object({ table: z.string() })),
});

const workflows = z.object({
  workflows: z.array(
    z.object({
      name: z.string(),
      source: z.object({ keyspace: z.string() }),
      target: z.object({ keyspace: z.string() }),
      max_v_replication_transaction_lag: int64,
      shard_streams: z.record(z.string(), z.object({ streams: z.array(stream) })),
    }),
  ),
});

const traffic = z.object({ summary: z.string(), start_state: z.string(), current_state: z.string() });

export interface Stream {
  readonly tablet: string;
  /** `Running`, `Copying`, `Stopped`, `Error` … */
  readonly state: string;
  /** `FROZEN` after a switch; an error's text while it retries. */
  readonly message: string;
  /** As the server writes it: a GTID set, possibly with a flavour before it. */
  readonly position: string;
  readonly rowsCopied: bigint;
  /** Tables that are still being copied. */
  readonly copying: readonly string[];
}

export interface Workflow {
  readonly name: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  /** In seconds; null while it is not known, as during the copy, when Vitess answers with the largest int64. */
  readonly lagSeconds: number | null;
  readonly streams: readonly Stream[];
}

/** `TrafficSwitchDirection` of Vitess 24.0.1 (go/vt/vtctl/workflow/traffic_switcher.go). */
const DIRECTIONS = { forward: 0, reverse: 1 } as const;

export type TrafficTypes = 'reads' | 'writes';

/** Reads go to all tablet types except primary. */
const TABLET_TYPES = { reads: ['rdonly', 'replica'], writes: ['primary'] } as const;

export interface TrafficAnswer {
  readonly summary: string;
  readonly startState: string;
  readonly currentState: string;
}

/** Returns the current state of the workflow, or null if the keyspace has none with that name. */
export async function showWorkflow(vtctl: Vtctl, name: WorkflowName): Promise<Workflow | null> {
  const answer = await vtctl.query(workflows, showCommand(name));
  const found = answer.workflows.find((workflow) => workflow.name === name.workflow);
  if (!found) return null;
  return {
    name: found.name,
    sourceKeyspace: found.source.keyspace,
    targetKeyspace: found.target.keyspace,
    lagSeconds: knownLag(found.max_v_replication_transaction_lag),
    streams: Object.values(found.shard_streams).flatMap(({ streams }) =>
      streams.map((each) => ({
        tablet: aliasText(each.tablet),
        state: each.state,
        message: each.message,
        position: each.position,
        rowsCopied: each.rows_copied,
        copying: each.copy_states.map(({ table }) => table),
      })),
    ),
  };
}

export function showCommand(name: WorkflowName): VtctlCommand {
  return {
    args: [...argsOf(name), 'show', '--include-logs=false'],
    method: 'GetWorkflows',
    request: { keyspace: name.targetKeyspace, workflow: name.workflow, include_logs: false },
  };
}

/** Returns the names of a keyspace's workflows. */
export async function listWorkflows(vtctl: Vtctl, keyspace: string): Promise<string[]> {
  const answer = await vtctl.query(
    z.object({ workflows: z.array(z.object({ name: z.string() })) }),
    listCommand(keyspace),
  );
  return answer.workflows.map(({ name }) => name);
}

export function listCommand(keyspace: string): VtctlCommand {
  return {
    args: ['Workflow', `--keyspace=${keyspace}`, 'list'],
    method: 'GetWorkflows',
    request: { keyspace, name_only: true },
  };
}

export interface CreateOptions {
  readonly sourceKeyspace: string;
  readonly tables: readonly string[];
  /**
   * Copies all tables of the keyspace in one snapshot; it takes no table names (vtctldclient's movetables/create.go).
   */
  readonly atomicCopy: boolean;
  /** Whether to create secondary keys after a table has been copied, not before. */
  readonly deferSecondaryKeys: boolean;
  /** Which tablets of the other side the streams read from: the first of these types that serves. */
  readonly tabletTypes: readonly StreamTabletType[];
}

/** Begins to copy from the source keyspace. */
export async function createMoveTables(vtctl: Vtctl, name: WorkflowName, options: CreateOptions): Promise<void> {
  await vtctl.run(createCommand(name, options));
}

export function createCommand(name: WorkflowName, options: CreateOptions): VtctlCommand {
  const { sourceKeyspace, tables, atomicCopy, deferSecondaryKeys, tabletTypes } = options;
  return {
    args: [
      ...argsOf(name),
      'create',
      `--source-keyspace=${sourceKeyspace}`,
      ...(atomicCopy ? ['--atomic-copy', '--all-tables'] : [`--tables=${tables.join(',')}`]),
      `--tablet-types=${tabletTypes.join(',')}`,
      `--defer-secondary-keys=${deferSecondaryKeys}`,
    ],
    method: 'MoveTablesCreate',
    request: {
      workflow: name.workflow,
      target_keyspace: name.targetKeyspace,
      source_keyspace: sourceKeyspace,
      ...(atomicCopy ? { atomic_copy: true, all_tables: true } : { include_tables: tables }),
      tablet_types: tabletTypes.map((type) => type.toUpperCase()),
      defer_secondary_keys: deferSecondaryKeys,
      // vtctldclient sends the rest by default.
      tablet_selection_preference: 'INORDER',
      on_ddl: 'IGNORE',
      auto_start: true,
      workflow_options: { sharded_auto_increment_handling: 'REMOVE' },
    },
  };
}

export interface TrafficOptions {
  readonly direction: 'forward' | 'reverse';
  readonly types: TrafficTypes;
  /** How long the switch may wait for the streams to catch up before it gives up and undoes itself. */
  readonly timeoutMs: number;
  /** The switch refuses if a stream is further behind than this; vtctldclient's default is 30 s. */
  readonly maxLagMs?: number | undefined;
}

export async function switchTraffic(vtctl: Vtctl, name: WorkflowName, options: TrafficOptions): Promise<TrafficAnswer> {
  const answer = await vtctl.query(traffic, trafficCommand(name, options));
  return { summary: answer.summary, startState: answer.start_state, currentState: answer.current_state };
}

export function trafficCommand(
  name: WorkflowName,
  { direction, types, timeoutMs, maxLagMs }: TrafficOptions,
): VtctlCommand {
  return {
    args: [
      ...argsOf(name),
      direction === 'forward' ? 'switchtraffic' : 'reversetraffic',
      `--tablet-types=${TABLET_TYPES[types].join(',')}`,
      `--timeout=${timeoutMs}ms`,
      ...(maxLagMs === undefined ? [] : [`--max-replication-lag-allowed=${maxLagMs}ms`]),
    ],
    method: 'WorkflowSwitchTraffic',
    request: {
      keyspace: name.targetKeyspace,
      workflow: name.workflow,
      tablet_types: TABLET_TYPES[types].map((type) => type.toUpperCase()),
      timeout: duration(timeoutMs),
      direction: DIRECTIONS[direction],
      // vtctldclient sends these by default.
      max_replication_lag_allowed: duration(maxLagMs ?? 30_000),
      enable_reverse_replication: true,
    },
  };
}

/** What happens to the source's tables when a workflow is completed. */
export type SourceTables = 'keep' | 'rename' | 'drop';

export async function completeMoveTables(vtctl: Vtctl, name: WorkflowName, sourceTables: SourceTables): Promise<void> {
  await vtctl.run(completeCommand(name, sourceTables));
}

export function completeCommand(name: WorkflowName, sourceTables: SourceTables): VtctlCommand {
  const flags = { keep: ['--keep-data'], rename: ['--rename-tables'], drop: [] }[sourceTables];
  return {
    args: [...argsOf(name), 'complete', ...flags],
    method: 'MoveTablesComplete',
    request: {
      workflow: name.workflow,
      target_keyspace: name.targetKeyspace,
      keep_data: sourceTables === 'keep',
      rename_tables: sourceTables === 'rename',
    },
  };
}

/** Ends the workflow and drops what it copied. */
export async function cancelMoveTables(vtctl: Vtctl, name: WorkflowName): Promise<void> {
  await vtctl.run(cancelCommand(name));
}

export function cancelCommand(name: WorkflowName): VtctlCommand {
  return {
    args: [...argsOf(name), 'cancel'],
    method: 'WorkflowDelete',
    request: { keyspace: name.targetKeyspace, workflow: name.workflow, delete_batch_size: '1000' },
  };
}

/** Starts those streams of a workflow that were stopped or ended with an error. */
export function startCommand(name: WorkflowName): VtctlCommand {
  return stateCommand(name, 'start', 'Running');
}

/** Stops the streams of a workflow, until they are started again. */
export function stopCommand(name: WorkflowName): VtctlCommand {
  return stateCommand(name, 'stop', 'Stopped');
}

/** What a stream does when it meets a DDL statement. */
export type OnDdl = 'IGNORE' | 'STOP' | 'EXEC' | 'EXEC_IGNORE';

/** Changes what the streams of a workflow do when they meet a DDL statement. */
export function onDdlCommand({ workflow, targetKeyspace }: WorkflowName, onDdl: OnDdl): VtctlCommand {
  return {
    args: ['Workflow', `--keyspace=${targetKeyspace}`, 'update', `--workflow=${workflow}`, `--on-ddl=${onDdl}`],
    method: 'WorkflowUpdate',
    request: {
      keyspace: targetKeyspace,
      tablet_request: { workflow, on_ddl: onDdl, cells: ['NULL'], tablet_types: [-1] },
    },
  };
}

function stateCommand({ workflow, targetKeyspace }: WorkflowName, verb: string, state: string): VtctlCommand {
  return {
    args: ['Workflow', `--keyspace=${targetKeyspace}`, verb, `--workflow=${workflow}`],
    method: 'WorkflowUpdate',
    request: {
      keyspace: targetKeyspace,
      // These values of vtctldclient leave the rest unchanged (go/textutil, 24.0.1).
      tablet_request: { workflow, state, cells: ['NULL'], tablet_types: [-1] },
    },
  };
}

function argsOf({ workflow, targetKeyspace }: WorkflowName): string[] {
  return ['MoveTables', `--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`, '--format=json'];
}

function knownLag(lag: bigint): number | null {
  return lag < 0n || lag > 1_000_000_000n ? null : Number(lag);
}
