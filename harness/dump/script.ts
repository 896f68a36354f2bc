import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readBytes } from './bytes.ts';
import type { DumpFile } from './dump.ts';
import { quoteName } from '../schema/quote.ts';
import { isOfServer } from '../schema/server-databases.ts';

/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface ScriptOptions {
  /** Receives how many more bytes of the dump's own files were read. */
  readonly onBytes: (bytes: number) => void;
  /** Receives what the dump's own files contain, decompressed. */
  readonly onRead: (chunk: Buffer) => void;
  /** Receives a note on what was not read literally. */
  readonly note: (text: string) => void;
}

/** Starting with this line of the script, the lines are those of `file` starting with `fileLine`. */
interface Section {
  readonly line: number;
  readonly file: string;
  readonly fileLine: number;
}

/**
 * Lines that today's MySQL client cannot read from its input:
 *
 * - the command `source`, because its files are here and not where the client runs;
 * - modes that MySQL 8 no longer has, which mysqldump 5.7 writes around triggers and routines;
 * - the first line of MariaDB's dumps since 2024, a command to its own client that looks like a comment;
 * - the server's own databases in mysqldump's dump of all databases, with accounts that would lock this one out.
 */
const SPECIAL =
  /^(?:[ \t]*(?:source|\\\.)[ \t]+(?<included>[^\r\n;]+?)[ \t]*;?[ \t]*|(?<mode>(?:\/\*!\d+[ \t]+)?SET\b[^\r\n]*?\bsql_mode\s*=[^\r\n]*)|(?<sandbox>\/\*M?!999999\\-[^\r\n]*)|[ \t]*USE[ \t]+[`"]?(?<used>[^`";\s]+)[`"]?[ \t]*;?[ \t]*(?:(?:--[ \t]|#)[^\r\n]*)?)\r?$/gim;
const OLD_MODES =
  /\b(?:NO_AUTO_CREATE_USER|NO_FIELD_OPTIONS|NO_KEY_OPTIONS|NO_TABLE_OPTIONS|MYSQL323|MYSQL40|DB2|MAXDB|MSSQL|ORACLE|POSTGRESQL)\b,?/gi;
const NEWLINE = 10;
/** The most bytes in which the end of a special line is looked for. */
const MOST_SPECIAL = 65_536;
/** A file that includes itself has no end. */
const MOST_FILES_DEEP = 20;

/** The input of MySQL's client: the statements of several files, and the place from which each line comes. */
export class Script {
  readonly #files: readonly DumpFile[];
  readonly #options: ScriptOptions;
  readonly #sections: Section[] = [];
  /** The line of the script that contains the next byte. */
  #line = 1;
  /** Whether the current statements are for one of the server's own databases. */
  #isForServer = false;
  readonly #noted = new Set<string>();

  constructor(files: readonly DumpFile[], options: ScriptOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** @throws usage if a file cannot be read to its end. */
  async *bytes(): AsyncGenerator<Buffer> {
    let database: string | null = null;
    for (const [at, file] of this.#files.entries()) {
      if (at > 0) yield this.#own('DELIMITER ;');
      if (file.database !== null && file.database !== database) {
        const name = quoteName(file.database);
        yield this.#own(`CREATE DATABASE IF NOT EXISTS ${name}; USE ${name};`);
      }
      database = file.database;
      yield* this.#file(file.path, 0);
    }
  }

  /** Returns the place from which a line of the script comes; null for a line of our own. */
  placeOf(line: number): Place | null {
    const section = this.#sections.findLast((each) => each.line <= line);
    if (section === undefined || section.fileLine === 0) return null;
    return { file: section.file, line: section.fileLine + line - section.line };
  }

  #own(text: string): Buffer {
    this.#sections.push({ line: this.#line++, file: '', fileLine: 0 });
    return Buffer.from(`${text}\n`);
  }

  async *#file(file: string, depth: number): AsyncGenerator<Buffer> {
    const reading = { file, depth, line: 1 };
    this.#sections.push({ line: this.#line, file, fileLine: 1 });
    let rest: Buffer = Buffer.alloc(0);
    let isInLine = false;
    const { onBytes, onRead } = this.#options;
    const isOwn = depth === 0;
    for await (const chunk of readBytes(file, isOwn ? onBytes : () => undefined)) {
      if (isOwn) onRead(chunk);
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end === 0 && bytes.length < MOST_SPECIAL) {
        rest = bytes;
        continue;
      }
      if (end === 0) {
        // Rows come in lines of a megabyte, but special lines are never that long.
        if (!this.#isForServer) yield bytes;
        [rest, isInLine] = [Buffer.alloc(0), true];
        continue;
      }
      yield* this.#lines(bytes.subarray(0, end), isInLine, reading);
      [rest, isInLine] = [bytes.subarray(end), false];
    }
    if (rest.length > 0) yield* this.#lines(Buffer.concat([rest, Buffer.from('\n')]), isInLine, reading);
    else if (isInLine) yield* this.#lines(Buffer.from('\n'), true, reading);
  }

  /** Passes whole lines on, except for those that are special. */
  async *#lines(
    bytes: Buffer,
    isInLine: boolean,
    reading: { readonly file: string; readonly depth: number; line: number },
  ): AsyncGenerator<Buffer> {
    const { file, depth } = reading;
    const pass = (to: number, from: number) => {
      const piece = bytes.subarray(from, to);
      const lines = linesIn(piece);
      reading.line += lines;
      this.#line += lines;
      return this.#isForServer ? Buffer.alloc(lines, NEWLINE) : piece;
    };
    let begin = 0;
    for (const { 0: whole, index, groups = {} } of bytes.toString('latin1').matchAll(SPECIAL)) {
      if (index === 0 && isInLine) continue;
      if (groups['used'] !== undefined) {
        yield pass(index, begin);
        begin = index;
        this.#use(groups['used'], file);
        continue;
      }
      const replaced = await this.#replaced(groups, file, depth);
      if (replaced === null || this.#isForServer) continue;
      if (index > begin) yield pass(index, begin);
      begin = index + whole.length;
      if (typeof replaced === 'string') {
        yield Buffer.from(replaced, 'latin1');
        continue;
      }
      // The rest of the line is its end.
      begin += 1;
      reading.line += 1;
      yield* this.#file(replaced.included, depth + 1);
      this.#sections.push({ line: this.#line, file, fileLine: reading.line });
    }
    if (begin < bytes.length) yield pass(bytes.length, begin);
  }

  /** Reports each thing once, no matter how many lines show it. */
  #note(text: string): void {
    if (this.#noted.has(text)) return;
    this.#noted.add(text);
    this.#options.note(text);
  }

  #use(database: string, file: string): void {
    this.#isForServer = isOfServer(database);
    if (this.#isForServer) this.#note(`left out of ${path.basename(file)}: the server’s own database ${database}`);
  }

  /** Returns what replaces a special line; null to leave it unchanged. */
  async #replaced(
    { included, mode, sandbox }: Readonly<Record<string, string | undefined>>,
    file: string,
    depth: number,
  ): Promise<string | { readonly included: string } | null> {
    if (sandbox !== undefined) return '';
    if (mode !== undefined) {
      const kept = mode.replaceAll(OLD_MODES, '').replace(/,(?=['"])/, '');
      if (kept === mode) return null;
      this.#note(`left out of ${path.basename(file)}: sql_mode values that MySQL 8 no longer has`);
      return kept;
    }
    if (included === undefined || depth >= MOST_FILES_DEEP) return null;
    // Paths are resolved as if the client had been started in the dump's folder, or in that of the file that names
    // them.
    for (const folder of [path.dirname(this.#files[0]?.path ?? file), path.dirname(file)]) {
      const whole = path.resolve(folder, Buffer.from(included, 'latin1').toString());
      if ((await stat(whole).catch(() => null))?.isFile() === true) return { included: whole };
    }
    return null;
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
