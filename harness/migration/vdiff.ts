import { randomUUID } from 'node:crypto';
import { failure, messageOf, trouble } from '../errors.ts';
import type { Part, VDiffObservation } from '../history/observations.ts';
import type { Progress } from '../history/steps.ts';
import { showWorkflow, type WorkflowName } from '../vtctl/move-tables.ts';
import { createVDiff, showVDiff, type VDiff } from '../vtctl/vdiff.ts';
import { waitFor } from '../wait.ts';
import { otherSide, type MigrationContext } from './context.ts';
import { PartTimer } from './part-timer.ts';
import { Pulse } from './pulse.ts';
import { rowsAtBeginning, surelyThroughout, type RowsThroughout } from './rows-throughout.ts';
import { blameStreams } from './blame-streams.ts';
import { StreamWatch } from './stream-watch.ts';
import { VDiffEnd } from './vdiff-end.ts';

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
    /** Rows of the table on the side that serves writes, counted just before; null if they were not counted. */
    rows: number | null;
    /** Rows that were certainly there from the beginning to the end of the VDiff. */
    atLeast: number;
  }[];
  /** The tables that it was asked to compare; absent if these were all that move. */
  readonly asked?: readonly string[];
  /** The time from the command to the end of the VDiff. */
  readonly durationMs: number;
  readonly parts: readonly Part[];
}

/** The longest rest between two looks, because each answer has all of its tables. */
const REST_MS = 2_000;

/** How often to look at the streams during the comparison, which may never end if a stream is broken. */
const STREAMS_EVERY_MS = 5_000;

export interface VDiffStepOptions {
  /** The tables to compare; by default all that move. */
  readonly tables?: readonly string[];
  /** Whether there may be writes during the comparison; true by default. */
  readonly underWrites?: boolean;
  readonly timeoutMs?: number;
  readonly progress: (progress: Progress) => void;
  /** Receives a sentence if a follower was behind. */
  readonly note: (text: string) => void;
}

/**
 * Compares the two sides of a workflow row by row, and polls until the end.
 *
 * Vitess 24.0.1 reads the target from a follower if there is one, and waits only for its primary's stream
 * (vdiff/table_differ.go, `syncTargetStreams`): under writes, a follower that is behind looks like a difference. Tables
 * that differ are therefore compared again, on the primary. At rest the followers have caught up, so that a difference
 * is a finding.
 *
 * @returns the figures, with or without mismatches; the caller decides what they mean.
 * @throws `unknown` if VDiff ended without comparing what was certainly there, which proves nothing.
 */
export async function vdiff(
  context: MigrationContext,
  name: WorkflowName,
  { underWrites = true, note, ...options }: VDiffStepOptions,
): Promise<VDiffFigures> {
  const first = await compare(context, name, options);
  const differing = first.tables.filter(({ mismatchedRows }) => mismatchedRows > 0).map(({ table }) => table);
  if (!underWrites || differing.length === 0) return first;
  const second = await compare(context, name, { ...options, tables: differing, onPrimaries: true }).catch(
    (error: unknown) => {
      note(`tables that differ could not be compared again on the primaries: ${messageOf(error)}`);
      return null;
    },
  );
  if (second === null) return first;
  const again = new Map(second.tables.map((table) => [table.table, table]));
  const tables = first.tables.map((table) => again.get(table.table) ?? table);
  const behind = first.mismatchedRows - second.mismatchedRows;
  if (behind > 0) {
    note(
      `VDiff read a follower of ${name.targetKeyspace} that was behind: of ${first.mismatchedRows} row(s) that differed ` +
        `there, in ${differing.join(', ')}, ${second.mismatchedRows} differ on the primary`,
    );
  }
  return { ...first, tables, mismatchedRows: second.mismatchedRows };
}

async function compare(
  context: MigrationContext,
  name: WorkflowName,
  {
    tables = context.tables,
    onPrimaries = false,
    timeoutMs = 12 * 3_600_000,
    progress,
  }: Omit<VDiffStepOptions, 'underWrites' | 'note'> & { readonly onPrimaries?: boolean },
): Promise<VDiffFigures> {
  const { vtctl } = context;
  const serving = name.targetKeyspace === context.cluster.targetKeyspace ? 'source' : 'target';
  const beginning = await rowsAtBeginning(context, serving, tables);
  const { total } = beginning;
  const uuid = randomUUID();
  const startedAt = performance.now();
  const parts = new PartTimer(tables, startedAt);
  const lookAtStreams = streamLook(context, name);
  // Vitess joins the names of tables with commas, so a table with a comma in its name is compared along with all
  // others.
  const isWhole = tables.length === context.tables.length || tables.some((table) => table.includes(','));
  await createVDiff(vtctl, name, uuid, { tables: isWhole ? [] : tables, onPrimaries }).catch(async (error: unknown) => {
    await blameStreams(context, name);
    throw error;
  });
  using pulse = await Pulse.ofVDiff(context, otherSide(serving), uuid);
  const wait = {
    hasChanged: pulse.hasChanged,
    intervalMs: 100,
    what: 'VDiff to end',
    where: `VDiff show ${uuid} in ${name.targetKeyspace}`,
    timeoutMs,
    mostRestMs: REST_MS,
  };
  const end = new VDiffEnd();
  const ended = await waitFor(wait, async () => {
    const now = await showVDiff(vtctl, name, uuid);
    const nowMs = performance.now();
    const perSecond = (now.rowsCompared * 1000) / (nowMs - startedAt);
    parts.look(now.tables.filter(({ state }) => state === 'completed').map(({ table }) => table));
    progress({ done: now.rowsCompared, total, unit: 'rows', perSecond, detail: now.state });
    if (end.look(now, nowMs)) return { done: now, seen: now.state };
    await lookAtStreams();
    return { done: undefined, seen: [`${now.state}, ${now.rowsCompared} rows compared`, ...now.errors].join('\n') };
  });
  const endedAt = performance.now();
  const throughout = await beginning.throughout();
  refuseUnlessCompared(ended, throughout, `VDiff show ${uuid} --target-keyspace=${name.targetKeyspace}`);
  return {
    workflow: name.workflow,
    keyspace: name.targetKeyspace,
    rowsCompared: ended.rowsCompared,
    mismatchedRows: ended.tables.reduce((sum, table) => sum + table.mismatchedRows, 0),
    tables: ended.tables.map((table) => ({ ...table, ...rowsOf(throughout.get(table.table)) })),
    ...(isWhole ? {} : { asked: tables }),
    durationMs: endedAt - startedAt,
    parts: parts.end(endedAt),
  };
}

