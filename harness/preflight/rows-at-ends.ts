import { primaryKey, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { refusalOf } from './unread.ts';

/** How many rows are read at each end. */
const ENDS = 500;

/**
 * Returns a subquery of the rows at both ends of a table's primary key, or of some rows if it has none. A server finds
 * them by the key, however large the table is.
 *
 * @param select what to read from each row.
 */
export function rowsAtEnds(table: Table, select: string): string {
  const key = primaryKey(table).map(quoteName);
  const from = `SELECT ${select} FROM ${quoteName(table.name)}`;
  if (key.length === 0) return `(${from} LIMIT ${2 * ENDS})`;
  const end = (direction: string) =>
    `(${from} ORDER BY ${key.map((part) => `${part} ${direction}`).join(', ')} LIMIT ${ENDS})`;
  return `(${end('ASC')} UNION ${end('DESC')})`;
}

/**
 * Returns which conditions are met by a row at either end of a table; none if the account may not read the table, which
 * `not-seen` reports.
 *
 * @param conditions SQL expressions that are 1 for a row that meets the condition.
 */
export async function metAtEnds(read: Read, table: Table, conditions: readonly string[]): Promise<readonly boolean[]> {
  // The conditions are within the subquery, because a UNION of rows treats 0 and -0 as the same.
  const flags = conditions.map((condition, at) => `${condition} AS f${at}`);
  const found = conditions.map((_, at) => `MAX(f${at}) AS f${at}`);
  try {
    const [row] = await read(`SELECT ${found.join(', ')} FROM ${rowsAtEnds(table, flags.join(', '))} AS seen`);
    return conditions.map((_, at) => row?.[`f${at}`] === '1');
  } catch (error) {
    if (refusalOf(error) === null) throw error;
    return conditions.map(() => false);
  }
}
