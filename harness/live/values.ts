import type { Column } from '../schema/columns.ts';
import { quoteName } from '../schema/quote.ts';

/** How a column's values get from one server to another unchanged: what to select, and how to write it. */
export interface ValueForm {
  /** SQL whose value is sent as bytes, without any loss. */
  readonly select: string;
  /** Returns those bytes as ASCII SQL, for INSERT and for comparisons. */
  readonly write: (bytes: Buffer) => string;
}

const NUMBERS = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal'];
const TIMES = ['date', 'datetime', 'timestamp', 'time', 'year'];

/**
 * Returns the form for each type, for a session in UTC that does not convert results, as `openSnapshot` opens it. JSON
 * is sent as text: numbers and times in it then have the types that the text implies, as with mysqldump.
 */
export function formOf({ name, type, characterSet }: Column): ValueForm {
  const select = quoteName(name);
  if (NUMBERS.includes(type)) return { select, write: ascii };
  // A FLOAT shows six digits; as DOUBLE it shows all. Added to 0, or without quotes, -0 would become 0.
  if (type === 'float') return { select: `${select} * 1E0`, write: quoted };
  if (type === 'double' || TIMES.includes(type)) return { select, write: quoted };
  // The value is read as a number, because the empty value of an ENUM has no other name.
  if (type === 'enum' || type === 'set') return { select: `${select} + 0`, write: ascii };
  if (type === 'bit') return { select, write: (bytes) => BigInt(`0x${bytes.toString('hex')}`).toString() };
  if (type === 'json') return { select, write: (bytes) => `_utf8mb4 ${hexadecimal(bytes)}` };
  if (characterSet === null) return { select, write: hexadecimal };
  return { select, write: (bytes) => `_${characterSet} ${hexadecimal(bytes)}` };
}

/** Whether it is an ENUM value that is not one of its members, which a strict session does not accept. */
export function isNoMember({ type }: Column, bytes: Buffer | null): boolean {
  return type === 'enum' && bytes?.toString('latin1') === '0';
}

function ascii(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function quoted(bytes: Buffer): string {
  return `'${bytes.toString('latin1')}'`;
}

function hexadecimal(bytes: Buffer): string {
  return `X'${bytes.toString('hex')}'`;
}
