import type { ScratchMySql } from '../cluster/scratch-mysql.ts';
import { trouble, usage } from '../errors.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { readBytes } from './bytes.ts';
import { changesRows, readClientError, readWarnings, type ClientError, type ClientWarning } from './client-output.ts';
import type { Dump, DumpFile } from './dump.ts';
import { ProvenanceReader, type Provenance } from './provenance.ts';
import { isTrouble, refusedStatement } from './refused-statement.ts';
import { loadData, type RowFormat } from './row-format.ts';
import { Script, type Place } from './script.ts';

export interface FeedDumpOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** How MySQL's client should read. */
export interface ClientSettings {
  /** The database in which it begins; null to leave that to the dump. */
  readonly database: string | null;
  /** Whether comments are sent to the server, and are then part of the bodies of routines. */
  readonly keepsComments: boolean;
}

/** The result of reading a dump. */
export interface Fed {
  readonly provenance: Provenance;
  /** Present if reading has to begin again; nothing after the statement that showed this was read. */
  readonly instead: Partial<ClientSettings> | null;
  readonly warnings: readonly ClientWarning[];
}

const [NO_DATABASE_SELECTED, SYNTAX] = [1046, 1064];
/** The name of a database that nothing names. */
const UNNAMED = 'commerce';
const PROGRESS_EVERY_MS = 100;
const CLIENT = [
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1G',
  '--show-warnings',
  '--local-infile=1',
  // Clients before MySQL 9 accepted commands such as `use` without a delimiter; commands of the shell stay disabled.
  '--loose-commands=ON',
  '--loose-system-command=OFF',
];
/** Tables do not come in the order of their references, and a dump does not belong in the binary log. */
const BEGIN = ['SET sql_log_bin = 0', 'SET foreign_key_checks = 0'];

/**
 * Feeds a dump to MySQL's own client in the server's container, byte for byte except for what `Script` replaces.
 *
 * @throws usage naming file, line, statement, the server's message and what helps; trouble if the server ends.
 */
export async function feedDump(
  server: ScratchMySql,
  dump: Dump,
  { database, keepsComments }: ClientSettings,
  { onProgress, note, signal }: FeedDumpOptions,
): Promise<Fed> {
  const total = dump.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = new ProgressMeter({ total, unit: 'bytes', onProgress, intervalMs: PROGRESS_EVERY_MS });
  const onBytes = (bytes: number) => meter.add(bytes);
  const begin = (own: string | null) => [
    ...CLIENT,
    ...(keepsComments ? ['--comments'] : ['--skip-comments']),
    `--init-command=${[...BEGIN, ...dump.settings].join('; ')}`,
    ...(own === null ? [] : [`--database=${own}`]),
  ];
  const ends = new ProvenanceReader();
  const warnings: ClientWarning[] = [];
  for (const part of partsOf(dump.files)) {
    const [first] = part;
    if (first?.rows !== undefined) {
      const { exitCode, stdout, stderr } = await server.client(
        [...begin(first.database), `--execute=${loadData(first.rows)}`],
        wholeRows(first.path, first.rows, onBytes),
        signal,
      );
      const refusal = readClientError(stderr);
      if (refusal === null && exitCode !== 0) throw clientEnded(exitCode, stderr, server);
      refuseRows(first, refusal, readWarnings(stdout));
      continue;
    }
    const script = new Script(part, { onBytes, onRead: (chunk) => ends.see(chunk), note });
    const { exitCode, stdout, stderr } = await server.client(begin(database), script.bytes(), signal);
    warnings.push(...readWarnings(stdout).filter(changesRows));
    const error = readClientError(stderr);
    if (error === null && exitCode === 0) continue;
    if (error?.errno === NO_DATABASE_SELECTED && database === null) {
      return { provenance: ends.seen, instead: { database: ends.seen.database ?? UNNAMED }, warnings: [] };
    }
    // A client that keeps comments mistakes a DELIMITER after one for the beginning of a statement.
    if (error?.errno === SYNTAX && keepsComments && /near 'DELIMITER/i.test(error.message)) {
      note('comments of routines are left out, because the client would otherwise miss a DELIMITER after a comment');
      return { provenance: ends.seen, instead: { keepsComments: false }, warnings: [] };
    }
    if (error === null) throw clientEnded(exitCode, `${stderr}${stdout}`, server);
    throw await refused(server, script, error, ends.seen);
  }
  return { provenance: ends.seen, instead: null, warnings };
}