function rowsOf(throughout: RowsThroughout | undefined): { rows: number | null; atLeast: number } {
  if (throughout === undefined) return { rows: null, atLeast: 0 };
  return { rows: throughout.basis === 'counted' ? throughout.rows : null, atLeast: surelyThroughout(throughout) };
}

/** Looks at the workflow's streams now and then; throws if one cannot go on. */
function streamLook(context: MigrationContext, name: WorkflowName): () => Promise<void> {
  const watch = new StreamWatch(name, context.cluster.existing === null);
  // A plan says what is sent to servers that are not ours, so there each VDiff has a look at once.
  let lookedAt = context.cluster.existing === null ? performance.now() : -Infinity;
  return async () => {
    if (performance.now() - lookedAt < STREAMS_EVERY_MS) return;
    lookedAt = performance.now();
    const workflow = await showWorkflow(context.vtctl, name);
    if (workflow !== null) watch.look(workflow);
  };
}

/**
 * VDiff's exit status says nothing about this, and VDiff passes on zero rows. At rest nothing is deleted meanwhile, so
 * every row is required; `vdiff-agrees` judges the same from what is observed.
 *
 * @param throughout what is known about each table's rows on the side that serves writes.
 */
export function refuseUnlessCompared(
  ended: VDiff,
  throughout: ReadonlyMap<string, RowsThroughout>,
  where: string,
): void {
  const compared = new Map(ended.tables.map((table) => [table.table, table.rowsCompared]));
  const missed = [...throughout].filter(([table, rows]) => (compared.get(table) ?? 0) < surelyThroughout(rows));
  const unfinished = ended.tables.filter(({ state }) => state !== 'completed');
  const mismatched = ended.tables.some(({ mismatchedRows }) => mismatchedRows > 0);
  const wrong = [
    ...(ended.state === 'completed' ? [] : [`state ${ended.state}`]),
    ...missed.map(([table, rows]) => `${compared.get(table) ?? 0} row(s) compared in ${table}, ${inWords(rows)}`),
    ...unfinished.map(({ table, state }) => `${table} is ${state}`),
    ...(ended.hasMismatch === mismatched ? [] : [`HasMismatch ${ended.hasMismatch}, but its tables say otherwise`]),
    ...ended.errors,
  ];
  if (wrong.length === 0) return;
  const isEstimated = missed.some(([, { basis }]) => basis === 'estimated');
  throw trouble({
    what: 'VDiff did not compare what it was asked to.',
    expected: `state completed, and every row that was there all the time compared in ${[...throughout.keys()].join(', ')}`,
    seen: wrong.join('\n'),
    where,
    next: isEstimated
      ? 'Read its errors there. An estimate may be wrong: ANALYZE TABLE makes a new one. Then run the step again.'
      : 'Read its errors there; then run the step again.',
  });
}

function inWords({ rows, basis, deleted }: RowsThroughout): string {
  const had = {
    counted: `which had ${rows} when it began`,
    estimated: `which had about ${rows} when it began, by its server's own estimate`,
    'not empty': 'which was not empty when it began',
  }[basis];
  if (basis === 'not empty') return had;
  return deleted === null ? `${had}; it is not known how many were deleted since` : `${had}; ${deleted} deleted since`;
}

/** Who may write while a VDiff compares: this run's application, others on servers that are not ours, or nobody. */
export type Writers = 'application' | 'others' | 'nobody';

/**
 * Returns the observation for the history.
 *
 * @param writers who may have written during the comparison; the rows compared can be checked against those counted
 *   only if nobody did.
 */
export function observationOf(figures: VDiffFigures, writers: Writers): VDiffObservation {
  const { workflow, keyspace, tables, asked, durationMs, parts } = figures;
  return {
    of: 'vdiff',
    workflow,
    keyspace,
    ...(asked === undefined ? {} : { asked }),
    tables: tables.map(({ table, rowsCompared, mismatchedRows, samples, rows, atLeast }) => ({
      table,
      rowsCompared,
      mismatchedRows,
      keys: samples,
      rows: writers === 'nobody' ? rows : null,
      ...(writers === 'others' ? { atLeast } : {}),
    })),
    durationMs,
    parts,
  };
}

/** @throws `fail` that names tables and rows, if there is any mismatch. */
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
