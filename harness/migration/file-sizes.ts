import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';
import type { CopyObservation } from '../history/observations.ts';

/**
 * What tables take on disk, all their partitions together. Those in a tablespace of many, and those whose names MySQL
 * writes otherwise as names of files, are left out.
 */
export async function fileSizes(
  connection: Connection,
  tables: readonly string[],
): Promise<NonNullable<CopyObservation['target']>> {
  const rows = await queryRows<{ name: string; bytes: string }>(
    connection,
    `SELECT NAME AS name, FILE_SIZE AS bytes FROM information_schema.INNODB_TABLESPACES
      WHERE NAME LIKE CONCAT(REPLACE(DATABASE(), '_', '\\_'), '/%')`,
  );
  return tables.flatMap((table) => {
    const files = rows.filter(({ name }) => name.split('/')[1]?.split(/#p#/i)[0] === table);
    return files.length === 0 ? [] : [{ table, bytes: files.reduce((sum, { bytes }) => sum + Number(bytes), 0) }];
  });
}