/** Returns the files that one session of the client reads together: all with statements, up to one with rows. */
function partsOf(files: readonly DumpFile[]): readonly (readonly DumpFile[])[] {
  const parts: DumpFile[][] = [];
  for (const file of files) {
    const last = parts.at(-1);
    if (file.rows !== undefined || last === undefined || last[0]?.rows !== undefined) parts.push([file]);
    else last.push(file);
  }
  return parts;
}

async function refused(server: ScratchMySql, script: Script, error: ClientError, provenance: Provenance) {
  const place = script.placeOf(error.line);
  const { text, isCutOff } = place === null ? { text: '', isCutOff: false } : await statementAt(place);
  return refusedStatement({
    error,
    where: place === null ? 'the dump' : `${place.file}:${place.line}`,
    text,
    isCutOff,
    isOfMariaDb: provenance.isOfMariaDb,
    sqlMode: await server.sqlMode().catch(() => ''),
    log: server.recentLog,
  });
}

const SHOWN_CHARACTERS = 160;
const READ_BYTES = 4_000;
const NEWLINE = 10;
/** The end of a statement, by a usual delimiter, with or without a comment after it. */
const END_OF_STATEMENT = /(?:;|\/\/|\$\$|\\[gG])[ \t]*(?:(?:--|#|\/\*)[^\n]*)?\r?(?:\n|$)/;

/** Returns the beginning of the statement at a place, on one line, and whether the file ends within the statement. */
async function statementAt({ file, line }: Place): Promise<{ readonly text: string; readonly isCutOff: boolean }> {
  let [at, text, isCutOff] = [1, '', true];
  for await (const chunk of readBytes(file, () => undefined)) {
    let begin = 0;
    for (; at < line; at += 1) {
      const end = chunk.indexOf(NEWLINE, begin);
      if (end < 0) break;
      begin = end + 1;
    }
    if (at < line) continue;
    if (text.length < READ_BYTES) text += chunk.toString('utf8', begin, begin + READ_BYTES);
    isCutOff = !END_OF_STATEMENT.test(chunk.toString('latin1', begin));
    if (!isCutOff) break;
  }
  const shown = text
    .replaceAll(/^\s*(?:--\s|#).*$/gm, '')
    .split(/;[ \t]*\r?\n/, 1)[0]!
    .replaceAll(/\s+/g, ' ')
    .trim();
  return { text: shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown, isCutOff };
}

/**
 * Returns the bytes of a file of rows.
 *
 * @throws usage if the last row is incomplete, because the server would silently read what is missing as NULL.
 */
async function* wholeRows(
  file: string,
  { linesTerminatedBy, table }: RowFormat,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const end = Buffer.from(linesTerminatedBy);
  let last: Buffer = end;
  for await (const chunk of readBytes(file, onBytes)) {
    last = Buffer.concat([last, chunk]).subarray(-end.length);
    yield chunk;
  }
  if (!last.equals(end)) throw cutOff(file, table, 'a last row without an end');
}

function cutOff(file: string, table: string, seen: string) {
  return usage({
    what: 'The rows of a file would not be read unchanged.',
    expected: `rows of ${table}, whole and unchanged`,
    seen,
    where: file,
    next: 'It was cut off or damaged, or production has other settings (source.settings): copy or make it again.',
  });
}

/** Statuses of a shell and of the engine for a program that is not there or cannot be run. */
const NOT_RUN = new Set([126, 127]);

function clientEnded(exitCode: number, output: string, { recentLog }: ScratchMySql) {
  const said = output.trim();
  return trouble({
    what: 'MySQL’s client ended without giving a reason.',
    expected: 'status 0, or an error about a statement',
    seen: `status ${exitCode}${said === '' ? '' : `: ${said.slice(-500)}`}\nthe server’s log ends:\n${recentLog}`,
    where: 'the program mysql in the image of the source',
    next: NOT_RUN.has(exitCode)
      ? 'Name an image that has MySQL’s client: cluster.images.mysql, or ROUNDTRIP_MYSQL_IMAGE.'
      : 'Give the engine more memory or disk, and run again.',
  });
}

function refuseRows(
  { path: file, rows }: DumpFile,
  error: ClientError | null,
  warnings: readonly ClientWarning[],
): void {
  if (error !== null && isTrouble(error)) {
    throw trouble({ what: 'MySQL could not load a file of rows.', seen: error.message, where: file });
  }
  const wrong = error ?? warnings.find(changesRows);
  if (wrong !== undefined) throw cutOff(file, rows?.table ?? '', wrong.message);
}
