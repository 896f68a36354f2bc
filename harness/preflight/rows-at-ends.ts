import { primaryKey, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';

/** How many rows are looked at at each end. */
const ENDS = 500;

/**
 * Returns a subquery of the rows at both ends of a table's primary key, or of some rows if it has none. A server finds
 * them by the key, however large the table is.
 *
 * @param select what to read of each row.
 */
export function rowsAtEnds(table: Table, select: string): string {
  const key = primaryKey(table).map(quoteName);
  const from = `SELECT ${select} FROM ${quoteName(table.name)}`;
  if (key.length === 0) return `(${from} LIMIT ${2 * ENDS})`;
  const end = (direction: string) =>
    `(${from} ORDER BY ${key.map((part) => `${part} ${direction}`).join(', ')} LIMIT ${ENDS})`;
  return `(${end('ASC')} UNION ${end('DESC')})`;
}
