import { integerRange, type Column } from '../schema/columns.ts';
import type { PlainGenerator } from './columns.ts';
import type { Demand } from './demands.ts';

/**
 * One way to make a value for a column of a demand; the server decides whether the demand accepts it.
 *
 * `own`: a value from the column's own generator. `near`: a value at some distance from the row's value in another
 * column, in units of the column or in seconds. `pattern`: a text that a regular expression matches.
 */
export type ValueRecipe =
  | { readonly of: 'own' }
  | { readonly of: 'value'; readonly value: string | number | null }
  | { readonly of: 'generator'; readonly generator: PlainGenerator }
  | { readonly of: 'pattern'; readonly pattern: string }
  | { readonly of: 'near'; readonly column: string; readonly step: number };

const TEXT = /^(?:tiny|medium|long)?text$|char$/;
const BYTES = /binary$|blob$/;
const NUMBER = /int$|^decimal$|^float$|^double$|^year$|^bit$/;
const TIME = /^(?:date|datetime|timestamp|time)$/;

const LONGEST = 2_000;
const HOUR = 3_600;
const STEPS = [1, -1, HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 7 * 24 * HOUR, 0];

/**
 * Returns ways to make values of a column that a demand may accept, from its SQL: its literals, texts of the lengths in
 * it, texts that match its patterns, and values near those of its other columns.
 *
 * @param others the demand's other columns.
 */
export function recipesFor(column: Column, { texts }: Pick<Demand, 'texts'>, others: readonly Column[]): ValueRecipe[] {
  const { strings, numbers } = literalsOf(texts.join(' , '));
  const recipes: ValueRecipe[] = [{ of: 'own' }];
  if (column.isNullable) recipes.push(value(null));
  if (TEXT.test(column.type)) recipes.push(...textRecipes(column, strings, numbers));
  else if (column.type === 'json') recipes.push(...jsonRecipes(strings));
  else if (NUMBER.test(column.type)) recipes.push(...numberRecipes(strings, numbers));
  else if (TIME.test(column.type)) recipes.push(...timeRecipes(column, strings, numbers));
  else if (BYTES.test(column.type)) recipes.push(...bytesRecipes(column, numbers));
  else if (/^(?:enum|set)$/.test(column.type)) recipes.push(...column.members.map(value));
  return [...recipes, ...nearRecipes(column, others)];
}

function value(of: string | number | null): ValueRecipe {
  return { of: 'value', value: of };
}

function made(kind: string, argument: object, length: number): ValueRecipe {
  return {
    of: 'generator',
    generator: { kind: 'faker', method: kind, arguments: [argument], maxLength: length, nullFraction: 0 },
  };
}

