import { z } from 'zod';
import { duration } from './messages.ts';
import type { WorkflowName } from './move-tables.ts';
import { queryResult, rowsOf } from './query-result.ts';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const sample = z.looseObject({});
/** What a tablet has written about a table so far (Vitess 24.0.1, vdiff/report.go, `DiffReport`). */
const report = z.looseObject({
  ProcessedRows: z.number(),
  MismatchedRows: z.number(),
  ExtraRowsSource: z.number(),
  ExtraRowsTarget: z.number(),
  MismatchedRowsSample: z.array(z.object({ Source: sample.optional(), Target: sample.optional() })).optional(),
  ExtraRowsSourceSample: z.array(sample).optional(),
  ExtraRowsTargetSample: z.array(sample).optional(),
});
const NO_REPORT: z.infer<typeof report> = {
  ProcessedRows: 0,
  MismatchedRows: 0,
  ExtraRowsSource: 0,
  ExtraRowsTarget: 0,
};

const shown = z.object({
  tablet_responses: z.record(z.string(), z.object({ output: queryResult.optional() })),
});

export interface VDiffTable {
  readonly table: string;
  readonly state: string;
  readonly rowsCompared: number;
  /** Rows that differ, or are on one side only. */
  readonly mismatchedRows: number;
  /** A few of those rows, as VDiff shows them. */
  readonly samples: readonly string[];
}

export interface VDiff {
  /** `pending`, `started`, `completed`, `stopped`, `error`. */
  readonly state: string;
  readonly hasMismatch: boolean;
  readonly rowsCompared: number;
  readonly errors: readonly string[];
  readonly tables: readonly VDiffTable[];
}

export interface VDiffOptions {
  /**
   * The tables to compare; all tables of the workflow if this is empty. Vitess joins the names with commas, so no name
   * may contain one.
   */
  readonly tables?: readonly string[];
  /** Whether to read both sides from primaries; by default a follower is read if there is one. */
  readonly onPrimaries?: boolean;
}

export async function createVDiff(
  vtctl: Vtctl,
  name: WorkflowName,
  uuid: string,
  options: VDiffOptions,
): Promise<void> {
  await vtctl.run(vdiffCreateCommand(name, uuid, options));
}

/** The largest int64, which stands for no limit. */
const NO_LIMIT = String(2n ** 63n - 1n);

/** @param uuid vtctldclient generates one if it is missing; a command that is sent needs one. */
export function vdiffCreateCommand(
  name: WorkflowName,
  uuid?: string,
  { tables = [], onPrimaries = false }: VDiffOptions = {},
): VtctlCommand {
  return {
    args: [
      ...argsOf(name),
      'create',
      ...(uuid === undefined ? [] : [uuid]),
      ...(tables.length === 0 ? [] : [`--tables=${tables.join(',')}`]),
      ...(onPrimaries ? ['--tablet-types=primary'] : []),
    ],
    method: 'VDiffCreate',
    request: {
      workflow: name.workflow,
      target_keyspace: name.targetKeyspace,
      uuid: uuid ?? '',
      tables: [...tables],
      // vtctldclient 24.0.1 sends the rest by default (command/vreplication/vdiff/vdiff.go).
      tablet_types: onPrimaries ? ['PRIMARY'] : ['RDONLY', 'REPLICA', 'PRIMARY'],
      tablet_selection_preference: 'INORDER',
      limit: NO_LIMIT,
      filtered_replication_wait_time: duration(30_000),
      max_extra_rows_to_compare: '1000',
      wait_update_interval: duration(60_000),
      auto_retry: true,
      max_report_sample_rows: '10',
      max_diff_duration: duration(0),
      row_diff_column_truncate_at: '128',
      auto_start: true,
    },
  };
}

/** @param uuid or `last`, or `all` for what the tablets have written about every VDiff of the workflow. */
export function vdiffShowCommand(name: WorkflowName, uuid: string): VtctlCommand {
  return {
    args: [...argsOf(name), 'show', uuid, '--verbose'],
    method: 'VDiffShow',
    request: { workflow: name.workflow, target_keyspace: name.targetKeyspace, arg: uuid },
  };
}

