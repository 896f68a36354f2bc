import { usage } from '../errors.ts';

/** One statement of a file, without its delimiter and without the comments before it. */
export interface SqlStatement {
  /** The bytes as they are in the file: a dump may contain binary values that are not text. Copy them to keep them. */
  readonly bytes: Buffer;
  /** The line of the file where it begins, counted from 1. */
  readonly line: number;
}

type Inside = 'code' | 'quotes' | 'line comment' | 'comment';

const [NEWLINE, SPACE, HASH, DASH, SLASH, STAR, BANG] = [10, 32, 35, 45, 47, 42, 33];
const [BACKSLASH, BACKTICK, SINGLE, DOUBLE] = [92, 96, 39, 34];

/** Longer than any mark that is looked at as a whole: `/*!`, `-- `, or a delimiter. */
const LOOKAHEAD = 24;
const MOST_DELIMITER_BYTES = 16;
/** The server accepts at most 1 GiB in one packet, and 64 MiB by default; as text it is in memory a few times. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Splits SQL as mysql's own client does (MySQL manual, “mysql Client Commands” and “Comments”): three kinds of quotes,
 * backslashes, comments, and `DELIMITER` lines. An executable comment is code. Only one statement is held, and the
 * piece of the file in which it ends.
 */
export class StatementSplitter {
  readonly #file: string;
  readonly #mostBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #inside: Inside = 'code';
  #quote = 0;
  #delimiter = Buffer.from(';');
  #stops = stopsAt(';');
  /** Where the statement begins in the buffer; -1 between two. */
  #begin = -1;
  #beginLine = 1;
  /** How many lines were counted, and where the next one ends: newlines are looked for rarely, not byte by byte. */
  #line = 1;
  #lineEnd = Infinity;

