import type { Connection } from 'mysql2/promise';
import { queryRows } from './mysql-endpoint.ts';

/** Whether a MySQL replicates now. */
export interface ReplicaStatus {
  readonly isRunning: boolean;
  /** Its threads and their last errors, for a person to read. */
  readonly seen: string;
}

/** Asks a MySQL by SHOW REPLICA STATUS, which exists since MySQL 8.0.22. */
export async function readReplicaStatus(connection: Connection): Promise<ReplicaStatus> {
  const [status] = await queryRows<Record<string, string>>(connection, 'SHOW REPLICA STATUS');
  if (status === undefined) return { isRunning: false, seen: 'no replication set up' };
  const [io, sql] = [status['Replica_IO_Running'], status['Replica_SQL_Running']];
  const errors = [status['Last_IO_Error'], status['Last_SQL_Error']].filter(Boolean).join('; ');
  const seen = `IO thread ${io}, SQL thread ${sql}${errors && `: ${errors}`}`;
  return { isRunning: io === 'Yes' && sql === 'Yes', seen };
}
