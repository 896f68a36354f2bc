import type { ColumnGenerator } from '../fixture/generators.ts';
import { integerRange, type Column } from '../schema/columns.ts';
import { quoteName } from '../schema/quote.ts';
import { boundsOf, type Bounds } from './checks.ts';

/** A generator of the kinds that columns and parameters share. */
export type PlainGenerator = Exclude<ColumnGenerator, { kind: 'reference' }>;

/** The size of a pool of values: large enough to look like many, and small enough to be generated quickly. */
const POOL = 2_000;
/** 2000-01-01 and 2026-01-01. */
const [FROM, TO] = [946_684_800, 1_767_225_600];
/** Text longer than this is generated only for edge values. */
const LONGEST_TEXT = 200;
const LONGEST_EDGE = 5_000;

/** What the name of a text column suggests; the first match counts. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/e_?mail/i, 'internet.email'],
  [/first_?name|given_?name/i, 'person.firstName'],
  [/last_?name|surname|family_?name/i, 'person.lastName'],
  [/user_?name|login/i, 'internet.username'],
  [/phone|mobile|fax/i, 'phone.number'],
  [/company|vendor|supplier/i, 'company.name'],
  [/street|address/i, 'location.streetAddress'],
  [/city|town/i, 'location.city'],
  [/country/i, 'location.country'],
  [/state|province|district|region/i, 'location.state'],
  [/zip|postal|postcode/i, 'location.zipCode'],
  [/url|website|link/i, 'internet.url'],
  [/uuid|guid/i, 'string.uuid'],
  [/ip_?addr|^ip$/i, 'internet.ipv4'],
  [/currency/i, 'finance.currencyCode'],
  [/colou?r/i, 'color.human'],
  [/sku|code|number|ref/i, 'string.alphanumeric'],
  [/product|item/i, 'commerce.productName'],
  [/title|subject/i, 'commerce.productName'],
  [/name/i, 'person.fullName'],
  [/hash|token|secret|password/i, 'string.hexadecimal'],
];

/** Whether a row needs no value for the column, or must not have one. */
export function makesItself(column: Column): boolean {
  return column.generated !== null;
}

/**
 * Returns how to generate the values of a column, from its type, its name and what CHECKs allow, with the edge values
 * of its type, or null for a type without known values.
 *
 * @param checks clauses of the table's CHECKs.
 */
export function generatorFor(column: Column, checks: readonly string[] = []): PlainGenerator | null {
  const bounds = boundsOf(column.name, checks);
  if (checks.some((clause) => isJsonCheck(clause, column))) return { ...JSON_TEXT, nullFraction: nullFraction(column) };
  if (bounds.values !== null) return { kind: 'pick', values: [...bounds.values], nullFraction: nullFraction(column) };
  const generator = byType(column, bounds);
  if (generator === null) return null;
  return { ...generator, nullFraction: nullFraction(column) };
}

function nullFraction({ isNullable }: Column): number {
  return isNullable ? 0.05 : 0;
}

function byType(column: Column, bounds: Bounds): PlainGenerator | null {
  const { type, members } = column;
  const range = exactRange(column);
  if (range !== null) return integer(column, range, bounds);
  if (type === 'decimal' || type === 'float' || type === 'double') return decimal(column, bounds);
  if (type === 'enum') return { kind: 'pick', values: [...members], nullFraction: 0 };
  if (type === 'set') return { kind: 'pick', values: setValues(members), nullFraction: 0 };
  if (type === 'json') return JSON_TEXT;
  if (type === 'bit')
    return { kind: 'integer', min: 0, max: 2 ** Math.min(column.precision ?? 1, 31) - 1, nullFraction: 0 };
  return time(column) ?? text(column) ?? binary(column) ?? spatial(column);
}

/** Some schemas keep documents in columns of text. */
function isJsonCheck(clause: string, { name, length }: Column): boolean {
  const isLong = length === null || length >= JSON_LENGTH;
  return isLong && new RegExp(`json_valid\\(${RegExp.escape(quoteName(name))}\\)`, 'i').test(clause);
}

/** The length that is enough for each of `JSON_TEXT`. */
const JSON_LENGTH = 60;
const JSON_EDGES = ['null', '{}', '[]', '{"deep": {"er": [1, 2.5, "ü😀"]}}', '9007199254740993', '"\\u0000"'];

const JSON_TEXT: PlainGenerator = {
  kind: 'template',
  text: '{"n": {row}, "tags": ["a", "b"]}',
  edges: JSON_EDGES,
  nullFraction: 0,
};

/** Numbers are exact up to this one. */
export function exactRange(column: Column): readonly [number, number] | null {
  const range = integerRange(column);
  if (range === null) return null;
  return [Math.max(Number(range.min), Number.MIN_SAFE_INTEGER), Math.min(Number(range.max), Number.MAX_SAFE_INTEGER)];
}

