import { createConnection, type Connection, type ConnectionOptions } from 'mysql2/promise';
import { boundStatements, type BoundOptions } from './bound-statements.ts';

/**
 * mysql2 makes room for 16,000 prepared statements when it opens a connection, half a megabyte and a millisecond; none
 * are prepared here.
 */
export const NO_PREPARED_STATEMENTS = { maxPreparedStatements: 1 };
/** 64-bit integers and dates are returned as strings, so that they stay exact. */
export const EXACT = {
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  connectTimeout: 10_000,
  ...NO_PREPARED_STATEMENTS,
};

/** Open connections, and where each leads. */
const open = new Map<Connection, string>();

/**
 * Opens a connection, for everything except the application that the harness plays (`workload/session.ts`) and streams
 * of rows. Every statement is bounded, 64-bit integers are exact, and `ownConnectionIds` returns its id until it is
 * ended or destroyed.
 *
 * @param bound null if each statement has a `timeout` of its own, and its sender must not wait until a silent server
 *   has ended it, which takes half a minute.
 */
export async function openConnection(options: ConnectionOptions, bound: BoundOptions | null = {}): Promise<Connection> {
  const connection = await createConnection({ ...EXACT, ...options });
  // Without a listener, an error between two statements would end the process; the next statement reports it.
  connection.on('error', () => undefined);
  if (bound !== null) boundStatements(connection, options, bound);
  open.set(connection, placeOf(options));
  const end = connection.end.bind(connection);
  connection.end = async () => {
    open.delete(connection);
    await end();
  };
  const destroy = connection.destroy.bind(connection);
  connection.destroy = () => {
    open.delete(connection);
    destroy();
  };
  return connection;
}

/** Opens a connection for statements of megabytes with literal values, which mysql2 would search for placeholders. */
export async function openForLoading(options: ConnectionOptions): Promise<Connection> {
  const asTheyAre = { ...options, charset: 'utf8mb4', queryFormat: (sql: string) => sql };
  return await openConnection(asTheyAre, { isShown: false });
}

/** The server's ids of the connections that `openConnection` opened to it and that are still open. */
export function ownConnectionIds(options: ConnectionOptions): string[] {
  const place = placeOf(options);
  return [...open].flatMap(([{ threadId }, where]) => (where === place ? [String(threadId)] : []));
}

function placeOf({ host = 'localhost', port = 3306 }: ConnectionOptions): string {
  return `${host}:${port}`;
}
