import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { Side } from '../side.ts';
import { serversOf, type MigrationContext } from './context.ts';

/** What a MySQL has executed. */
export interface Executed {
  /** Its `@@server_uuid`. */
  readonly server: string;
  /** What the server has executed, as a GTID set. */
  readonly executed: string;
  /** The UUIDs with which its replication group begins transactions; none if it is not in a group. */
  readonly groups: readonly string[];
}

/** Group Replication has a UUID for the group's transactions, and may have another for changes of its members. */
const GROUP_VARIABLES = ['group_replication_group_name', 'group_replication_view_change_uuid'];
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export async function executedOn(endpoint: ConnectionOptions): Promise<Executed> {
  return await withConnection(endpoint, async (connection) => {
    const sql = 'SELECT @@server_uuid AS server, @@GLOBAL.gtid_executed AS executed';
    const [row] = await queryRows<{ server: string; executed: string }>(connection, sql);
    const variables = await queryRows<{ Value: string }>(
      connection,
      `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${GROUP_VARIABLES.map((name) => `'${name}'`).join(', ')})`,
    );
    const groups = variables.map(({ Value }) => Value).filter((value) => UUID.test(value));
    return { server: row!.server, executed: row!.executed.replaceAll('\n', ''), groups };
  });
}

/**
 * Records what a side's servers had executed before the migration touched them. A source that was a replica, was
 * restored from a backup or is in a group has transactions of servers that cannot be asked. The first record is kept.
 */
export async function noteExecuted(context: MigrationContext, side: Side): Promise<void> {
  const { executed: noted } = context.before;
  for (const { endpoint } of await serversOf(context, side)) {
    const { server, executed } = await executedOn(endpoint);
    if (!noted.has(server)) noted.set(server, executed);
  }
}