function integer({ definition, name }: Column, [low, high]: readonly [number, number], bounds: Bounds): PlainGenerator {
  const [min, max] = [bounds.min ?? low, bounds.max ?? high];
  if (definition.startsWith('tinyint(1)') && /^(?:is|has|active|enabled|deleted)/i.test(name)) {
    return { kind: 'pick', values: [0, 1], nullFraction: 0 };
  }
  const edges = [...new Set([min, max, 0])].filter((value) => value >= min && value <= max);
  // Most values of a real column are small.
  const usual = Math.min(max, Math.max(min, 0) + 10_000);
  return {
    kind: 'integer',
    min: Math.max(min, 0) > usual ? min : Math.max(min, 0),
    max: usual,
    edges,
    nullFraction: 0,
  };
}

function decimal({ type, precision, scale, isUnsigned }: Column, bounds: Bounds): PlainGenerator {
  const digits = type === 'decimal' ? (scale ?? 0) : 2;
  const whole = type === 'decimal' ? Math.min((precision ?? 10) - digits, 12) : 6;
  const most = bounds.max ?? Number((10 ** whole - (digits === 0 ? 1 : 10 ** -digits)).toFixed(digits));
  const least = bounds.min ?? (isUnsigned ? 0 : -most);
  const [min, max] = [Math.max(least, Math.min(0, most)), Math.min(most, Math.max(least, 0) + 1_000)];
  const edges = [least, most, 0]
    .filter((value) => value >= least && value <= most)
    .map((value) => value.toFixed(digits));
  return { kind: 'decimal', min, max, scale: digits, edges, nullFraction: 0 };
}

function time({ type, fractionDigits }: Column): PlainGenerator | null {
  const shared = { kind: 'time' as const, from: FROM, to: TO, fraction: fractionDigits ?? 0, nullFraction: 0 };
  switch (type) {
    case 'date':
      return { ...shared, form: 'date', fraction: 0, edges: ['1000-01-01', '9999-12-31', '2024-02-29'] };
    case 'datetime':
      return { ...shared, form: 'datetime', edges: ['1000-01-01 00:00:00', '9999-12-31 23:59:59'] };
    case 'timestamp':
      return { ...shared, form: 'datetime', edges: ['1970-01-01 00:00:01', '2038-01-19 03:14:07'] };
    case 'time':
      return { ...shared, form: 'time', from: 0, to: 86_399, edges: ['-838:59:59', '838:59:59', '00:00:00'] };
    case 'year':
      return { ...shared, form: 'year', fraction: 0, edges: [1901, 2155] };
    default:
      return null;
  }
}

const TEXT = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'];

function text({ type, name, length, characterSet }: Column): PlainGenerator | null {
  if (!TEXT.includes(type)) return null;
  const most = Math.min(length ?? LONGEST_TEXT, LONGEST_TEXT);
  const isUnicode = /^utf|^ucs/.test(characterSet ?? '');
  const odd = ['O\'Hara \\ "x"', ...(characterSet === 'utf8mb4' ? ['😀 ü ∑'] : isUnicode ? ['ü ∑'] : [])];
  const longest = 'x'.repeat(Math.min(length ?? LONGEST_EDGE, LONGEST_EDGE));
  const edges = ['', longest, ...odd.filter((value) => Array.from(value).length <= (length ?? LONGEST_EDGE))];
  const method = NAMES.find(([pattern]) => pattern.test(name))?.[1];
  if (method === undefined) {
    const words = most < 10 ? 'lorem.word' : most < 60 ? 'lorem.words' : 'lorem.sentence';
    return { kind: 'faker', method: words, arguments: [], maxLength: most, pool: POOL, edges, nullFraction: 0 };
  }
  const size = method === 'string.alphanumeric' || method === 'string.hexadecimal' ? [Math.min(most, 12)] : [];
  return { kind: 'faker', method, arguments: size, maxLength: most, pool: POOL, edges, nullFraction: 0 };
}

function binary({ type, length, definition }: Column): PlainGenerator | null {
  if (!/(?:binary|blob)$/.test(type)) return null;
  const size = type === 'binary' ? (length ?? Number(/\d+/.exec(definition)?.[0] ?? 1)) : Math.min(length ?? 16, 16);
  return { kind: 'bytes', length: size, nullFraction: 0 };
}

function spatial({ type, srid }: Column): PlainGenerator | null {
  return type === 'geometry' || type === 'point' ? { kind: 'point', srid: srid ?? 0, nullFraction: 0 } : null;
}

/** Returns sets with no member, with each member alone, and with all of them. */
function setValues(members: readonly string[]): string[] {
  return ['', ...members, members.join(',')];
}
