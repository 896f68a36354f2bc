import { usage } from '../errors.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { readBytes } from './bytes.ts';
import { classify, type Classified } from './classify.ts';
import type { DumpFile } from './dump.ts';
import { Encoding } from './encoding.ts';
import { dumpFiles } from './files.ts';
import { StatementSplitter, type SqlStatement } from './statements.ts';
import { TsvToInserts } from './tsv.ts';

/** A statement, and what it is for. */
export interface DumpStatement extends SqlStatement, Classified {
  readonly file: string;
  /** The database that it is for: by its own words, by USE before it, or by its file; null if nothing says so. */
  readonly of: string | null;
}

export interface ReadOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const PROGRESS_EVERY_MS = 100;

/**
 * Returns every statement of a dump, in the order in which they must run; one is held at a time.
 *
 * @throws usage with file and line, for a dump that does not exist, is cut off, is not UTF-8, or contains anything
 *   other than schema and rows.
 */
export async function* readDump(dump: string, options: ReadOptions = {}): AsyncGenerator<DumpStatement> {
  const { files, settings } = await dumpFiles(dump);
  for (const sql of settings) yield settingOf(sql, dump);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const meter = new ProgressMeter({
    total,
    unit: 'bytes',
    onProgress: options.onProgress,
    intervalMs: PROGRESS_EVERY_MS,
  });
  const reading = { encoding: new Encoding(), onBytes: (bytes: number) => meter.add(bytes), signal: options.signal };
  for (const file of files) yield* readFile(file, reading);
}

interface ReadSettings {
  readonly encoding: Encoding;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

function settingOf(sql: string, file: string): DumpStatement {
  return { ...classify(Buffer.from(sql)), bytes: Buffer.from(sql), line: 0, file, of: null };
}

async function* readFile(file: DumpFile, { encoding, onBytes, signal }: ReadSettings): AsyncGenerator<DumpStatement> {
  const splitter = file.tsv === undefined ? new StatementSplitter(file.path) : new TsvToInserts(file.path, file.tsv);
  const ends = new Ends();
  let of = file.database;
  const take = (statement: SqlStatement): DumpStatement => {
    const classified = classify(statement.bytes);
    if (classified.kind === 'database') of = classified.name;
    const whole = { ...statement, ...classified, file: file.path, of: classified.database ?? of };
    if (classified.kind === 'refused') throw refused(whole);
    if (!encoding.accepts(whole)) throw notUtf8(whole);
    return whole;
  };
  for await (const chunk of readBytes(file.path, onBytes)) {
    signal?.throwIfAborted();
    ends.see(chunk);
    of ??= ends.database;
    for (const statement of splitter.push(chunk)) yield take(statement);
  }
  for (const statement of splitter.end()) yield take(statement);
  ends.refuseCut(file.path);
}

const TAIL_BYTES = 300;

/** The first and last lines that mysqldump writes (client/mysqldump.cc: write_header, write_footer). */
class Ends {
  #head = '';
  #tail = '';

  see(chunk: Buffer): void {
    if (this.#head === '') this.#head = chunk.toString('latin1', 0, 2_000);
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - TAIL_BYTES))).slice(-TAIL_BYTES);
  }

  /** Returns the database that a comment such as `-- Host: localhost    Database: sakila` names. */
  get database(): string | null {
    const name = /^-- Host: .*\sDatabase: (\S+)\s*$/m.exec(this.#head)?.[1];
    return name === undefined ? null : Buffer.from(name, 'latin1').toString();
  }

  refuseCut(file: string): void {
    if (!/^-- (?:MySQL|MariaDB) dump /m.test(this.#head) || /^-- Dump completed/m.test(this.#tail)) return;
    throw usage({
      what: 'The dump was cut off between two statements.',
      expected: 'a last line “-- Dump completed”, as mysqldump writes it',
      seen: JSON.stringify(this.#tail.slice(-60)),
      where: file,
      next: 'Make the dump again, or copy it whole.',
    });
  }
}

function refused({ bytes, file, line }: DumpStatement) {
  return usage({
    what: 'The dump contains a statement that is neither schema nor rows.',
    expected: 'what mysqldump, MySQL Shell or mydumper write',
    seen: shown(bytes),
    where: `${file}:${line}`,
    next: 'Remove it from the file, or make a dump of the database alone.',
  });
}

function notUtf8({ bytes, file, line }: DumpStatement) {
  return usage({
    what: 'The dump is not UTF-8.',
    expected: 'UTF-8, or SET NAMES with the character set it is written in; binary values marked by _binary or in hex',
    seen: shown(bytes),
    where: `${file}:${line}`,
    next: 'Make it with mysqldump --default-character-set=utf8mb4 --hex-blob.',
  });
}

/** Returns the beginning of a statement, on one line. */
export function shown(bytes: Buffer): string {
  const text = bytes.toString('utf8', 0, 160).replaceAll(/\s+/g, ' ');
  return bytes.length > 160 ? `${text}…` : text;
}