/** Returns the strings and numbers in SQL, as values. */
export function literalsOf(sql: string): { readonly strings: readonly string[]; readonly numbers: readonly number[] } {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  for (const [, text, number] of sql.matchAll(/'((?:[^'\\]|''|\\.)*)'|(?<![\w`.'])(-?\d+(?:\.\d+)?)(?![\w`])/gs)) {
    if (text !== undefined) strings.add(text.replaceAll("''", "'").replaceAll(/\\(.)/gs, '$1'));
    else if (number !== undefined) numbers.add(Number(number));
  }
  return { strings: [...strings], numbers: [...numbers] };
}

const ANY_TEXT = ['', 'a', 'A', '0', '1', '[]', 'y', 'n', '/', '127.0.0.1', '2024-02-29', '2024-02-29 12:00:00'];

function textRecipes({ length }: Column, strings: readonly string[], numbers: readonly number[]): ValueRecipe[] {
  const most = Math.min(length ?? LONGEST, LONGEST);
  const fits = (text: string) => Array.from(text).length <= most;
  const liked = strings.map((text) => text.replaceAll('%', '').replaceAll('_', 'a'));
  const longer = strings.map((text) => text.replaceAll('%', 'a1').replaceAll('_', '1'));
  const patterns = strings.filter((text) => /[\^$[\](){}\\|+*?]/.test(text));
  const lengths = [...new Set(numbers.flatMap((number) => [number, number - 1, number + 1]))];
  return [
    ...[...new Set([...strings, ...liked, ...longer])].filter(fits).map(value),
    ...patterns.map((pattern): ValueRecipe => ({ of: 'pattern', pattern })),
    ...lengths.filter((each) => Number.isInteger(each) && each > 0 && each <= most).flatMap(ofLength),
    ...numbers.map(String).filter(fits).map(value),
    { of: 'generator', generator: { kind: 'template', text: '{"n": {row}}', nullFraction: 0 } },
    made('string.uuid', {}, most),
    made('internet.email', {}, most),
    made('internet.url', {}, most),
    ...ANY_TEXT.filter(fits).map(value),
  ];
}

function ofLength(length: number): ValueRecipe[] {
  return [
    made('string.alphanumeric', { length, casing: 'upper' }, length),
    made('string.numeric', { length, allowLeadingZeros: false }, length),
    made('string.hexadecimal', { length, casing: 'lower', prefix: '' }, length),
    made('string.alpha', { length, casing: 'lower' }, length),
  ];
}

/** Paths in the SQL, such as `$.price`, show which members a document should have. */
function jsonRecipes(strings: readonly string[]): ValueRecipe[] {
  const names = strings.flatMap((text) => /^\$\."?([\w-]+)"?/.exec(text)?.[1] ?? []);
  const others = strings.filter((text) => !text.startsWith('$'));
  const documents = [1, 'a', true, ...others].map((each) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, each]))),
  );
  const plain = ['{}', '[]', '1', '"a"', 'null', '{"n": {row}}'];
  return [...new Set([...(names.length > 0 ? documents : []), ...plain])].map((text) => ({
    of: 'generator',
    generator: { kind: 'template', text, nullFraction: 0 },
  }));
}

function numberRecipes(strings: readonly string[], numbers: readonly number[]): ValueRecipe[] {
  const all = [...numbers, ...strings.filter((text) => /^-?\d+(?:\.\d+)?$/.test(text)).map(Number)];
  return [...new Set([...all.flatMap((number) => [number, number - 1, number + 1]), 0, 1])].map(value);
}

function timeRecipes({ type }: Column, strings: readonly string[], numbers: readonly number[]): ValueRecipe[] {
  const texts = strings.filter((text) => /\d/.test(text));
  const days = numbers.flatMap(daysOf);
  const all = type === 'time' ? [...texts, '00:00:00', '12:00:00'] : [...texts, ...days];
  return [...new Set(all)].map(value);
}

const DAY_MS = 86_400_000;
/** What MySQL's TO_DAYS returns for 1970-01-01. */
const DAYS_TO_1970 = 719_528;

/** Returns days that a number may mean: a year, YYYYMM, YYYYMMDD, or the result of TO_DAYS or UNIX_TIMESTAMP. */
function daysOf(number: number): string[] {
  const text = String(number);
  const found: string[] = [];
  if (/^(?:19|20|21)\d\d$/.test(text)) found.push(`${text}-06-15`, `${number - 1}-06-15`);
  if (/^(?:19|20|21)\d\d(?:0[1-9]|1[0-2])$/.test(text)) {
    found.push(`${text.slice(0, 4)}-${text.slice(4)}-15`);
    found.push(dayAt(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4)) - 1, 0)));
  }
  if (/^(?:19|20|21)\d{6}$/.test(text)) {
    found.push(dayAt(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6)))));
  }
  if (number > 690_000 && number < 800_000) {
    for (const day of [number - 1, number]) found.push(dayAt((day - DAYS_TO_1970) * DAY_MS));
  }
  if (number > 500_000_000 && number < 4_000_000_000) found.push(dayAt(number * 1000), dayAt(number * 1000 - DAY_MS));
  if (number >= 1 && number <= 12) found.push(`2024-${text.padStart(2, '0')}-15`);
  if (number >= 1 && number <= 31) found.push(`2024-01-${text.padStart(2, '0')}`);
  return found;
}

function dayAt(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function bytesRecipes({ length }: Column, numbers: readonly number[]): ValueRecipe[] {
  const most = Math.min(length ?? LONGEST, LONGEST);
  return numbers
    .filter((number) => Number.isInteger(number) && number > 0 && number <= most)
    .map((number) => ({ of: 'generator', generator: { kind: 'bytes', length: number, nullFraction: 0 } }));
}

function nearRecipes(column: Column, others: readonly Column[]): ValueRecipe[] {
  const isNumber = integerRange(column) !== null || /^(?:decimal|float|double)$/.test(column.type);
  if (isNumber) {
    const alike = others.filter(
      (other) => integerRange(other) !== null || /^(?:decimal|float|double)$/.test(other.type),
    );
    return alike.flatMap(({ name }) =>
      [0, 1, -1, 10, -10].map((step): ValueRecipe => ({ of: 'near', column: name, step })),
    );
  }
  const alike = others.filter(({ type }) =>
    TIME.test(column.type) ? isDay(type) === isDay(column.type) : type === column.type,
  );
  const steps = isDay(column.type) ? STEPS : [0];
  return alike.flatMap(({ name }) => steps.map((step): ValueRecipe => ({ of: 'near', column: name, step })));
}

function isDay(type: string): boolean {
  return /^(?:date|datetime|timestamp)$/.test(type);
}
