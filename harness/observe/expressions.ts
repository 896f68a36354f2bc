import { quoteName } from '../schema/quote.ts';
import { writeValue } from '../workload/literal.ts';
import type { ComparedColumn, Shape } from './shape.ts';

/** The values of a key's columns, each as text that `literal` turns into SQL. */
export type Key = readonly string[];

/** The rows after `after`, up to and including `upTo`, in the order of the primary key; unbounded if one is missing. */
export interface PrimaryKeyRange {
  readonly after?: Key | undefined;
  readonly upTo?: Key | undefined;
}

type Family = 'text' | 'bytes' | 'large' | 'float' | 'index' | 'time' | 'number';

const families: Readonly<Record<string, Family>> = {
  ...Object.fromEntries(['char', 'varchar'].map((type) => [type, 'text'])),
  ...Object.fromEntries(['binary', 'varbinary'].map((type) => [type, 'bytes'])),
  ...Object.fromEntries(['float', 'double'].map((type) => [type, 'float'])),
  ...Object.fromEntries(['enum', 'set', 'bit'].map((type) => [type, 'index'])),
  ...Object.fromEntries(['date', 'datetime', 'timestamp', 'time'].map((type) => [type, 'time'])),
  ...Object.fromEntries(
    ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'year'].map((type) => [type, 'number']),
  ),
};

// Types that are not listed can be long: TEXT, BLOB, JSON, spatial types, vectors, and whatever MySQL adds.
function familyOf(column: ComparedColumn): Family {
  return families[column.type] ?? 'large';
}

/**
 * Returns SQL for a hash of a row, 64 hexadecimal digits. It is SHA2, because MySQL 9.6 has MD5() and SHA1() only as a
 * component.
 */
export function rowHash(shape: Shape): string {
  return `SHA2(${rowBytes(shape)}, 256)`;
}

/**
 * Returns SQL for a row as one binary string that no other row has: first a field with a comma for every column, then
 * the bytes of strings, whose lengths are in those fields. NULL is a field of its own, so it differs from any value.
 *
 * This takes most of the time of a checksum, which explains its form: the first `_binary''` avoids a conversion of
 * every number, lengths avoid hexadecimal digits, and CONCAT costs less than CONCAT_WS. If one part were NULL, the
 * whole would be NULL.
 */
export function rowBytes(shape: Shape): string {
  const fields = shape.columns.flatMap((column) => [field(column), "','"]);
  const strings = shape.columns.filter(isShort).map((column) => {
    const name = quoteName(column.name);
    return column.nullable ? `IFNULL(${name}, '')` : name;
  });
  return `CONCAT(_binary'', ${[...fields, ...strings].join(', ')})`;
}

/** The most bytes that `rowBytes` can have: no field is longer than a number or a hash, and JSON has two hashes. */
export function longestRow(shape: Shape): number {
  return shape.columns.reduce((sum, column) => sum + 80 + longestPart(column), 0);
}

function longestPart(column: ComparedColumn): number {
  if (isJson(column)) return 80;
  return isShort(column) ? column.longest : 0;
}

function field(column: ComparedColumn): string {
  if (isShort(column)) {
    const length = `LENGTH(${quoteName(column.name)})`;
    return column.nullable ? `IFNULL(${length}, -1)` : length;
  }
  return column.nullable ? `IFNULL(${exactForm(column)}, 'N')` : exactForm(column);
}

/** Whether a value is a string that fits into a row, and so into a packet. */
function isShort(column: ComparedColumn): boolean {
  const family = familyOf(column);
  return family === 'text' || family === 'bytes';
}

// Strings are compared by their bytes, not by their collation. A FLOAT's own text has only 6 digits. An ENUM's index
// distinguishes '' from the empty value of a failed insert. Long values are hashed separately, because in one string
// with the rest they could exceed max_allowed_packet and become NULL.
function exactForm(column: ComparedColumn): string {
  const name = quoteName(column.name);
  if (isJson(column)) return `CONCAT(SHA2(${name}, 256), ${leafTypes(name)})`;
  switch (familyOf(column)) {
    case 'text':
    case 'bytes':
      return `HEX(${name})`;
    case 'large':
      return `SHA2(${name}, 256)`;
    case 'float':
      return `CAST(${name} AS DOUBLE)`;
    case 'index':
      return `CAST(${name} AS UNSIGNED)`;
    default:
      return name;
  }
}

