import { z } from 'zod';
import type { WorkflowName } from './move-tables.ts';
import { int64, type Vtctldclient } from './vtctldclient.ts';

const sample = z.looseObject({});
const tableReport = z.looseObject({
  MismatchedRowsSample: z.array(z.object({ Source: sample.optional(), Target: sample.optional() })).optional(),
  ExtraRowsSourceSample: z.array(sample).optional(),
  ExtraRowsTargetSample: z.array(sample).optional(),
});

const vdiff = z.object({
  State: z.string(),
  RowsCompared: int64,
  HasMismatch: z.boolean(),
  Errors: z.record(z.string(), z.string()).optional(),
  TableSummary: z
    .record(
      z.string(),
      z.object({
        State: z.string(),
        RowsCompared: int64,
        MismatchedRows: int64,
        ExtraRowsSource: int64,
        ExtraRowsTarget: int64,
      }),
    )
    .optional(),
  Reports: z.record(z.string(), z.record(z.string(), tableReport)).optional(),
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

export async function createVDiff(vtctl: Vtctldclient, name: WorkflowName, uuid: string): Promise<void> {
  await vtctl.run(vdiffCreateCommand(name, uuid));
}

/** @param uuid made by Vitess where there is none. */
export function vdiffCreateCommand(name: WorkflowName, uuid?: string): string[] {
  return [...command(name), 'create', ...(uuid === undefined ? [] : [uuid])];
}

/** @param uuid or `last`. */
export function vdiffShowCommand(name: WorkflowName, uuid: string): string[] {
  return [...command(name), 'show', uuid, '--verbose'];
}

export async function showVDiff(vtctl: Vtctldclient, name: WorkflowName, uuid: string): Promise<VDiff> {
  const answer = await vtctl.query(vdiff, vdiffShowCommand(name, uuid));
  return {
    state: answer.State,
    hasMismatch: answer.HasMismatch,
    rowsCompared: Number(answer.RowsCompared),
    errors: Object.values(answer.Errors ?? {}),
    tables: Object.entries(answer.TableSummary ?? {}).map(([table, summary]) => ({
      table,
      state: summary.State,
      rowsCompared: Number(summary.RowsCompared),
      mismatchedRows: Number(summary.MismatchedRows + summary.ExtraRowsSource + summary.ExtraRowsTarget),
      samples: Object.values(answer.Reports?.[table] ?? {}).flatMap(readSamples),
    })),
  };
}

function readSamples(report: z.infer<typeof tableReport>): string[] {
  return [
    ...(report.MismatchedRowsSample ?? []).map((each) => `differs: ${JSON.stringify(each)}`),
    ...(report.ExtraRowsSourceSample ?? []).map((each) => `on the source only: ${JSON.stringify(each)}`),
    ...(report.ExtraRowsTargetSample ?? []).map((each) => `on the target only: ${JSON.stringify(each)}`),
  ];
}

function command({ workflow, targetKeyspace }: WorkflowName): string[] {
  return ['VDiff', `--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`, '--format=json'];
}
