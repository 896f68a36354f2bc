import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { isOn } from './variables.ts';

/** Returns how long a server keeps its binary logs; null if it never removes them. */
export async function binlogExpireSeconds(endpoint: ConnectionOptions): Promise<number | null> {
  const rows = await withConnection(endpoint, async (connection) => {
    const sql = "SHOW GLOBAL VARIABLES LIKE 'binlog_expire_logs%'";
    return await queryRows<{ Variable_name: string; Value: string }>(connection, sql);
  });
  const values = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  const seconds = Number(values.get('binlog_expire_logs_seconds') ?? 0);
  // 0 means that they are never removed.
  return isOn(values.get('binlog_expire_logs_auto_purge') ?? 'ON') && seconds > 0 ? seconds : null;
}