  /** @param file for errors. */
  constructor(file: string, mostBytes = MOST_BYTES) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  /** Takes the next bytes of the file, and yields the statements that end in them. */
  *push(chunk: Buffer): Generator<SqlStatement> {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    this.#lineEnd = this.#lineEndFrom(0);
    yield* this.#statements(this.#buffer.length - LOOKAHEAD, false);
    this.#forget(this.#begin < 0 ? Math.min(this.#at, this.#buffer.length) : this.#begin);
    if (this.#buffer.length > this.#mostBytes) throw this.#tooLong();
  }

  /** @throws usage when the file ends inside a statement. */
  *end(): Generator<SqlStatement> {
    yield* this.#statements(this.#buffer.length, true);
    const begin = this.#begin;
    if (begin < 0 && this.#inside !== 'comment') return;
    const head = this.#buffer.toString('utf8', begin, begin + 80).replaceAll(/\s+/g, ' ');
    throw usage({
      what: 'The file ends inside a statement.',
      expected: `${this.#delimiter.toString()} at the end of every statement`,
      seen: `${begin < 0 ? 'a comment' : head} … without an end`,
      where: `${this.#file}:${this.#beginLine}`,
      next: 'It was cut off: make or copy the dump again. In a schema written by hand, end the last statement.',
    });
  }

  *#statements(end: number, isLast: boolean): Generator<SqlStatement> {
    while (this.#at < end) {
      if (this.#inside === 'quotes') this.#skipQuoted(end);
      else if (this.#inside === 'line comment') this.#skipLineComment(end);
      else if (this.#inside === 'comment') this.#skipComment(end);
      else {
        this.#skipCode(end);
        if (this.#at >= end) return;
        if (this.#begin < 0 && this.#isDelimiterLine()) {
          if (!this.#readDelimiter(isLast)) return;
        } else {
          const statement = this.#mark();
          if (statement !== undefined) yield statement;
        }
      }
    }
  }

  /** Moves to the next byte that can mean something; between two statements, to the next byte that is not a blank. */
  #skipCode(end: number): void {
    const buffer = this.#buffer;
    const stops = this.#stops;
    let at = this.#at;
    if (this.#begin < 0) while (at < end && buffer[at]! <= SPACE) at += 1;
    else while (at < end && stops[buffer[at]!] === 0) at += 1;
    this.#at = at;
  }

  /** Consumes what is here: the end of a statement, which is returned, or one more byte or mark of it. */
  #mark(): SqlStatement | undefined {
    const buffer = this.#buffer;
    const byte = buffer[this.#at]!;
    if (byte === this.#delimiter[0] && this.#isDelimiter()) return this.#cut();
    const next = buffer[this.#at + 1] ?? SPACE;
    const afterNext = buffer[this.#at + 2] ?? SPACE;
    if (byte === HASH || (byte === DASH && next === DASH && afterNext <= SPACE)) {
      this.#inside = 'line comment';
      return undefined;
    }
    if (byte === SLASH && next === STAR && afterNext !== BANG) {
      this.#inside = 'comment';
      if (this.#begin < 0) this.#noteLine();
      this.#at += 2;
      return undefined;
    }
    if (this.#begin < 0) {
      this.#noteLine();
      this.#begin = this.#at;
    }
    if (byte === SINGLE || byte === DOUBLE || byte === BACKTICK) {
      this.#inside = 'quotes';
      this.#quote = byte;
    }
    this.#at += 1;
    return undefined;
  }

  #noteLine(): void {
    this.#countLines(this.#at);
    this.#beginLine = this.#line;
  }

  /** Returns what is between `begin` and `at`, if anything. */
  #cut(): SqlStatement | undefined {
    const begin = this.#begin;
    const end = this.#at;
    this.#at += this.#delimiter.length;
    this.#begin = -1;
    return begin < 0 ? undefined : { bytes: this.#buffer.subarray(begin, end), line: this.#beginLine };
  }

  #skipQuoted(end: number): void {
    const buffer = this.#buffer;
    const quote = this.#quote;
    // Nothing equals it if backslashes are ordinary bytes.
    const escape = quote === BACKTICK ? -1 : BACKSLASH;
    let at = this.#at;
    while (at < end) {
      const byte = buffer[at]!;
      at += 1;
      if (byte === escape) at += 1;
      else if (byte === quote) {
        // A doubled quote ends one string and begins the next, which amounts to the same.
        this.#inside = 'code';
        break;
      }
    }
    this.#at = at;
  }

  #skipLineComment(end: number): void {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 || newline >= end) this.#at = end;
    else {
      this.#at = newline + 1;
      this.#inside = 'code';
    }
  }

  #skipComment(end: number): void {
    const mark = this.#buffer.indexOf('*/', this.#at);
    if (mark < 0 || mark >= end) this.#at = end;
    else {
      this.#at = mark + 2;
      this.#inside = 'code';
    }
  }

  #isDelimiterLine(): boolean {
    return /^delimiter[ \t]/i.test(this.#buffer.toString('latin1', this.#at, this.#at + 10));
  }

  /** Returns false if the line does not end in what has been read so far. */
  #readDelimiter(isLast: boolean): boolean {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 && !isLast) return false;
    const end = newline < 0 ? this.#buffer.length : newline;
    const [, text = ''] = this.#buffer.toString('utf8', this.#at, end).trim().split(/\s+/);
    this.#countLines(this.#at);
    if (text === '' || Buffer.byteLength(text) > MOST_DELIMITER_BYTES) throw this.#noDelimiter(text);
    this.#delimiter = Buffer.from(text);
    this.#stops = stopsAt(text);
    this.#at = end;
    return true;
  }

  #isDelimiter(): boolean {
    const { length } = this.#delimiter;
    return length === 1 || this.#delimiter.equals(this.#buffer.subarray(this.#at, this.#at + length));
  }

  #forget(bytes: number): void {
    this.#countLines(bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    this.#at -= bytes;
    this.#lineEnd -= bytes;
    if (this.#begin >= 0) this.#begin = 0;
  }

  #countLines(to: number): void {
    while (this.#lineEnd < to) {
      this.#line += 1;
      this.#lineEnd = this.#lineEndFrom(this.#lineEnd + 1);
    }
  }

  #lineEndFrom(at: number): number {
    const newline = this.#buffer.indexOf(NEWLINE, at);
    return newline < 0 ? Infinity : newline;
  }

  #noDelimiter(seen: string) {
    return usage({
      what: 'A DELIMITER line of the file cannot be followed.',
      expected: `DELIMITER and 1 to ${MOST_DELIMITER_BYTES} bytes`,
      seen: `DELIMITER ${seen}`,
      where: `${this.#file}:${this.#line}`,
      next: 'Give it a short delimiter, as mysqldump does: DELIMITER ;;',
    });
  }

  #tooLong() {
    return usage({
      what: 'A statement of the file is too long.',
      expected: `at most ${this.#mostBytes} bytes`,
      seen: 'more than that without an end',
      where: `${this.#file}:${this.#beginLine}`,
      next: 'Is a quote or a delimiter missing there? By default mysqldump makes statements of 1 MB.',
    });
  }
}

/** 1 for each byte at which code can become something else. */
function stopsAt(delimiter: string): Uint8Array {
  const stops = new Uint8Array(256);
  for (const byte of [SINGLE, DOUBLE, BACKTICK, HASH, DASH, SLASH]) stops[byte] = 1;
  stops[Buffer.from(delimiter)[0]!] = 1;
  return stops;
}
