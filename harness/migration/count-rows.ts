import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';
import { quoteName } from '../schema/quote.ts';

/** Counts the rows of each table exactly. This is too much to ask of servers that are not the run's own. */
export async function countRows(connection: Connection, tables: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const sql = `SELECT COUNT(*) AS total FROM ${quoteName(table)}`;
    const [row] = await queryRows<{ total: string }>(connection, sql);
    counts.set(table, Number(row!.total));
  }
  return counts;
}