/**
 * Returns SQL that shows which leaves of a document are strings. In a document's text a DATE, TIME, DATETIME or binary
 * value looks like a string, but to MySQL it is another value. MySQL treats every other pair of types with the same
 * text as one value, such as the numbers 5 and 5 unsigned (docs/decisions/0019).
 *
 * If the paths are too long for a packet, only one bit remains: whether the document equals its own text, parsed again.
 */
function leafTypes(name: string): string {
  const isItsText = `${name} = CAST(CAST(${name} AS CHAR) AS JSON)`;
  return `IFNULL(SHA2(${stringPaths(name)}, 256), IF(JSON_SEARCH(${name}, 'one', '%') IS NULL, '', ${isItsText}))`;
}

/**
 * Returns SQL for the paths of a document's strings, as a JSON array, or as a JSON string if there is only one; NULL
 * for none.
 */
export function stringPaths(name: string): string {
  return `JSON_SEARCH(${name}, 'all', '%')`;
}

export function isJson({ type }: ComparedColumn): boolean {
  return type === 'json';
}

/** Returns SQL for the parts of a key, in text that `literal` understands. */
export function keyForms(key: readonly ComparedColumn[]): string[] {
  return key.map((column) => {
    const family = familyOf(column);
    const exact = family === 'large' ? `HEX(${quoteName(column.name)})` : exactForm(column);
    return family === 'text' || family === 'bytes' || family === 'large' ? exact : `CAST(${exact} AS CHAR)`;
  });
}

/** Returns SQL for a part of a key, which compares with its column in the column's own order. */
export function literal(column: ComparedColumn, text: string): string {
  switch (familyOf(column)) {
    case 'text':
    case 'large':
      if (column.characterSet === null) return `X'${text}'`;
      return `_${column.characterSet} X'${text}' COLLATE ${column.collation}`;
    case 'bytes':
      return `X'${text}'`;
    case 'time':
      return writeValue(text);
    case 'float':
      return /e/i.test(text) ? text : `${text}e0`;
    default:
      return text;
  }
}

/** Returns a condition for the rows of a range; `TRUE` for all. */
export function within(key: readonly ComparedColumn[], range: PrimaryKeyRange): string {
  const conditions = [
    ...(range.after === undefined ? [] : [compare(key, range.after, '>', '>')]),
    ...(range.upTo === undefined ? [] : [compare(key, range.upTo, '<', '<=')]),
  ];
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** Returns a condition for the one row with this key. */
export function at(key: readonly ComparedColumn[], values: Key): string {
  return key.map((column, index) => `${ordered(column)} = ${literal(column, values[index] ?? '')}`).join(' AND ');
}

// The comparison is spelled out, because MySQL does not use an index range for (a, b) > (1, 2).
function compare(key: readonly ComparedColumn[], values: Key, inner: '<' | '>', last: '<=' | '>'): string {
  const [column, ...others] = key;
  const [value = '', ...rest] = values;
  if (column === undefined) return 'TRUE';
  const [left, right] = [ordered(column), literal(column, value)];
  if (others.length === 0) return `${left} ${last} ${right}`;
  return `(${left} ${inner}= ${right} AND (${left} ${inner} ${right} OR ${compare(others, rest, inner, last)}))`;
}

// ENUM and SET sort by index but compare by text.
function ordered(column: ComparedColumn): string {
  return familyOf(column) === 'index' ? `CAST(${quoteName(column.name)} AS UNSIGNED)` : quoteName(column.name);
}

/**
 * Returns SQL that shows a value to a person, at most 1,000 characters of it; bytes are shown as hexadecimal digits.
 */
export function shown(column: ComparedColumn): string {
  const name = quoteName(column.name);
  const family = familyOf(column);
  if (holdsBytes(column)) return `LEFT(HEX(${name}), 2000)`;
  if (family === 'float') return `CAST(CAST(${name} AS DOUBLE) AS CHAR)`;
  if (column.type === 'bit') return `CAST(CAST(${name} AS UNSIGNED) AS CHAR)`;
  return `LEFT(CONVERT(${name} USING utf8mb4), 1000)`;
}

/** Whether `shown` returns hexadecimal digits. */
export function holdsBytes(column: ComparedColumn): boolean {
  const family = familyOf(column);
  return family === 'bytes' || (family === 'large' && column.characterSet === null && !isJson(column));
}