export async function showVDiff(vtctl: Vtctl, name: WorkflowName, uuid: string): Promise<VDiff> {
  const answer = await vtctl.query(shown, vdiffShowCommand(name, uuid));
  const shards = Object.values(answer.tablet_responses).map(({ output }) =>
    output === undefined ? [] : rowsOf(output).map(tableOf),
  );
  const rows = shards.flat();
  return {
    state: stateOf(shards),
    hasMismatch: rows.some(({ hasMismatch }) => hasMismatch),
    rowsCompared: rows.reduce((sum, { rowsCompared }) => sum + rowsCompared, 0),
    errors: shards.flatMap(([first]) => (first?.error ? [first.error] : [])),
    tables: rows.flatMap(({ table }) => (table === null ? [] : [table])),
  };
}

const retries = z.object({ core_options: z.object({ auto_retry: z.boolean().optional() }).optional() });

/**
 * Returns the UUIDs of the VDiffs of a workflow that have not ended, or that Vitess tries again by itself after an error
 * (Vitess 24.0.1, vdiff/engine.go, `retryErroredVDiffs`), on one shard or more.
 */
export async function vdiffsUnderWay(vtctl: Vtctl, name: WorkflowName): Promise<string[]> {
  const answer = await vtctl.query(shown, vdiffShowCommand(name, 'all'));
  const rows = Object.values(answer.tablet_responses).flatMap(({ output }) =>
    output === undefined ? [] : rowsOf(output),
  );
  return [...new Set(rows.filter(isUnderWay).map((row) => row.get('vdiff_uuid') ?? ''))];
}

function isUnderWay(row: ReadonlyMap<string, string | null>): boolean {
  const state = row.get('state') ?? '';
  if (state !== 'error') return state === 'pending' || state === 'started';
  const { core_options: options } = retries.parse(JSON.parse(row.get('options') ?? '{}'));
  return options?.auto_retry === true;
}

/** One row of the answer: a table on a shard, or only the shard if no table has been started. */
interface VDiffRow {
  readonly shardState: string;
  readonly error: string;
  readonly rowsCompared: number;
  readonly hasMismatch: boolean;
  readonly table: VDiffTable | null;
}

function tableOf(row: ReadonlyMap<string, string | null>): VDiffRow {
  const text = (column: string) => row.get(column) ?? '';
  const name = text('table_name');
  const written = text('report');
  const seen = written === '' ? NO_REPORT : report.parse(JSON.parse(written));
  return {
    shardState: text('vdiff_state').toLowerCase(),
    error: text('last_error'),
    rowsCompared: Number(text('rows_compared')),
    hasMismatch: text('has_mismatch') === '1',
    table:
      name === ''
        ? null
        : {
            table: name,
            state: text('table_state').toLowerCase(),
            rowsCompared: seen.ProcessedRows,
            mismatchedRows: seen.MismatchedRows + seen.ExtraRowsSource + seen.ExtraRowsTarget,
            samples: samplesOf(seen),
          },
  };
}

/**
 * Sums the result up as vtctldclient does (Vitess 24.0.1, go/vt/vtctl/workflow/vdiff.go, `BuildSummary`), except that an
 * error of a table does not end the VDiff: the tablet writes it a moment before that of the shard, which says why
 * (vdiff/workflow_differ.go and controller.go).
 */
function stateOf(shards: readonly (readonly VDiffRow[])[]): string {
  const ofShards = shards.map(([first]) => first?.shardState ?? '');
  const ofTables = shards.flat().flatMap(({ table }) => (table === null ? [] : [table.state]));
  if (ofShards.includes('stopped')) return 'stopped';
  if (ofShards.includes('error')) return 'error';
  if (ofTables.includes('error')) return 'started';
  if (ofTables.includes('started')) return 'started';
  if (ofTables.includes('pending')) return 'pending';
  if (ofTables.some((state) => state !== 'completed')) return 'unknown';
  return ofShards.length > 0 && ofShards.every((state) => state === 'completed') ? 'completed' : 'started';
}

function samplesOf(seen: z.infer<typeof report>): string[] {
  return [
    ...(seen.MismatchedRowsSample ?? []).map((each) => `differs: ${JSON.stringify(each)}`),
    ...(seen.ExtraRowsSourceSample ?? []).map((each) => `on the source only: ${JSON.stringify(each)}`),
    ...(seen.ExtraRowsTargetSample ?? []).map((each) => `on the target only: ${JSON.stringify(each)}`),
  ];
}

function argsOf({ workflow, targetKeyspace }: WorkflowName): string[] {
  return ['VDiff', `--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`, '--format=json'];
}
