import type { ParameterGenerator } from '../fixture/generators.ts';
import { integerRange, type Column } from '../schema/columns.ts';

/**
 * How many rows a run may insert into one table; a table with room for fewer gets none, so that it does not fill up.
 */
export const ROOM = 10_000;

/** Numbers count up with the operations of a run, not with its inserts. */
const OPERATIONS = 2_000_000n;
/** Shorter text and bytes have too few values that count up. */
const SHORTEST = 8;
const UUID_LENGTH = 36;
const HASH_LENGTH = 32;
/** 2100-01-01. */
const FAR = 4_102_444_800;

const shared = { nullFraction: 0 } as const;

/** Whether new values of a column can be found beyond all existing ones, so that the greatest one must be known. */
export function countsUp(column: Column): boolean {
  return integerRange(column) !== null || column.type === 'decimal';
}

/** What is known about a column besides its type. */
export interface ColumnFacts {
  /** The greatest value that rows have, for numbers; null if there is none. */
  readonly greatest: string | null;
  /** The most characters or bytes that count, if it is less than the column's length. */
  readonly room: number | null;
  /** The value of an existing row. */
  readonly example: string | null;
  /** SQL that uses the values, such as expressions in a key. */
  readonly texts: readonly string[];
}

/**
 * Returns ways to generate values for a column that no row and no other insert has, the best first: numbers beyond the
 * greatest, other values unlike those of most rows, and values modelled on an example. The trial of the statement has
 * to confirm them.
 */
export function freeValues(column: Column, facts: ColumnFacts): ParameterGenerator[] {
  const { type, fractionDigits } = column;
  if (countsUp(column)) return numbersAfter(column, facts.greatest);
  const length = Math.min(column.length ?? 255, facts.room ?? Infinity);
  if (/char|text/.test(type)) return length >= SHORTEST ? textsOf(type, length, facts) : [];
  if (type === 'json') return documentsOf(facts);
  if (/^(?:var)?binary$/.test(type) && length >= SHORTEST) {
    return [{ kind: 'bytes', length: type === 'binary' ? (column.length ?? length) : Math.min(length, 16), ...shared }];
  }
  if (type === 'date') {
    return [{ kind: 'time', form: 'date', from: FAR, to: FAR, fraction: 0, stepSeconds: 86_400, ...shared }];
  }
  if (type !== 'datetime' && type !== 'timestamp') return [];
  const from = type === 'datetime' ? FAR : 2_000_000_000;
  return [{ kind: 'time', form: 'datetime', from, to: from, fraction: fractionDigits ?? 0, stepSeconds: 1, ...shared }];
}

function textsOf(type: string, length: number, { example }: ColumnFacts): ParameterGenerator[] {
  const argument = { length: HASH_LENGTH, casing: 'lower', prefix: '' };
  const found: ParameterGenerator[] = [];
  if (length === UUID_LENGTH) found.push({ kind: 'faker', method: 'string.uuid', arguments: [], ...shared });
  if (type === 'char' && length === HASH_LENGTH) {
    found.push({ kind: 'faker', method: 'string.hexadecimal', arguments: [argument], ...shared });
  }
  const texts = ['w{row}', ...(length >= 24 ? ['w{row}@example.com', '/w{row}'] : []), ...likeExample(example, length)];
  return [...found, ...texts.map((text): ParameterGenerator => ({ kind: 'template', text, ...shared }))];
}

/** Returns texts like an example: with digits instead of its end, with more before it, and with more after it. */
function likeExample(example: string | null, length: number): string[] {
  if (example === null || example.includes('{row')) return [];
  const characters = Array.from(example);
  const digits = `{row:${SHORTEST}}`;
  const ends = characters.length >= SHORTEST ? [`${characters.slice(0, -SHORTEST).join('')}${digits}`] : [];
  const longer =
    characters.length + SHORTEST < length ? [`w${digits}${example}`, `${example}${digits}`, `${digits}${example}`] : [];
  return [...ends, ...longer];
}

/** Returns documents with a number in every member that the SQL names, so that what it extracts differs. */
function documentsOf({ texts }: ColumnFacts): ParameterGenerator[] {
  const names = texts.flatMap((text) => [...text.matchAll(/\$\.\\?"?([\w-]+)/g)].map(([, name = '']) => name));
  if (names.length === 0) return [];
  return ['900000{row}', '"w{row}"'].map((value) => {
    const members = [...new Set(names)].map((name) => `${JSON.stringify(name)}: ${value}`);
    return { kind: 'template', text: `{${members.join(', ')}}`, ...shared };
  });
}

/** Begins far away if there is room, so that rows from elsewhere do not get in the way. */
function numbersAfter(column: Column, greatest: string | null): ParameterGenerator[] {
  const after = BigInt(/^-?\d+/.exec(greatest ?? '')?.[0] ?? 0) + 1n;
  const most = integerRange(column)?.max ?? 10n ** BigInt((column.precision ?? 1) - (column.scale ?? 0)) - 1n;
  const limit = most < BigInt(Number.MAX_SAFE_INTEGER) ? most : BigInt(Number.MAX_SAFE_INTEGER);
  const far =
    column.type === 'bigint' ? 10n ** 12n : column.type === 'int' ? (column.isUnsigned ? 3n : 1n) * 10n ** 9n : 0n;
  const start = [far > after ? far : after, after > 0n ? after : 1n].find((each) => limit - each + 1n >= OPERATIONS);
  return start === undefined ? [] : [{ kind: 'sequence', start: Number(start), step: 1, ...shared }];
}

/** Whether all operations get different values. */
export function isDistinct(generator: ParameterGenerator | undefined): boolean {
  if (generator === undefined || generator.kind === 'key') return false;
  if (generator.nullFraction > 0 || (generator.edges ?? []).length > 0) return false;
  switch (generator.kind) {
    case 'sequence':
      return generator.stride === undefined;
    case 'template':
      return /\{row[:}]/.test(generator.text);
    case 'time':
      return generator.stepSeconds !== undefined;
    case 'bytes':
      return generator.length >= SHORTEST;
    case 'faker':
      return generator.pool === undefined && ['string.uuid', 'string.hexadecimal'].includes(generator.method);
    default:
      return false;
  }
}
