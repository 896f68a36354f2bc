import { z } from 'zod';
import { int64, type Vtctldclient } from './vtctldclient.ts';

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
  /** Tables whose copy has not ended. */
  readonly copying: readonly string[];
}

export interface Workflow {
  readonly name: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  /** Seconds; null while it cannot be known, as during the copy, when Vitess answers with the edge of int64. */
  readonly lagSeconds: number | null;
  readonly streams: readonly Stream[];
}

export type TrafficTypes = 'reads' | 'writes';

/** Reads are all tablet types but primary. */
const TABLET_TYPES: Readonly<Record<TrafficTypes, string>> = { reads: 'rdonly,replica', writes: 'primary' };

export interface TrafficAnswer {
  readonly summary: string;
  readonly startState: string;
  readonly currentState: string;
}

/** The workflow as it is, or null when the keyspace has none of that name. */
export async function showWorkflow(vtctl: Vtctldclient, name: WorkflowName): Promise<Workflow | null> {
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
        tablet: `${each.tablet.cell}-${each.tablet.uid}`,
        state: each.state,
        message: each.message,
        position: each.position,
        rowsCopied: each.rows_copied,
        copying: each.copy_states.map(({ table }) => table),
      })),
    ),
  };
}

export function showCommand(name: WorkflowName): string[] {
  return [...command(name), 'show', '--include-logs=false'];
}

/** Names of a keyspace's workflows. */
export async function listWorkflows(vtctl: Vtctldclient, keyspace: string): Promise<string[]> {
  return (await vtctl.query(z.array(z.string()).nullable(), listCommand(keyspace))) ?? [];
}

export function listCommand(keyspace: string): string[] {
  return ['Workflow', `--keyspace=${keyspace}`, 'list'];
}

export interface CreateOptions {
  readonly sourceKeyspace: string;
  readonly tables: readonly string[];
  /** One snapshot of all tables of the keyspace; it takes no names (vtctldclient's movetables/create.go). */
  readonly atomicCopy: boolean;
  /** Whether secondary keys are made when a table was copied, not before. */
  readonly deferSecondaryKeys: boolean;
}

/** Begins to copy from the source keyspace's primary. */
export async function createMoveTables(vtctl: Vtctldclient, name: WorkflowName, options: CreateOptions): Promise<void> {
  await vtctl.run(createCommand(name, options));
}

export function createCommand(name: WorkflowName, options: CreateOptions): string[] {
  return [
    ...command(name),
    'create',
    `--source-keyspace=${options.sourceKeyspace}`,
    ...(options.atomicCopy ? ['--atomic-copy', '--all-tables'] : [`--tables=${options.tables.join(',')}`]),
    '--tablet-types=primary',
    `--defer-secondary-keys=${options.deferSecondaryKeys}`,
  ];
}

export interface TrafficOptions {
  readonly direction: 'forward' | 'reverse';
  readonly types: TrafficTypes;
  /** How long the switch may wait for the streams to catch up before it gives up and undoes itself. */
  readonly timeoutMs: number;
}

export async function switchTraffic(
  vtctl: Vtctldclient,
  name: WorkflowName,
  options: TrafficOptions,
): Promise<TrafficAnswer> {
  const answer = await vtctl.query(traffic, trafficCommand(name, options));
  return { summary: answer.summary, startState: answer.start_state, currentState: answer.current_state };
}

export function trafficCommand(name: WorkflowName, { direction, types, timeoutMs }: TrafficOptions): string[] {
  return [
    ...command(name),
    direction === 'forward' ? 'switchtraffic' : 'reversetraffic',
    `--tablet-types=${TABLET_TYPES[types]}`,
    `--timeout=${timeoutMs}ms`,
  ];
}

/** What becomes of the source's tables when a workflow is completed. */
export type SourceTables = 'keep' | 'rename' | 'drop';

export async function completeMoveTables(
  vtctl: Vtctldclient,
  name: WorkflowName,
  sourceTables: SourceTables,
): Promise<void> {
  await vtctl.run(completeCommand(name, sourceTables));
}

export function completeCommand(name: WorkflowName, sourceTables: SourceTables): string[] {
  const flags = { keep: ['--keep-data'], rename: ['--rename-tables'], drop: [] }[sourceTables];
  return [...command(name), 'complete', ...flags];
}

/** Ends the workflow and drops what it copied. */
export async function cancelMoveTables(vtctl: Vtctldclient, name: WorkflowName): Promise<void> {
  await vtctl.run(cancelCommand(name));
}

export function cancelCommand(name: WorkflowName): string[] {
  return [...command(name), 'cancel'];
}

function command({ workflow, targetKeyspace }: WorkflowName): string[] {
  return ['MoveTables', `--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`, '--format=json'];
}

function knownLag(lag: bigint): number | null {
  return lag < 0n || lag > 1_000_000_000n ? null : Number(lag);
}
