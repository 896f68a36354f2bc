import {
  createConnection,
  type Connection,
  type ConnectionOptions,
  type QueryOptions,
  type QueryValues,
  type RowDataPacket,
} from 'mysql2/promise';
import { messageOf, trouble } from './errors.ts';

/** Counting a large table takes minutes; nothing here takes longer. */
export const STATEMENT_TIMEOUT_MS = 600_000;
/** For what is answered at once when all is well. */
export const LOOK_TIMEOUT_MS = 30_000;

/** The server ends a SELECT by itself, and is given this long to say so before the statement is ended from here. */
const GRACE_MS = 2_000;
const KILL_TIMEOUT_MS = 10_000;

export interface BoundOptions {
  /** For statements that have no `timeout` of their own. */
  readonly timeoutMs?: number;
  /** False where a statement may hold what is nobody's to see: then errors do not show it. */
  readonly isShown?: boolean;
}

/**
 * Gives every statement of a connection a bound: a `timeout` of its own, or `timeoutMs`. A SELECT carries the bound in
 * a hint, so that the server ends it even when this process is gone. Any other statement is killed by a second
 * connection; the first one is closed, as its answer would be taken for that of the next statement.
 *
 * What comes back from a statement that took too long is `unknown`, and says whether it may still run.
 *
 * @param options by which the connection was made.
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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads differ in what the caller expects alone
  connection.query = bounded as Connection['query'];
}

/** The statement with its bound in a hint, where MySQL takes one. Other servers take the hint for a comment. */
export function withBound(sql: string, boundMs: number): string {
  return sql.replace(/^(\s*SELECT)\b(?!\s*\/\*\+)/i, `$1 /*+ MAX_EXECUTION_TIME(${Math.ceil(boundMs)}) */`);
}

/** Ends what the connection runs. @returns what became of it, for a person. */
async function end(connection: Connection, sql: string, options: ConnectionOptions): Promise<string> {
  connection.destroy();
  try {
    const other = await createConnection({ ...options, connectTimeout: KILL_TIMEOUT_MS });
    other.on('error', () => undefined);
    try {
      const isRunning = await runs(other, connection.threadId, sql);
      if (!isRunning) return 'it is not among what its server runs now';
      await other.query({ sql: `KILL ${connection.threadId}`, timeout: KILL_TIMEOUT_MS });
      return 'it was killed';
    } finally {
      other.destroy();
    }
  } catch (error) {
    return `it may still run there, as it could not be killed: ${messageOf(error)}`;
  }
}

/** Behind a proxy the number may be that of another connection: only one that runs this very statement is ours. */
async function runs(connection: Connection, threadId: number, sql: string): Promise<boolean> {
  const list = { sql: 'SHOW FULL PROCESSLIST', timeout: KILL_TIMEOUT_MS };
  const [rows] = await connection.query<(RowDataPacket & { Id: number | string; Info: string | null })[]>(list);
  // Placeholders are filled in by then.
  const [beginning = ''] = sql.trim().split('?');
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
    next: 'Look at what that server is busy with: `SHOW FULL PROCESSLIST` shows it.',
    cause,
  });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
