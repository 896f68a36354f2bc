import { usage } from '../errors.ts';
import { quoteName } from '../schema/quote.ts';
import type { SqlStatement } from './statements.ts';

/**
 * Rows as text: one byte ends a field, another a row, a backslash escapes, and `\N` is NULL (MySQL manual, “LOAD
 * DATA”).
 */
export interface TsvFormat {
  readonly table: string;
  /** In the order of the fields. */
  readonly columns: readonly TsvColumn[];
  readonly fieldEnd: number;
  readonly rowEnd: number;
}

export interface TsvColumn {
  readonly name: string;
  /** The function that turns the text into the value, such as `FROM_BASE64`. */
  readonly decode: string | null;
}

const [BACKSLASH, QUOTE, COMMA, OPEN, CLOSE, UPPER_N] = [92, 39, 44, 40, 41, 78];
const NULL = Buffer.from('NULL');
/** One INSERT contains about this much text. */
const STATEMENT_BYTES = 1024 * 1024;
/** A row is smaller than what the server accepts in one packet. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Makes INSERTs of many rows from data that arrives in pieces. */
export class TsvToInserts {
  readonly #file: string;
  readonly #format: TsvFormat;
  readonly #head: Buffer;
  readonly #opens: readonly Buffer[];
  readonly #closes: readonly Buffer[];
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #out = Buffer.allocUnsafe(2 * STATEMENT_BYTES);
  #length = 0;
  #beginLine = 1;

  /** @param file for errors. */
  constructor(file: string, format: TsvFormat) {
    const { table, columns } = format;
    this.#file = file;
    this.#format = format;
    this.#head = Buffer.from(
      `INSERT INTO ${quoteName(table)} (${columns.map(({ name }) => quoteName(name)).join(', ')}) VALUES`,
    );
    this.#opens = columns.map(({ decode }) => Buffer.from(decode === null ? "'" : `${decode}('`));
    this.#closes = columns.map(({ decode }) => Buffer.from(decode === null ? "'" : "')"));
  }

  *push(chunk: Buffer): Generator<SqlStatement> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let begin = 0;
    for (;;) {
      const end = this.#endOfRow(bytes, begin);
      if (end < 0) break;
      this.#row(bytes, begin, end);
      begin = end + 1;
      if (this.#length > STATEMENT_BYTES) yield this.#cut();
    }
    this.#rest = bytes.subarray(begin);
    if (this.#rest.length > MOST_BYTES) throw this.#wrong('a row without an end');
  }

  /** @throws usage when the file ends inside a row. */
  *end(): Generator<SqlStatement> {
    if (this.#rest.length > 0) throw this.#wrong('the end of the file inside a row');
    if (this.#length > 0) yield this.#cut();
  }

  #endOfRow(bytes: Buffer, begin: number): number {
    const { rowEnd } = this.#format;
    for (let at = begin; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === rowEnd) return at;
    }
    return -1;
  }

  #row(bytes: Buffer, begin: number, end: number): void {
    if (this.#length === 0) {
      this.#beginLine = this.#line;
      this.#append(this.#head);
    } else this.#byte(COMMA);
    // Each byte becomes two at most.
    this.#reserve(2 * (end - begin) + 32 * this.#opens.length);
    this.#byte(OPEN);
    let at = begin;
    for (let column = 0; column < this.#opens.length; column += 1) {
      if (column > 0) this.#byte(COMMA);
      at = this.#field(bytes, at, end, column) + 1;
    }
    if (at !== end + 1) throw this.#wrong(`a row that does not have ${this.#opens.length} fields`);
    this.#byte(CLOSE);
    this.#line += 1;
  }

  /** Copies a field. Escapes mean the same in SQL, so only quotes need one more. Returns where the field ends. */
  #field(bytes: Buffer, begin: number, end: number, column: number): number {
    const { fieldEnd } = this.#format;
    if (begin > end) throw this.#wrong(`a row that does not have ${this.#opens.length} fields`);
    if (bytes[begin] === BACKSLASH && bytes[begin + 1] === UPPER_N) {
      this.#append(NULL);
      return begin + 2;
    }
    this.#append(this.#opens[column]!);
    const out = this.#out;
    let length = this.#length;
    let at = begin;
    for (; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === fieldEnd) break;
      if (byte === QUOTE) out[length++] = BACKSLASH;
      out[length++] = byte;
      if (byte === BACKSLASH) {
        at += 1;
        out[length++] = bytes[at]!;
      }
    }
    this.#length = length;
    this.#append(this.#closes[column]!);
    return at;
  }

  #cut(): SqlStatement {
    const bytes = Buffer.from(this.#out.subarray(0, this.#length));
    this.#length = 0;
    return { bytes, line: this.#beginLine };
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#out[this.#length++] = byte;
  }

  #append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#length += bytes.copy(this.#out, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }

  #wrong(seen: string) {
    return usage({
      what: 'A file of rows cannot be read.',
      expected: `${this.#opens.length} fields a row, and an end after each row`,
      seen,
      where: `${this.#file}:${this.#line}`,
      next: 'It was cut off or damaged: copy or make it again.',
    });
  }
}

/**
 * Returns the format of a file with these field endings.
 *
 * @throws usage if they are not one byte each, or the escape is not a backslash.
 */
export function tsvFormat(
  table: string,
  columns: readonly TsvColumn[],
  ends: { readonly fields: string; readonly rows: string; readonly escape: string; readonly enclosed: string },
  where: string,
): TsvFormat {
  const { fields, rows, escape, enclosed } = ends;
  if (fields.length === 1 && rows.length === 1 && escape === '\\' && enclosed === '') {
    return { table, columns, fieldEnd: fields.charCodeAt(0), rowEnd: rows.charCodeAt(0) };
  }
  throw usage({
    what: 'The dump’s rows are in a format that cannot be read here.',
    expected:
      'MySQL Shell’s own: fields end with a tab, rows with a newline, a backslash escapes, and nothing encloses',
    seen: JSON.stringify(ends),
    where,
    next: 'Make the dump without dialect, fieldsTerminatedBy, fieldsEnclosedBy and the like.',
  });
}
