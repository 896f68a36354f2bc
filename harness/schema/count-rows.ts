import type { Connection, RowDataPacket } from 'mysql2/promise';
import { quoteName } from './quote.ts';

/**
 * Counts the rows of each table exactly, which must not be done on servers that are not the run's own.
 *
 * @throws the signal's reason, before the next table.
 */
export async function countRows(
  connection: Connection,
  tables: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    signal?.throwIfAborted();
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS total FROM ${quoteName(table)}`);
    counts.set(table, Number(rows[0]?.['total']));
  }
  return counts;
}
