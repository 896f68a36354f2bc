import { segments, type Segment } from '../fixture/sql.ts';
import { bytesOf, holdsBytes } from './lines.ts';

/** The value of a literal: text, a number that JavaScript can represent exactly, NULL, or bytes. */
export type LiteralValue = string | number | null | Buffer;

/** A part of a statement that looks like a literal; its server decides whether it is one. */
export interface SqlLiteral {
  /** Its text in the statement, with its sign. */
  readonly text: string;
  readonly value: LiteralValue;
}

/** A statement cut at its literals, without comments: `texts` has one more part than `literals`. */
export interface CutStatement {
  readonly texts: readonly string[];
  readonly literals: readonly SqlLiteral[];
}

export interface LexerOptions {
  /** Whether double quotes enclose names, as in the mode ANSI_QUOTES. */
  readonly isAnsi: boolean;
}

// A digit that is part of a name, as in `t1`, is not a number.
const NUMBER_OR_NULL =
  /(?<![\w$@.\u0080-\uffff])(?:0x[\da-f]+|0b[01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(?![\w$\u0080-\uffff])|(?<![\w$@.`])null(?![\w$])/gi;
/** What precedes a minus that is the sign of a number and not a subtraction. */
const BEFORE_SIGN = /(?:[(,=<>+*/]|\b(?:select|values?|then|else|and|or|between|like|in|when|limit|offset|not))\s*$/i;
/** The prefix of a quoted literal: hexadecimal, bits, national characters, or the name of a character set. */
const PREFIX = /(?<![\w$])(?:[xbn]|_[a-z\d]+\s*)$/i;

/**
 * Cuts a statement at what looks like a literal: strings, numbers with their sign, and NULL except after IS and NOT.
 *
 * @returns null for a statement in which a quote or comment is never closed, as at the end of a log that was cut off.
 */
export function cutAtLiterals(sql: string, options: LexerOptions): CutStatement | null {
  const found = segmentsOf(sql);
  if (found === null) return null;
  const cut = new Cutter();
  for (const segment of found) {
    if (segment.kind === 'comment') cut.code(' ');
    else if (isText(segment, options)) cut.string(segment.text);
    else if (segment.kind === 'code') cut.numbers(segment.text);
    else cut.code(segment.text);
  }
  return cut.done();
}

/**
 * Returns a prepared statement with each `?` replaced, given its place from 0; the statement itself if it has none or
 * is not whole.
 */
export function withPlaceholders(sql: string, value: (place: number) => string): string {
  let place = 0;
  const filled = (segmentsOf(sql) ?? []).map(({ kind, text }) =>
    kind === 'code' ? text.replaceAll('?', () => value(place++)) : text,
  );
  return place === 0 ? sql : filled.join('');
}

function segmentsOf(sql: string): Segment[] | null {
  try {
    return segments(sql, 'a log');
  } catch {
    return null;
  }
}

function isText({ kind, text }: Segment, { isAnsi }: LexerOptions): boolean {
  return kind === 'string' && !(isAnsi && text.startsWith('"'));
}

class Cutter {
  readonly #texts: string[] = [];
  readonly #literals: SqlLiteral[] = [];
  #text = '';

  code(text: string): void {
    this.#text += text;
  }

  numbers(code: string): void {
    let at = 0;
    for (const match of code.matchAll(NUMBER_OR_NULL)) {
      this.#text += code.slice(at, match.index);
      at = match.index + match[0].length;
      this.#number(match[0]);
    }
    this.#text += code.slice(at);
  }

  string(quoted: string): void {
    const [prefix = ''] = PREFIX.exec(this.#text) ?? [];
    this.#text = this.#text.slice(0, this.#text.length - prefix.length);
    this.#literal(valueOfString(prefix.toLowerCase(), quoted), prefix + quoted);
  }

  done(): CutStatement {
    return { texts: [...this.#texts, this.#text], literals: this.#literals };
  }

  #number(text: string): void {
    if (/^null$/i.test(text)) {
      if (/\b(?:is|not)\s*$/i.test(this.#text)) this.#text += text;
      else this.#literal(null, text);
      return;
    }
    const [sign = ''] = /-\s*$/.exec(this.#text) ?? [];
    const before = this.#text.slice(0, this.#text.length - sign.length);
    const isSigned = sign !== '' && BEFORE_SIGN.test(before);
    if (isSigned) this.#text = before;
    const whole = isSigned ? `-${text}` : text;
    this.#literal(valueOfNumber(whole), whole);
  }

  #literal(value: LiteralValue, text: string): void {
    this.#texts.push(this.#text);
    this.#literals.push({ text, value });
    this.#text = '';
  }
}

/** The most decimal digits that a JavaScript number keeps. */
const EXACT_DIGITS = 15;

function valueOfNumber(text: string): LiteralValue {
  if (/^0x/i.test(text)) return Buffer.from(text.slice(2).padStart(text.length + (text.length % 2) - 2, '0'), 'hex');
  if (/^0b/i.test(text)) return Number(text);
  return text.replaceAll(/\D/g, '').length <= EXACT_DIGITS ? Number(text) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\u001a' };

/** @param prefix the prefix, such as `x`, or nothing. */
function valueOfString(prefix: string, quoted: string): LiteralValue {
  const [quote = ''] = quoted;
  const inside = quoted.slice(1, -1);
  if (prefix === 'x') return Buffer.from(inside, 'hex');
  if (prefix === 'b') return Number(`0b${inside || '0'}`);
  const text = inside.replaceAll(/\\([^])|''|""/g, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return whole[0] === quote ? quote : whole;
    // A backslash before these two stays, because it matters to LIKE.
    if (escaped === '%' || escaped === '_') return whole;
    return ESCAPES[escaped] ?? escaped;
  });
  return holdsBytes(text) ? bytesOf(text) : text;
}

/** Writes a value as a literal that the server accepts in any mode. */
export function writeLiteral({ text, value }: SqlLiteral): string {
  return Buffer.isBuffer(value) && !/^(?:0x|x')/i.test(text) ? `x'${value.toString('hex')}'` : text;
}

/** Returns the statement with its literals put back, without comments; bytes are written in hexadecimal. */
export function wholeOf({ texts, literals }: CutStatement): string {
  return texts.map((text, at) => text + (literals[at] === undefined ? '' : writeLiteral(literals[at]))).join('');
}

/**
 * Returns the text that is the same for statements that differ only in their literals and in the lengths of their
 * lists. In places it is finer or coarser than the server's digest, and it only decides which statements are kept
 * together until the server is asked.
 */
export function shapeOf({ texts }: CutStatement): string {
  return texts
    .join('?')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/- ?\?/g, '?')
    .replaceAll(/\?(?: ?, ?\?)+/g, '?+')
    .replaceAll(/(\( ?\?\+? ?\))(?: ?, ?\( ?\?\+? ?\))+/g, '$1+')
    .trim();
}
