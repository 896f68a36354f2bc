import {
  createConnection,
  type Connection,
  type ConnectionOptions,
  type QueryOptions,
  type QueryValues,
  type RowDataPacket,
} from 'mysql2/promise';
import { messageOf, trouble } from './errors.ts';

/** This is enough to count a large table, which takes minutes; nothing here takes longer. */
export const STATEMENT_TIMEOUT_MS = 600_000;
/** The bound for statements that a healthy server answers at once. */
export const LOOK_TIMEOUT_MS = 30_000;

/** How long the server has to report that it ended a SELECT itself, before we end the statement from here. */
const GRACE_MS = 2_000;
const KILL_TIMEOUT_MS = 10_000;

export interface BoundOptions {
  /** The bound for statements that have no `timeout` of their own. */
  readonly timeoutMs?: number;
  /** False if a statement may contain values that nobody should see; errors then do not show the statement. */
  readonly isShown?: boolean;
}

/**
 * Gives every statement of a connection a time limit: its own `timeout`, or `timeoutMs`. A SELECT carries the limit in
 * a hint, so the server ends it even when this process is gone. Any other statement is killed over a second connection.
 * The first connection is then closed, because its late answer would be mistaken for the answer to the next statement.
 *
 * A statement that took too long throws an `unknown` error that says whether it may still be running.
 *
 * @param options the options that the connection was made with.
 */
export function boundStatements(
  connection: Connection,
  options: ConnectionOptions,
  { timeoutMs = STATEMENT_TIMEOUT_MS, isShown = true }: BoundOptions = {},
): void {
  const where = (sql: string) => placeOf(options, isShown ? sql : null);
  const send = connection.query.bind(connection);
  const bounded = async (statement: string | QueryOptions, values?: QueryValues): Promise<unknown> => {
    const asked: QueryOptions = typeof statement === 'string' ? { sql: statement } : statement;
    const boundMs = asked.timeout ?? timeoutMs;
    const sql = withBound(asked.sql, boundMs);
    const limited = { ...asked, sql, timeout: boundMs + GRACE_MS };
    try {
      return values === undefined ? await send(limited) : await send(limited, values);
    } catch (error) {
      if (codeOf(error) === 'ER_QUERY_TIMEOUT') throw tooLong(where(asked.sql), boundMs, 'its server ended it', error);
      if (codeOf(error) !== 'PROTOCOL_SEQUENCE_TIMEOUT') throw error;
      throw tooLong(where(asked.sql), boundMs, await end(connection, sql, options), error);
    }
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads differ only in what the caller expects
  connection.query = bounded as Connection['query'];
}

/**
 * Returns the statement with its limit in a hint, if MySQL accepts one there. Other servers read the hint as a comment.
 */
export function withBound(sql: string, boundMs: number): string {
  return sql.replace(/^(\s*SELECT)\b(?!\s*\/\*\+)/i, `$1 /*+ MAX_EXECUTION_TIME(${Math.ceil(boundMs)}) */`);
}

/** Ends the statement that the connection is running. @returns what happened to it, for a person to read. */
async function end(connection: Connection, sql: string, options: ConnectionOptions): Promise<string> {
  connection.destroy();
  try {
    const other = await createConnection({ ...options, connectTimeout: KILL_TIMEOUT_MS });
    other.on('error', () => undefined);
    try {
      const isRunning = await runs(other, connection.threadId, sql);
      if (!isRunning) return 'its server is no longer running it';
      await other.query({ sql: `KILL ${connection.threadId}`, timeout: KILL_TIMEOUT_MS });
      return 'it was killed';
    } finally {
      other.destroy();
    }
  } catch (error) {
    return `it may still be running there, because it could not be killed: ${messageOf(error)}`;
  }
}

/** Behind a proxy, the number may belong to another connection, so only one that runs this very statement is ours. */
async function runs(connection: Connection, threadId: number, sql: string): Promise<boolean> {
  const list = { sql: 'SHOW FULL PROCESSLIST', timeout: KILL_TIMEOUT_MS };
  const [rows] = await connection.query<(RowDataPacket & { Id: number | string; Info: string | null })[]>(list);
  // Placeholders have been filled in by then, and of several statements the list has the one that runs.
  const [beginning = ''] = sql.trim().split(/[?;]/);
  const isOurs = (text: string | null) => beginning !== '' && text?.trim().startsWith(beginning) === true;
  return rows.some(({ Id, Info }) => String(Id) === String(threadId) && isOurs(Info));
}

function placeOf({ host, port }: ConnectionOptions, sql: string | null): string {
  const server = `${host ?? 'localhost'}:${port ?? 3306}`;
  return sql === null ? server : `${server}: ${sql.replaceAll(/\s+/g, ' ').trim().slice(0, 300)}`;
}

function tooLong(where: string, boundMs: number, ended: string, cause: unknown) {
  return trouble({
    what: 'A statement took too long.',
    expected: `an answer within ${boundMs / 1000} s`,
    seen: `none; ${ended}`,
    where,
    next: 'See what that server is busy with, using `SHOW FULL PROCESSLIST`.',
    cause,
  });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
