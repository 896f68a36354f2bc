/** Returns a whole number, at least 0 and below `end`. */
export type Below = (end: number) => number;

const CLASSES: Readonly<Record<string, string>> = {
  d: '0123456789',
  w: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_',
  s: ' ',
  '[:alpha:]': 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '[:alnum:]': 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  '[:digit:]': '0123456789',
  '[:xdigit:]': '0123456789abcdef',
  '[:lower:]': 'abcdefghijklmnopqrstuvwxyz',
  '[:upper:]': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '[:space:]': ' ',
  '[:punct:]': '.,;:!?-',
};
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCodePoint(33 + at)).join('');
/** How many repetitions `*`, `+` and `{n,}` get beyond their minimum. */
const MORE = 4;

/**
 * Returns a text that a regular expression matches, for the usual forms: classes, groups, alternatives, quantifiers.
 * For other forms, such as references, the text may not match, so the caller has to try it.
 */
export function fromPattern(pattern: string, below: Below): string {
  return new PatternReader(pattern, below).alternatives();
}

class PatternReader {
  readonly #characters: readonly string[];
  readonly #below: Below;
  #at = 0;

  constructor(pattern: string, below: Below) {
    this.#characters = Array.from(pattern);
    this.#below = below;
  }

  alternatives(): string {
    const found = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at += 1;
      found.push(this.#sequence());
    }
    return found[this.#below(found.length)] ?? '';
  }

  #sequence(): string {
    let text = '';
    while (this.#peek() !== undefined && this.#peek() !== '|' && this.#peek() !== ')') {
      const from = this.#at;
      const first = this.#atom();
      const [least, most] = this.#quantifier();
      const end = this.#at;
      const times = least + this.#below(most - least + 1);
      if (times > 0) text += first;
      for (let time = 1; time < times; time++) {
        // Each repetition is read again, so it gets characters of its own.
        this.#at = from;
        text += this.#atom();
      }
      this.#at = end;
    }
    return text;
  }

  #atom(): string {
    const character = this.#next();
    switch (character) {
      case '^':
      case '$':
        return '';
      case '.':
        return this.#one(CLASSES['w']!);
      case '(': {
        if (this.#peek() === '?') while (!/[:=!>]/.test(this.#next() ?? ':'));
        const text = this.alternatives();
        this.#at += 1;
        return text;
      }
      case '[':
        return this.#one(this.#class());
      case '\\':
        return this.#escaped(this.#next() ?? '');
      default:
        return character ?? '';
    }
  }

  #escaped(character: string): string {
    const known = CLASSES[character];
    if (known !== undefined) return this.#one(known);
    return /[bBAZz]/.test(character) ? '' : character;
  }

  #class(): string {
    const isNegated = this.#peek() === '^';
    if (isNegated) this.#at += 1;
    let members = '';
    for (let first = true; this.#peek() !== undefined && (this.#peek() !== ']' || first); first = false) {
      members += this.#members();
    }
    this.#at += 1;
    return isNegated
      ? Array.from(PRINTABLE)
          .filter((each) => !members.includes(each))
          .join('')
      : members;
  }

  #members(): string {
    const named = /^\[:\w+:\]/.exec(this.#characters.slice(this.#at, this.#at + 12).join(''))?.[0];
    if (named !== undefined) {
      this.#at += named.length;
      return CLASSES[named] ?? '';
    }
    const from = this.#next() ?? '';
    if (from === '\\') {
      const escaped = this.#next() ?? '';
      return CLASSES[escaped] ?? escaped;
    }
    const to = this.#characters[this.#at + 1];
    if (this.#peek() !== '-' || to === undefined || to === ']') return from;
    this.#at += 2;
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    return String.fromCodePoint(...Array.from({ length: Math.max(0, high - low) + 1 }, (_, at) => low + at));
  }

  #quantifier(): [number, number] {
    const [least, most] = this.#times();
    // A lazy or possessive quantifier matches the same texts.
    if ((least !== 1 || most !== 1) && /[?+]/.test(this.#peek() ?? '')) this.#at += 1;
    return [least, most];
  }

  #times(): [number, number] {
    const character = this.#peek();
    const simple: Readonly<Record<string, [number, number]>> = { '?': [0, 1], '*': [0, MORE], '+': [1, 1 + MORE] };
    if (character !== undefined && Object.hasOwn(simple, character)) {
      this.#at += 1;
      return simple[character]!;
    }
    const counted = /^\{(\d+)(,?)(\d*)\}/.exec(this.#characters.slice(this.#at, this.#at + 16).join(''));
    if (counted === null) return [1, 1];
    this.#at += counted[0].length;
    const [, least = '1', comma, most] = counted;
    if (comma === '') return [Number(least), Number(least)];
    return [Number(least), most === '' ? Number(least) + MORE : Number(most)];
  }

  #one(members: string): string {
    const all = Array.from(members);
    return all[this.#below(all.length)] ?? '';
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string | undefined {
    return this.#characters[this.#at++];
  }
}
