import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { MigrationContext } from './context.ts';

/**
 * Returns how many rows the source MySQL has inserted, updated and deleted in each table since it started, on anyone's
 * behalf: the application while it writes there, and later the stream that follows the target. Rows that a foreign
 * key's cascade changes are not counted (MySQL's manual, `table_io_waits_summary_by_table`).
 */
export async function changedRows({ cluster, tables }: MigrationContext): Promise<ReadonlyMap<string, number>> {
  return await withConnection(cluster.source.harnessEndpoint, async (connection) => {
    const rows = await queryRows<{ name: string; changed: string }>(
      connection,
      `SELECT OBJECT_NAME AS name, COUNT_INSERT + COUNT_UPDATE + COUNT_DELETE AS changed
         FROM performance_schema.table_io_waits_summary_by_table
        WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA = DATABASE() AND OBJECT_NAME IN (?)`,
      [tables],
    );
    return new Map(rows.map(({ name, changed }) => [name, Number(changed)]));
  });
}
