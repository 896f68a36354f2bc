import { stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, usage } from '../errors.ts';
import { isOfServer } from '../schema/server-databases.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { GeneralLog, isGeneralLogLine } from './general-log.ts';
import { readLines } from './lines.ts';
import type { LogReader } from './log-entry.ts';
import { TrafficCollector, type SeenOptions, type SeenTraffic } from './seen-traffic.ts';
import { isSlowLogLine, SlowLog } from './slow-log.ts';
import { TableLog, tableColumns } from './table-log.ts';

/** How many lines, such as the rest of a statement, may precede the first that shows the kind of log. */
const LINES_BEFORE = 10_000;

const PROGRESS_MS = 200;

export interface ReadLogsOptions extends SeenOptions {
  readonly onProgress: (progress: Progress) => void;
  /**
   * Receives a sentence if the log has no statement of this database, and those of the only other one are taken.
   * Without this, that is an error. It is for a schema that names no database, and whose name is therefore arbitrary.
   */
  readonly onOtherDatabase?: ((said: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads slow logs, general logs, and printed contents of the tables that hold them, one after another, in bounded
 * memory.
 *
 * @throws usage for a file that cannot be read or is not a log, and if no statement is of the database.
 */
export async function readLogs(
  files: readonly string[],
  { onOtherDatabase, ...options }: ReadLogsOptions,
): Promise<SeenTraffic> {
  const seen = await readAll(files, options);
  if (seen.executions > 0) return seen;
  const [other, ...more] = [...seen.elsewhere.keys()].filter((name) => !isOfServer(name));
  if (onOtherDatabase === undefined || other === undefined || more.length > 0) {
    throw nothingThere(files, options.database, seen);
  }
  onOtherDatabase(`the log has no statement of ${options.database}; those of ${other}, its only database, are used`);
  return await readAll(files, { ...options, database: other });
}

async function readAll(
  files: readonly string[],
  { onProgress, signal, ...options }: Omit<ReadLogsOptions, 'onOtherDatabase'>,
): Promise<SeenTraffic> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const meter = new ProgressMeter({ total, unit: 'bytes', onProgress, intervalMs: PROGRESS_MS });
  const collector = new TrafficCollector(options);
  for (const file of files) await readLog(file, collector, (bytes) => meter.add(bytes, path.basename(file)), signal);
  return collector.seen();
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw usage({ what: 'The log cannot be read.', seen: messageOf(error), where: file, cause: error });
  }
}

async function readLog(
  file: string,
  collector: TrafficCollector,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let reader: LogReader | null = null;
  let before: string[] = [];
  for await (const lines of readLines(file, onBytes)) {
    signal?.throwIfAborted();
    if (reader === null) {
      before = [...before, ...lines];
      reader = readerFor(before.slice(0, LINES_BEFORE));
      if (reader === null && before.length >= LINES_BEFORE) break;
    }
    if (reader === null) continue;
    for (const entry of reader.read(before.length > 0 ? before : lines)) collector.take(entry);
    before = [];
  }
  if (reader === null) throw notALog(file, before);
  for (const entry of reader.end()) collector.take(entry);
}

function readerFor(lines: readonly string[]): LogReader | null {
  for (const line of lines) {
    const columns = tableColumns(line);
    if (columns !== null) return new TableLog(columns);
    // The lines that a server writes when it starts are the same in both logs.
    if (isSlowLogLine(line) && !isGeneralLogLine(line)) return new SlowLog();
    if (isGeneralLogLine(line) && !isSlowLogLine(line)) return new GeneralLog();
  }
  return null;
}

function notALog(file: string, lines: readonly string[]) {
  const first = lines.find((line) => line.trim() !== '');
  return usage({
    what: first === undefined ? 'The log contains no statement.' : 'The file is not a log of MySQL.',
    expected:
      'a slow log, a general log, or what `mysql --batch` prints of mysql.general_log or mysql.slow_log, plain or compressed by gzip or zstd',
    seen: first === undefined ? 'no line of a log' : JSON.stringify(first.slice(0, 100)),
    where: file,
    next: 'See docs/traffic.md for how to make one.',
  });
}

function nothingThere(files: readonly string[], database: string, { elsewhere }: SeenTraffic) {
  const named = [...elsewhere].toSorted(([, a], [, b]) => b - a).slice(0, 10);
  return usage({
    what: 'The log has no statement of the database.',
    expected: `statements of ${database}`,
    seen: named.map(([name, count]) => `${name}: ${count.toLocaleString('en')} statements`).join('\n') || 'none at all',
    where: files.join(', '),
    next: 'Name the database in the log with --database.',
  });
}
