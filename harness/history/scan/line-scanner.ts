/**
 * Reads the fields of a line that this project wrote directly from its bytes. `JSON.parse` would need no such code, but
 * costs 1.4 to 1.7 µs of CPU per line, and this costs 0.5 to 0.9 (2 million lines, 2 cores). For the 20 million lines
 * of 10 million operations, which must be judged in 30 s, the difference is about 20 s; for a rehearsal it is only 0.2
 * s. Only `history-reader.ts` and `final-state-reader.ts` use this folder; a line in another form is left to
 * `JSON.parse`.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const SPACE = 0x20;
const DELETE = 0x7f;
/** Numbers with more digits than this may not be exact in a double, and are left to JSON.parse. */
const MOST_DIGITS = 15;
/** How many strings are kept; a history has few, and any more are decoded each time. */
const MOST_STRINGS = 2048;
const BUCKETS = 8192;
/** The most places in a line where strings can be. */
const PLACES = 8;
/** How many strings are remembered for each place. */
const WAYS = 32;

/** Bytes that are compared four at a time. */
export class Literal {
  readonly length: number;
  /** The groups that begin at each fourth byte; the last may overlap the one before it. */
  readonly words: Int32Array;

  /** @param text ASCII, four characters or more. */
  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const view = new DataView(bytes.buffer);
    this.length = bytes.length;
    this.words = Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, word) =>
      view.getInt32(Math.min(4 * word, bytes.length - 4)),
    );
  }
}

interface Remembered {
  readonly quoted: Literal;
  readonly text: string;
}

/**
 * Walks over the bytes of a line that is expected to have a certain form. Each method advances past what it read. The
 * first one that finds something else sets `failed`, and nothing counts after that. The bytes must end with a line
 * break, which no method passes, so that none looks beyond it.
 */
export class LineScanner {
  bytes: Uint8Array = new Uint8Array();
  at = 0;
  failed = false;
  #view = new DataView(this.bytes.buffer);
  #buffer: Buffer = Buffer.alloc(0);
  readonly #strings: (string | undefined)[] = Array.from({ length: BUCKETS });
  #count = 0;
  /** The last string at each place, by some of its bytes. */
  readonly #lasts: (Remembered | undefined)[] = Array.from({ length: PLACES * WAYS });

  begin(bytes: Uint8Array, at: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.at = at;
    this.failed = false;
  }

  /** Passes exactly these bytes. */
  pass(expected: Literal): void {
    if (!this.skip(expected)) this.failed = true;
  }

  /** Passes these bytes if they are there. */
  skip(expected: Literal): boolean {
    if (!this.#isAt(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Passes exactly this byte. */
  passByte(expected: number): void {
    if (!this.skipByte(expected)) this.failed = true;
  }

  /** Passes this byte if it is there. */
  skipByte(expected: number): boolean {
    if (this.bytes[this.at] !== expected) return false;
    this.at++;
    return true;
  }

  /** Returns the next byte. */
  peek(): number {
    return this.bytes[this.at]!;
  }

  /** Reads a whole number. */
  whole(): number {
    const { bytes } = this;
    let { at } = this;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const start = at;
    let value = 0;
    let byte = bytes[at]!;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      byte = bytes[++at]!;
    }
    const digits = at - start;
    const isLeadingZero = bytes[start] === ZERO && (digits > 1 || isNegative);
    if (digits === 0 || digits > MOST_DIGITS || isLeadingZero) this.failed = true;
    this.at = at;
    return isNegative ? -value : value;
  }

  /**
   * Reads a string of printable ASCII without escapes; returns the same object for the same text.
   *
   * @param place where it is in the line, because it is often the same as at that place in the line before.
   */
  text(place: number): string {
    const { bytes } = this;
    let { at } = this;
    const way = this.#wayOf(place, at);
    const last = this.#lasts[way];
    if (last && this.skip(last.quoted)) return last.text;
    if (bytes[at] !== QUOTE) {
      this.failed = true;
      return '';
    }
    const start = ++at;
    let hash = 0;
    let byte = bytes[at]!;
    while (byte !== QUOTE) {
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) {
        this.failed = true;
        return '';
      }
      hash = (Math.imul(hash, 31) + byte) | 0;
      byte = bytes[++at]!;
    }
    this.at = at + 1;
    const text = this.#interned(start, at, hash);
    if (text.length >= 2) this.#lasts[way] = { quoted: new Literal(`"${text}"`), text };
    return text;
  }

  /** Like `text`, for strings that differ from line to line and are not worth remembering. */
  freshText(): string {
    const { bytes } = this;
    let { at } = this;
    if (bytes[at] !== QUOTE) {
      this.failed = true;
      return '';
    }
    const start = ++at;
    let byte = bytes[at]!;
    while (byte !== QUOTE) {
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) {
        this.failed = true;
        return '';
      }
      byte = bytes[++at]!;
    }
    this.at = at + 1;
    return this.#buffer.toString('latin1', start, at);
  }

  #isAt({ length, words }: Literal, at: number): boolean {
    if (at + length > this.bytes.length) return false;
    const view = this.#view;
    const last = words.length - 1;
    for (let word = 0; word < last; word++) if (view.getInt32(at + 4 * word) !== words[word]) return false;
    return view.getInt32(at + length - 4) === words[last];
  }

  /** Returns bytes in which names tend to differ; after a short string, the bytes that always follow it. */
  #wayOf(place: number, at: number): number {
    const { bytes } = this;
    return place * WAYS + ((bytes[at + 1]! * 7 + bytes[at + 4]! * 3 + bytes[at + 5]!) & (WAYS - 1));
  }

  #interned(start: number, end: number, hash: number): string {
    let bucket = (hash ^ (hash >>> 13)) & (BUCKETS - 1);
    for (let known = this.#strings[bucket]; known !== undefined; known = this.#strings[bucket]) {
      if (this.#isSame(known, start, end)) return known;
      bucket = (bucket + 1) & (BUCKETS - 1);
    }
    const text = internalized(String.fromCharCode(...this.bytes.subarray(start, end)));
    if (this.#count < MOST_STRINGS) {
      this.#strings[bucket] = text;
      this.#count++;
    }
    return text;
  }

  #isSame(known: string, start: number, end: number): boolean {
    const { bytes } = this;
    if (known.length !== end - start) return false;
    for (let at = start; at < end; at++) if (known.charCodeAt(at - start) !== bytes[at]) return false;
    return true;
  }
}

/** Makes a string comparable by address, which is fastest, by using it as a property's name. */
function internalized(text: string): string {
  return Object.keys({ [text]: 0 })[0]!;
}
