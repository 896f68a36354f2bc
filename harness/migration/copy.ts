import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { failure, trouble } from '../errors.ts';
import type { CopyObservation, Part } from '../history/observations.ts';
import type { Progress } from '../history/steps.ts';
import { showWorkflow, type Workflow } from '../vtctl/move-tables.ts';
import { waitFor } from '../wait.ts';
import { forwardWorkflow, primaryEndpoint, type MigrationContext } from './context.ts';
import { copiedTables } from './copied-tables.ts';
import { countRows } from '../schema/count-rows.ts';
import { PartTimer } from './part-timer.ts';
import { Pulse } from './pulse.ts';
import { StreamWatch } from './stream-watch.ts';
import { tableSizes } from './table-sizes.ts';

export interface CopyFigures {
  /** Rows on the target when the copy ended: counted if the servers are ours, otherwise as the streams report them. */
  readonly rows: number;
  readonly bytes: number;
  readonly rowsPerSecond: number;
  /** Time since the workflow was created; absent if that is unknown. */
  readonly durationMs?: number;
  readonly parts?: readonly Part[];
  /** The size of each table on the target; absent if its MySQL cannot be asked. */
  readonly target?: NonNullable<CopyObservation['target']>;
}

export interface CopyOptions {
  /** How long the copy may make no progress before this gives up. */
  readonly stallMs?: number;
  readonly timeoutMs?: number;
  /** When the workflow was created, by `performance.now()`; null if that is unknown. */
  readonly madeAt?: number | null;
}

/** Other people's servers may be larger than these, and some cannot be asked what they are doing. */
const STALL_MS = { ours: 120_000, existing: 3_600_000 };

/** How often to look. Servers that are not ours should not be queried more than necessary. */
const INTERVAL_MS = { ours: 100, existing: 1_000 };

/** How often to ask the tablets for their progress, because their page is some hundred kB long. */
const LOOK_EVERY_MS = 1_000;

