import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { LOOK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from '../bound-statements.ts';
import { EXACT, openConnection } from '../mysql-connection.ts';
import type { Account } from './credentials.ts';

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

/**
 * Runs `body` with a connection that is closed afterwards. No statement on it can run for ever: one that takes longer
 * than its own `timeout`, or `timeoutMs` if it has none, is ended on the server and throws `unknown`.
 */
export async function withConnection<T>(
  options: ConnectionOptions,
  body: (connection: Connection) => Promise<T>,
  { timeoutMs = STATEMENT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<T> {
  const connection = await openConnection(options, { timeoutMs });
  try {
    return await body(connection);
  } finally {
    connection.destroy();
  }
}

/** Does the same as `withConnection`, for statements that any server answers at once, however large its tables are. */
export async function withLook<T>(
  options: ConnectionOptions,
  body: (connection: Connection) => Promise<T>,
): Promise<T> {
  return await withConnection(options, body, { timeoutMs: LOOK_TIMEOUT_MS });
}

/** Returns the rows of a query, in the shape that the query itself promises. */
export async function queryRows<T>(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const [rows] = await connection.query({ sql, values: [...values] });
  return rows as T[];
}
