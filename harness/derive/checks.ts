import { quoteName } from '../schema/quote.ts';

/** The values that CHECKs allow for a column, as far as they can be parsed. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
  /** The only allowed values, if there is a list. */
  readonly values: readonly (string | number)[] | null;
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;
const STRING = String.raw`(?:_\w+)?\\?'((?:[^'\\]|'')*)\\?'`;

/**
 * Parses the forms `column > n`, `between`, and `in` with a list, joined by `and`, as information_schema writes them.
 * Other forms are ignored here: if the server refuses a value, the load names the CHECK.
 */
export function boundsOf(column: string, clauses: readonly string[]): Bounds {
  const name = RegExp.escape(quoteName(column));
  let [min, max]: [number | null, number | null] = [null, null];
  let values: (string | number)[] | null = null;
  for (const clause of clauses) {
    // A condition that only holds together with something else does not bound the values.
    if (/\bor\b/i.test(clause)) continue;
    for (const [, sign, number] of clause.matchAll(new RegExp(`${name} (>=|>|<=|<) ${NUMBER}`, 'g'))) {
      const value = Number(number);
      if (sign === '>=' || sign === '>') min = Math.max(min ?? -Infinity, sign === '>' ? value + 1 : value);
      else max = Math.min(max ?? Infinity, sign === '<' ? value - 1 : value);
    }
    const [, from, to] = new RegExp(`${name} between ${NUMBER} and ${NUMBER}`).exec(clause) ?? [];
    if (from !== undefined && to !== undefined) [min, max] = [Number(from), Number(to)];
    const [, list] = new RegExp(`${name} in \\((.*?)\\)`).exec(clause) ?? [];
    if (list !== undefined) values = listOf(list);
  }
  return { min, max, values };
}

function listOf(list: string): (string | number)[] | null {
  const parts = [...list.matchAll(new RegExp(`${STRING}|${NUMBER}`, 'g'))];
  const values = parts.map(([, text, number]) => text?.replaceAll("''", "'") ?? Number(number));
  return values.length === 0 ? null : values;
}
