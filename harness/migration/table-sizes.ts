import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';
import type { CopyObservation } from '../history/observations.ts';
import { quoteName } from '../schema/quote.ts';

/**
 * Returns the bytes of each table, data plus indexes, as its server estimates them.
 *
 * @param isAnalyzed whether to make the server update its estimates first. Other statements may then have to wait, so
 *   this must not be done to servers that are not the run's own.
 */
export async function tableSizes(
  connection: Connection,
  tables: readonly string[],
  { isAnalyzed }: { readonly isAnalyzed: boolean },
): Promise<NonNullable<CopyObservation['target']>> {
  // The sizes of the files grow by 4 MB at a time, which is too coarse for the tables of a rehearsal.
  if (isAnalyzed) await connection.query(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${tables.map(quoteName).join(', ')}`);
  await connection.query('SET SESSION information_schema_stats_expiry = 0');
  const sizes = await queryRows<{ name: string; bytes: string }>(
    connection,
    `SELECT TABLE_NAME AS name, DATA_LENGTH + INDEX_LENGTH AS bytes
       FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)`,
    [tables],
  );
  return sizes.map(({ name, bytes }) => ({ table: name, bytes: Number(bytes) }));
}
