import { integerRange } from '../schema/columns.ts';
import type { Value } from './generate.ts';

/** A column of a primary key whose values each have exactly one form. */
export interface KeyColumn {
  readonly name: string;
  /**
   * `text` compares by its bytes, `text-ci` without regard to case. `time` is a DATE or DATETIME, which does not depend
   * on the time zone.
   */
  readonly form: 'integer' | 'bytes' | 'text' | 'text-ci' | 'time';
  /** The range of whole numbers. */
  readonly min?: bigint;
  readonly max?: bigint;
  /** The most characters or bytes; for times, the number of characters. */
  readonly length?: number;
  /** Whether it is BINARY, whose values are padded with zeros. */
  readonly isPadded?: boolean;
}

export interface TableKey {
  readonly columns: readonly KeyColumn[];
  /** The column whose values the server generates by AUTO_INCREMENT; null if there is none. */
  readonly handedOut: string | null;
}

/** Whether the server generates the whole key. */
export function isAllHandedOut({ columns, handedOut }: TableKey): boolean {
  return handedOut !== null && columns.length === 1;
}

/** Printable ASCII without blanks at the ends, because MySQL may ignore or pad other characters. */
const PLAIN_TEXT = /^[!-~](?:[ -~]*[!-~])?$/;
/** Collations that treat two printable ASCII texts as equal exactly if they differ only in case. */
const IGNORE_CASE =
  /^(?:utf8mb4_0900_a[is]_ci|utf8(?:mb[34])?_(?:general|unicode|unicode_520)_ci|latin1_(?:swedish|general)_ci|ascii_general_ci)$/;
const BY_BYTES = /^(?:utf8mb4_0900_as_cs|\w+_bin)$/;

/**
 * Returns how values of a column are distinguished, or null if this project does not know its exact rules.
 *
 * @param type the type as SHOW COLUMNS shows it, such as `bigint unsigned`.
 */
export function keyColumnOf(name: string, type: string, collation: string | null): KeyColumn | null {
  const [, word = '', length] = /^(\w+)(?:\((\d+)\))?/.exec(type.toLowerCase()) ?? [];
  const range = integerRange({ type: word, isUnsigned: /\bunsigned\b/i.test(type) });
  if (range !== null) return { name, form: 'integer', ...range };
  if (word === 'date') return { name, form: 'time', length: 10 };
  if (word === 'datetime') return { name, form: 'time', length: length === undefined ? 19 : 20 + Number(length) };
  if (length === undefined) return null;
  if (word === 'binary' || word === 'varbinary') {
    return { name, form: 'bytes', length: Number(length), isPadded: word === 'binary' };
  }
  if ((word !== 'char' && word !== 'varchar') || collation === null) return null;
  if (IGNORE_CASE.test(collation)) return { name, form: 'text-ci', length: Number(length) };
  return BY_BYTES.test(collation) ? { name, form: 'text', length: Number(length) } : null;
}

/**
 * Returns the key of a row in the form of a history, or null if a value has more than one form. @param values one per
 * column.
 */
export function exactKey({ columns }: TableKey, values: readonly (Value | undefined)[]): number | string | null {
  const [first, ...others] = columns.map((column, at) => formOf(column, values[at]));
  if (first === undefined || first === null || others.includes(null)) return null;
  if (others.length === 0) return first;
  // The comma between parts must not be part of a value.
  return [first, ...others].map((part) => String(part).replaceAll(/[%,]/g, encodeURIComponent)).join(',');
}

function formOf(column: KeyColumn, value: Value | undefined): number | string | null {
  if (value === null || value === undefined) return null;
  switch (column.form) {
    case 'integer':
      return typeof value === 'object' ? null : exactInteger(value, column);
    case 'bytes':
      return typeof value === 'number' ? null : bytesOf(column, Buffer.from(value));
    case 'time':
      return typeof value === 'string' && value.length === column.length && isTime(value) ? value : null;
    default:
      if (typeof value !== 'string' || value.length > (column.length ?? 0) || !PLAIN_TEXT.test(value)) return null;
      return column.form === 'text-ci' ? value.toLowerCase() : value;
  }
}

/**
 * Returns a whole number as a JSON number if a double holds it exactly, otherwise as its digits, or null if the column
 * cannot hold it as a number.
 */
function exactInteger(value: number | string, { min, max }: KeyColumn): number | string | null {
  if (typeof value === 'number' ? !Number.isSafeInteger(value) : !/^-?\d{1,20}$/.test(value)) return null;
  const exact = BigInt(value);
  if ((min !== undefined && exact < min) || (max !== undefined && exact > max)) return null;
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : String(exact);
}

/** Whether it is a real date in MySQL's own form, because anything else may be stored differently. */
function isTime(text: string): boolean {
  const [, day = '', clock = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.\d{1,6})?)?$/.exec(text) ?? [];
  const timeMs = Date.parse(`${day}T${clock}Z`);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(`${day}T${clock}`);
}

function bytesOf({ length = 0, isPadded = false }: KeyColumn, bytes: Buffer): string | null {
  if (bytes.length > length) return null;
  return `0x${bytes.toString('hex').padEnd(isPadded ? 2 * length : 0, '0')}`;
}

/**
 * Returns the exact insert id of an answer, or 0 for none. The protocol sends 64 bits without a sign, and mysql2 reads
 * them with one (3.24.6, `readLengthCodedNumberSigned`).
 */
export function exactInsertId(insertId: number | string, column: KeyColumn | undefined): number | string {
  const exact = BigInt(insertId);
  const isUnsigned = column?.min === 0n;
  return exact < 0n && isUnsigned ? String(BigInt.asUintN(64, exact)) : insertId;
}
