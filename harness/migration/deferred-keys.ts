import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';

/**
 * Returns the tables whose AUTO_INCREMENT column is only the first of a secondary key. Such a key cannot be dropped
 * before the copy, as `--defer-secondary-keys` does: MySQL's error 1075 (ALTER TABLE wants a key for the column at any
 * time) stops the stream, and what Vitess 24.0.1 wrote down before that makes its next attempt fail for good.
 */
export async function tablesThatNeedTheirKeys(
  source: ConnectionOptions,
  tables: readonly string[],
): Promise<readonly string[]> {
  return await withLook(source, async (connection) => {
    const rows = await queryRows<{ name: string }>(
      connection,
      `SELECT columns.TABLE_NAME AS name
         FROM information_schema.columns AS columns
         LEFT JOIN information_schema.statistics AS keyed
           ON keyed.TABLE_SCHEMA = columns.TABLE_SCHEMA AND keyed.TABLE_NAME = columns.TABLE_NAME
          AND keyed.COLUMN_NAME = columns.COLUMN_NAME AND keyed.INDEX_NAME = 'PRIMARY' AND keyed.SEQ_IN_INDEX = 1
        WHERE columns.TABLE_SCHEMA = DATABASE() AND columns.TABLE_NAME IN (?)
          AND columns.EXTRA LIKE '%auto_increment%' AND keyed.INDEX_NAME IS NULL
        ORDER BY name`,
      [tables],
    );
    return rows.map(({ name }) => name);
  });
}
