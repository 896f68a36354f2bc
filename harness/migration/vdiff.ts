import { randomUUID } from 'node:crypto';
import { failure, trouble } from '../errors.ts';
import type { Part, VDiffObservation } from '../history/observations.ts';
import type { Progress } from '../history/steps.ts';
import type { WorkflowName } from '../vtctl/move-tables.ts';
import { createVDiff, showVDiff, type VDiff } from '../vtctl/vdiff.ts';
import { waitFor } from '../wait.ts';
import type { MigrationContext } from './context.ts';
import { countServed } from './copy.ts';
import { Parts } from './parts.ts';

export interface VDiffFigures {
  readonly workflow: string;
  readonly keyspace: string;
  readonly rowsCompared: number;
  /** Rows that differ, or are on one side only. */
  readonly mismatchedRows: number;
  readonly tables: readonly {
    table: string;
    rowsCompared: number;
    mismatchedRows: number;
    samples: readonly string[];
    /** In the table on the side that serves writes, counted just before. */
    rows: number;
  }[];
  /** From its command to its end. */
  readonly durationMs: number;
  readonly parts: readonly Part[];
}

/** States in which a VDiff does not go on by itself; `--wait` would hang on the last two. */
const ENDED = ['completed', 'error', 'stopped'];

/**
 * Compares the two sides of a workflow row by row, and polls to the end.
 *
 * @returns the figures, with mismatches or without: what they mean is the caller's to say.
 * @throws `unknown` when VDiff ended without comparing every row of every table, which proves nothing.
 */
export async function vdiff(
  context: MigrationContext,
  name: WorkflowName,
  progress: (progress: Progress) => void,
  { timeoutMs = 12 * 3_600_000 }: { timeoutMs?: number } = {},
): Promise<VDiffFigures> {
  const { vtctl, loaded } = context;
  const serving = name.targetKeyspace === context.cluster.targetKeyspace ? 'source' : 'target';
  const counts = await countServed(context, serving);
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const uuid = randomUUID();
  const startedAt = performance.now();
  const parts = new Parts(context.tables, startedAt);
  await createVDiff(vtctl, name, uuid);
  const wait = {
    what: 'VDiff to end',
    where: `VDiff show ${uuid} in ${name.targetKeyspace}`,
    timeoutMs,
    intervalMs: 50,
  };
  const ended = await waitFor(wait, async () => {
    const now = await showVDiff(vtctl, name, uuid);
    const perSecond = (now.rowsCompared * 1000) / (performance.now() - startedAt);
    parts.look(now.tables.filter(({ state }) => state === 'completed').map(({ table }) => table));
    progress({ done: now.rowsCompared, total, unit: 'rows', perSecond, detail: now.state });
    return {
      done: ENDED.includes(now.state) ? now : undefined,
      seen: `${now.state}, ${now.rowsCompared} rows compared`,
    };
  });
  const endedAt = performance.now();
  refuseUnlessCompared(
    ended,
    counts,
    loaded().beganEmpty,
    `VDiff show ${uuid} --target-keyspace=${name.targetKeyspace}`,
  );
  return {
    workflow: name.workflow,
    keyspace: name.targetKeyspace,
    rowsCompared: ended.rowsCompared,
    mismatchedRows: ended.tables.reduce((sum, table) => sum + table.mismatchedRows, 0),
    tables: ended.tables.map((table) => ({ ...table, rows: counts.get(table.table) ?? 0 })),
    durationMs: endedAt - startedAt,
    parts: parts.end(endedAt),
  };
}

/** Writes go on while VDiff compares, so that a table may have lost some rows by then. */
const SHARE_THAT_MUST_BE_COMPARED = 0.9;

/**
 * VDiff's exit status says nothing of this, and it passes on zero rows.
 *
 * @param counts rows of each table on the side that serves writes, from before VDiff began.
 * @param mayBeEmpty tables that had no row when the run began: while they have none, there is nothing to compare.
 */
export function refuseUnlessCompared(
  ended: VDiff,
  counts: ReadonlyMap<string, number>,
  mayBeEmpty: ReadonlySet<string>,
  where: string,
): void {
  const compared = new Map(ended.tables.map((table) => [table.table, table.rowsCompared]));
  const missed = [...counts].filter(
    ([table, rows]) =>
      !(rows === 0 && mayBeEmpty.has(table)) &&
      (compared.get(table) ?? 0) < Math.max(1, rows * SHARE_THAT_MUST_BE_COMPARED),
  );
  const unfinished = ended.tables.filter(({ state }) => state !== 'completed');
  const mismatched = ended.tables.some(({ mismatchedRows }) => mismatchedRows > 0);
  const wrong = [
    ...(ended.state === 'completed' ? [] : [`state ${ended.state}`]),
    ...missed.map(([table, rows]) => `${compared.get(table) ?? 0} row(s) compared in ${table}, which has ${rows}`),
    ...unfinished.map(({ table, state }) => `${table} is ${state}`),
    ...(ended.hasMismatch === mismatched ? [] : [`HasMismatch ${ended.hasMismatch}, but its tables say otherwise`]),
    ...ended.errors,
  ];
  if (wrong.length === 0) return;
  throw trouble({
    what: 'VDiff did not compare what it was asked to.',
    expected: `state completed, and all rows compared in ${[...counts.keys()].join(', ')}`,
    seen: wrong.join('\n'),
    where,
    next: 'Read its errors there; then run the step again.',
  });
}

/**
 * For the history.
 *
 * @param isAtRest whether nothing was written meanwhile: only then can the rows compared be held against those counted.
 */
export function observationOf(figures: VDiffFigures, isAtRest: boolean): VDiffObservation {
  const { workflow, keyspace, tables, durationMs, parts } = figures;
  return {
    of: 'vdiff',
    workflow,
    keyspace,
    tables: tables.map(({ table, rowsCompared, mismatchedRows, samples, rows }) => ({
      table,
      rowsCompared,
      mismatchedRows,
      keys: samples,
      rows: isAtRest ? rows : null,
    })),
    durationMs,
    parts,
  };
}

/** @throws `fail` that names tables and rows, when there is any mismatch. */
export function refuseMismatches(figures: VDiffFigures): void {
  if (figures.mismatchedRows === 0) return;
  const bad = figures.tables.filter(({ mismatchedRows }) => mismatchedRows > 0);
  throw failure({
    what: `VDiff found ${figures.mismatchedRows} row(s) that are not the same on both sides.`,
    expected: 'no mismatch',
    seen: bad
      .map(({ table, mismatchedRows, samples }) =>
        [`${table}: ${mismatchedRows} row(s)`, ...samples.slice(0, 3)].join('\n'),
      )
      .join('\n'),
    where: `workflow ${figures.workflow}, keyspace ${figures.keyspace}`,
    next: 'Do not cut over. The checksums name the rows by key, with both images.',
  });
}
