import type { Connection, ConnectionOptions } from 'mysql2/promise';
import type { Account } from './credentials.ts';
import { connect, disconnect } from './own-connections.ts';

/** 64-bit integers stay exact: as strings. */
export const EXACT = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, connectTimeout: 10_000 };

/** How to reach a MySQL protocol server from this machine. */
export function endpoint(port: number, account: Account, database?: string): ConnectionOptions {
  return {
    host: '127.0.0.1',
    port,
    user: account.user,
    password: account.password,
    ...(database === undefined ? {} : { database }),
    ...EXACT,
  };
}

/** Runs `body` with a connection that is closed afterwards. */
export async function withConnection<T>(
  options: ConnectionOptions,
  body: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(options);
  try {
    return await body(connection);
  } finally {
    disconnect(connection);
  }
}

/** Counting a large table takes minutes; nothing here takes longer. */
const QUERY_TIMEOUT_MS = 600_000;

/** The rows of a query, of the shape that the query itself promises. */
export async function queryRows<T>(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const [rows] = await connection.query({ sql, values: [...values], timeout: QUERY_TIMEOUT_MS });
  return rows as T[];
}