interface CopySize {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Follows the copy to its end, by the workflow's own copy state and by `information_schema.tables` on both sides, whose
 * rows and bytes are estimates.
 */
export async function untilCopied(
  context: MigrationContext,
  progress: (progress: Progress) => void,
  options: CopyOptions = {},
): Promise<CopyFigures> {
  const { stallMs = STALL_MS[whose(context)], timeoutMs = 24 * 3_600_000, madeAt = null } = options;
  if (!context.cluster.hasMysqls) return await untilCopiedByItself(context, progress, { stallMs, timeoutMs });
  const { cluster, tables } = context;
  const targetEndpoint = await primaryEndpoint(context, 'target');
  const startedAt = performance.now();
  return await onBothSides(cluster.source.harnessEndpoint, targetEndpoint, async (source, target) => {
    const total = await estimateSize(source, tables);
    const stall = new Stall(stallMs);
    const parts = new PartTimer(tables, madeAt ?? startedAt);
    const watch = watchOf(context);
    let lookedAt = startedAt;
    let copied = 0;
    const areLeft = (left: readonly string[]) => parts.look(tables.filter((table) => !left.includes(table)));
    using pulse = await Pulse.ofCopy(context, areLeft);
    const wait = { ...waitOf(context, timeoutMs), hasChanged: pulse.hasChanged };
    await waitFor(wait, async () => {
      const [workflow, size, altering] = await Promise.all([
        showOrFail(context, watch),
        estimateSize(target, tables),
        alteringSeconds(target),
      ]);
      const copying = workflow.streams.flatMap((stream) => stream.copying);
      copied = Math.max(size.rows, Number(sumOf(workflow.streams.map(({ rowsCopied }) => rowsCopied))));
      const seconds = (performance.now() - startedAt) / 1000;
      const seen = describe(workflow, copying, watch, altering);
      progress({ done: copied, total: total.rows, unit: 'rows', perSecond: copied / seconds, detail: seen });
      stall.look(`${copied} ${size.bytes} ${copying.join()} ${altering}`, seen);
      const isDone = isCopied(workflow);
      // A stream that has just started also has no table left.
      if (isDone || copying.length > 0) areLeft(copying);
      if (performance.now() - lookedAt >= LOOK_EVERY_MS) {
        lookedAt = performance.now();
        await observeCopying(context);
      }
      return { done: isDone || undefined, seen };
    });
    const measured = madeAt === null ? {} : { durationMs: performance.now() - madeAt, parts: parts.end() };
    const seconds = (performance.now() - startedAt) / 1000;
    const isOurs = cluster.existing === null;
    const rows = isOurs ? sumOfAll(await countRows(target, tables)) : copied;
    const { bytes } = await estimateSize(target, tables);
    const sizes = await tableSizes(target, tables, { isAnalyzed: isOurs });
    return { rows, bytes, rowsPerSecond: rows / seconds, ...measured, target: sizes };
  });
}

/**
 * Does the same as `untilCopied` using only the workflow's own state, for when no MySQL can be queried. It is then
 * unknown how much is left.
 */
async function untilCopiedByItself(
  context: MigrationContext,
  progress: (progress: Progress) => void,
  { stallMs, timeoutMs }: Required<Pick<CopyOptions, 'stallMs' | 'timeoutMs'>>,
): Promise<CopyFigures> {
  const startedAt = performance.now();
  const stall = new Stall(stallMs);
  const watch = watchOf(context);
  const rows = await waitFor(waitOf(context, timeoutMs), async () => {
    const workflow = await showOrFail(context, watch);
    const copying = workflow.streams.flatMap((stream) => stream.copying);
    const copied = Number(sumOf(workflow.streams.map(({ rowsCopied }) => rowsCopied)));
    const perSecond = (copied * 1000) / (performance.now() - startedAt);
    const seen = describe(workflow, copying, watch);
    progress({ done: copied, total: 0, unit: 'rows', perSecond, detail: seen });
    stall.look(`${copied} ${copying.join()}`, seen);
    return { done: isCopied(workflow) ? copied : undefined, seen };
  });
  return { rows, bytes: 0, rowsPerSecond: (rows * 1000) / (performance.now() - startedAt) };
}

/**
 * Waits until the workflow's largest transaction lag is at most `mostSeconds`.
 *
 * @returns the largest lag seen, in seconds.
 */
export async function untilLagIsLow(context: MigrationContext, mostSeconds = 1, timeoutMs = 300_000): Promise<number> {
  let largest = 0;
  const watch = watchOf(context);
  await waitFor({ what: `a lag of at most ${mostSeconds} s`, timeoutMs, where: 'MoveTables show' }, async () => {
    const { lagSeconds } = await showOrFail(context, watch);
    largest = Math.max(largest, lagSeconds ?? 0);
    const isLow = lagSeconds !== null && lagSeconds <= mostSeconds;
    const lag = lagSeconds === null ? 'not known yet' : `${lagSeconds} s`;
    return { done: isLow || undefined, seen: [lag, watch.error].filter(Boolean).join('; ') };
  });
  return largest;
}

/** @throws `fail` when the workflow is gone; otherwise what the watch throws when a stream cannot go on. */
async function showOrFail(context: MigrationContext, watch: StreamWatch): Promise<Workflow> {
  const name = forwardWorkflow(context);
  const workflow = await showWorkflow(context.vtctl, name);
  if (workflow === null) {
    throw failure({
      what: 'The copy cannot continue.',
      expected: `${name.workflow} copying or running`,
      seen: 'no workflow of that name',
      where: `MoveTables show in ${name.targetKeyspace}`,
      next: 'Find out who removed it, then begin again.',
    });
  }
  watch.look(workflow);
  return workflow;
}

function whose({ cluster }: MigrationContext): 'ours' | 'existing' {
  return cluster.existing === null ? 'ours' : 'existing';
}

function watchOf(context: MigrationContext): StreamWatch {
  return new StreamWatch(forwardWorkflow(context), context.cluster.existing === null);
}

function waitOf(context: MigrationContext, timeoutMs: number) {
  const what = 'every table copied and every stream running';
  return { what, where: 'MoveTables show', timeoutMs, intervalMs: INTERVAL_MS[whose(context)] };
}

/** A stream that has just started is also running with no table left, but it has no position yet. */
export function isCopied({ streams }: Workflow): boolean {
  return (
    streams.length > 0 &&
    streams.every(({ state, position, copying }) => state === 'Running' && position !== '' && copying.length === 0)
  );
}

/**
 * Returns how long the target has been adding the keys that a copy defers, during which no figure of the table changes,
 * or null if it is not adding keys or the account may not see it.
 */
async function alteringSeconds(target: Connection): Promise<number | null> {
  const [row] = await queryRows<{ seconds: string | null }>(
    target,
    `SELECT MAX(TIME) AS seconds FROM performance_schema.processlist WHERE COMMAND = 'Query' AND INFO LIKE 'alter table %'`,
  );
  return row!.seconds === null ? null : Number(row!.seconds);
}

function describe(
  workflow: Workflow,
  copying: readonly string[],
  watch: StreamWatch,
  altering: number | null = null,
): string {
  const states = [...new Set(workflow.streams.map(({ state }) => state))].join(', ').toLowerCase();
  const left = copying.length > 0 ? `left: ${copying.join(', ')}` : '';
  const keys = altering === null ? '' : `adding keys for ${altering} s`;
  return [states, left, keys, watch.error].filter(Boolean).join('; ');
}

/** Gives up when what it looks at has not changed for too long. */
class Stall {
  readonly #mostMs: number;
  #last = '';
  #since = performance.now();

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  look(state: string, seen: string): void {
    if (state !== this.#last) {
      this.#last = state;
      this.#since = performance.now();
    } else if (performance.now() - this.#since > this.#mostMs) {
      throw trouble({
        what: 'The copy stands still.',
        expected: `more rows on the target within ${this.#mostMs / 1000} s`,
        seen,
        where: 'information_schema.tables on the target, and MoveTables show',
        next: 'Read the log of the target’s primary tablet: a stream that retries names its error there.',
      });
    }
  }
}

async function onBothSides<T>(
  source: ConnectionOptions,
  target: ConnectionOptions,
  body: (source: Connection, target: Connection) => Promise<T>,
): Promise<T> {
  return await withConnection(
    source,
    async (left) => await withConnection(target, async (right) => await body(left, right)),
  );
}

async function observeCopying(context: MigrationContext): Promise<void> {
  const tables = await copiedTables(context);
  context.observed({ of: 'copying', tables: tables.map(({ table, rows }) => ({ table, rows })) });
}

async function estimateSize(connection: Connection, tables: readonly string[]): Promise<CopySize> {
  // MySQL caches these for a day by default.
  await connection.query('SET SESSION information_schema_stats_expiry = 0');
  const [size] = await queryRows<{ table_rows: string; data_length: string }>(
    connection,
    `SELECT COALESCE(SUM(TABLE_ROWS), 0) AS table_rows, COALESCE(SUM(DATA_LENGTH), 0) AS data_length
       FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)`,
    [tables],
  );
  return { rows: Number(size!.table_rows), bytes: Number(size!.data_length) };
}

function sumOfAll(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, each) => sum + each, 0);
}

function sumOf(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, each) => total + each, 0n);
}
