import { usage } from '../errors.ts';

/** One statement of a file, without its delimiter and without the comments before it. */
export interface SqlStatement {
  /** As they stand in the file: a dump may hold binary values that are no text. */
  readonly bytes: Buffer;
  /** Of the file, counted from 1, where it begins. */
  readonly line: number;
}

type State = 'code' | 'quoted' | 'line comment' | 'comment';

const [NEWLINE, BACKSLASH, SLASH, STAR, DASH, HASH, BANG] = [10, 92, 47, 42, 45, 35, 33];
const QUOTES: readonly number[] = [39, 34, 96];
const BACKTICK = 96;
const SPACE = 32;

/** As many bytes are looked at together: `/*!`, `-- `, or a delimiter. */
const LOOKAHEAD = 24;
/** What MySQL takes at most in one packet is 1 GiB; as text for the driver it has to fit into memory a few times. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Splits SQL as mysql's own client does (MySQL manual, “mysql Client Commands” and “Comments”): quotes of three kinds,
 * backslashes, comments, and `DELIMITER` lines. An executable comment is code. No more than one statement is held.
 */
export class StatementSplitter {
  readonly #file: string;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 1;
  #state: State = 'code';
  #quote = 0;
  #delimiter = Buffer.from(';');
  /** Where the statement begins in the buffer; -1 between two. */
  #begin = -1;
  #beginLine = 1;

  /** @param file for errors. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next bytes of the file, and gives the statements that end in them. */
  *push(chunk: Buffer): Generator<SqlStatement> {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (this.#buffer.length > MOST_BYTES) throw this.#tooLong();
    yield* this.#scan(this.#buffer.length - LOOKAHEAD, false);
    const keep = this.#begin < 0 ? this.#at : this.#begin;
    this.#buffer = this.#buffer.subarray(keep);
    this.#at -= keep;
    if (this.#begin >= 0) this.#begin = 0;
  }

  /** @throws usage when the file ends inside of a statement. */
  *end(): Generator<SqlStatement> {
    yield* this.#scan(this.#buffer.length, true);
    if (this.#begin < 0) return;
    const head = this.#buffer.subarray(this.#begin, this.#begin + 80).toString();
    throw usage({
      what: 'The file ends inside of a statement.',
      expected: `${this.#delimiter.toString()} at the end of every statement`,
      seen: `${head}… without an end`,
      where: `${this.#file}:${this.#beginLine}`,
      next: 'It was cut off: make the dump again. In a schema written by hand, end the last statement.',
    });
  }

  *#scan(end: number, isLast: boolean): Generator<SqlStatement> {
    while (this.#at < end) {
      if (this.#state === 'quoted') this.#quoted(end);
      else if (this.#state === 'line comment') this.#lineComment(end);
      else if (this.#state === 'comment') this.#comment(end);
      else if (this.#begin < 0 && this.#isDelimiterLine()) {
        if (!this.#setDelimiter(isLast)) return;
      } else {
        const statement = this.#code(end);
        if (statement !== undefined) yield statement;
      }
    }
  }

  /** To the end of a statement, or to where something else than code begins. */
  #code(end: number): SqlStatement | undefined {
    const buffer = this.#buffer;
    const [first] = this.#delimiter;
    for (; this.#at < end; this.#at += 1) {
      const byte = buffer[this.#at]!;
      if (byte === first && this.#isAt(this.#delimiter)) return this.#cut();
      if (byte === NEWLINE) {
        this.#line += 1;
        if (this.#begin < 0) {
          this.#at += 1;
          return undefined;
        }
      } else if (byte > SPACE) {
        if (this.#beginComment(byte)) return undefined;
        if (this.#begin < 0) {
          this.#begin = this.#at;
          this.#beginLine = this.#line;
        }
        if (QUOTES.includes(byte)) {
          this.#quote = byte;
          this.#state = 'quoted';
          this.#at += 1;
          return undefined;
        }
      }
    }
    return undefined;
  }

  /** What stands between `at` and `begin`, where there is anything. */
  #cut(): SqlStatement | undefined {
    const begin = this.#begin;
    const bytes = this.#buffer.subarray(begin, this.#at);
    this.#at += this.#delimiter.length;
    this.#begin = -1;
    return begin < 0 ? undefined : { bytes, line: this.#beginLine };
  }

  #beginComment(byte: number): boolean {
    const [next, afterNext = SPACE] = [this.#buffer[this.#at + 1], this.#buffer[this.#at + 2]];
    if (byte === HASH || (byte === DASH && next === DASH && afterNext <= SPACE)) this.#state = 'line comment';
    else if (byte === SLASH && next === STAR && afterNext !== BANG) {
      this.#state = 'comment';
      this.#at += 2;
    } else return false;
    return true;
  }

  #quoted(end: number): void {
    const buffer = this.#buffer;
    const quote = this.#quote;
    let at = this.#at;
    while (at < end) {
      const byte = buffer[at]!;
      at += 1;
      if (byte === quote) {
        // A doubled quote ends one string and begins the next, which comes to the same.
        this.#state = 'code';
        break;
      }
      if (byte === NEWLINE) this.#line += 1;
      else if (byte === BACKSLASH && quote !== BACKTICK) {
        if (buffer[at] === NEWLINE) this.#line += 1;
        at += 1;
      }
    }
    this.#at = at;
  }

  #lineComment(end: number): void {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 || newline >= end) this.#at = end;
    else {
      this.#at = newline;
      this.#state = 'code';
    }
  }

  #comment(end: number): void {
    for (; this.#at < end; this.#at += 1) {
      const byte = this.#buffer[this.#at];
      if (byte === NEWLINE) this.#line += 1;
      if (byte === STAR && this.#buffer[this.#at + 1] === SLASH) {
        this.#at += 2;
        this.#state = 'code';
        return;
      }
    }
  }

  #isDelimiterLine(): boolean {
    return /^delimiter[ \t]/i.test(this.#buffer.toString('latin1', this.#at, this.#at + 10));
  }

  /** False where the line does not end in what was read so far. */
  #setDelimiter(isLast: boolean): boolean {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 && !isLast) return false;
    const line = this.#buffer.toString('latin1', this.#at, newline < 0 ? this.#buffer.length : newline);
    const [, text = ';'] = line.trim().split(/\s+/);
    this.#delimiter = Buffer.from(text);
    this.#at += line.length;
    return true;
  }

  #isAt(bytes: Buffer): boolean {
    return bytes.length === 1 || this.#buffer.compare(bytes, 0, bytes.length, this.#at, this.#at + bytes.length) === 0;
  }

  #tooLong() {
    return usage({
      what: 'A statement of the file is too long.',
      expected: `at most ${MOST_BYTES} bytes`,
      seen: `more than that from line ${this.#beginLine} on`,
      where: `${this.#file}:${this.#beginLine}`,
      next: 'Is a quote or a delimiter missing there? mysqldump without --net-buffer-length makes statements of 1 MB.',
    });
  }
}
