import { createConnection, type ConnectionOptions, type RowDataPacket } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';

/** One row as text: nothing is turned into a number on its way. */
export type TextRow = Readonly<Record<string, string | null>>;

/** Asks a server; `?` in the statement stands for a value. */
export type Read = (sql: string, values?: readonly unknown[]) => Promise<readonly TextRow[]>;

/** A connection that only reads, and on which estimates are not a day old. */
export interface ReadingConnection extends AsyncDisposable {
  readonly read: Read;
}

export interface ReadingOptions {
  readonly timeoutMs?: number;
  /** Told every statement before it is sent, as it is sent. */
  readonly onStatement?: (sql: string) => void;
}

/** Estimates that are not a day old, and time to read them in. Servers other than MySQL 8 may not have these. */
const SESSION = { information_schema_stats_expiry: 0, max_execution_time: 0 };
const ER_UNKNOWN_SYSTEM_VARIABLE = 1193;

function unlessUnknown(error: unknown): readonly TextRow[] {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno === ER_UNKNOWN_SYSTEM_VARIABLE) {
    return [];
  }
  throw error;
}

/**
 * Opens a connection for reading: every transaction of it is read-only, so that the server itself refuses anything else.
 *
 * @param where what a person calls the server, as `the source`.
 * @throws trouble when it cannot be reached, or does not answer a statement.
 */
export async function openForReading(
  options: ConnectionOptions,
  where: string,
  { timeoutMs = 60_000, onStatement = () => undefined }: ReadingOptions = {},
): Promise<ReadingConnection> {
  try {
    const connection = await createConnection({ ...options, charset: 'utf8mb4' });
    // An error between two statements would otherwise end the process; the next statement reports it.
    connection.on('error', () => undefined);
    const read: Read = async (sql, values = []) => {
      const text = connection.format(sql, [...values]);
      onStatement(text);
      try {
        const [rows] = await connection.query<RowDataPacket[]>({
          sql: text,
          timeout: timeoutMs,
          typeCast: (field) => field.string(),
        });
        return rows;
      } catch (error) {
        throw trouble({
          what: `${capital(where)} did not answer.`,
          expected: `an answer within ${timeoutMs} ms`,
          seen: messageOf(error),
          where: text.replaceAll(/\s+/g, ' ').slice(0, 300),
          cause: error,
        });
      }
    };
    await read('SET SESSION TRANSACTION READ ONLY');
    for (const [name, value] of Object.entries(SESSION)) {
      await read(`SET SESSION ${name} = ${value}`).catch(unlessUnknown);
    }
    return { read, [Symbol.asyncDispose]: async () => connection.destroy() };
  } catch (error) {
    throw trouble({
      what: `${capital(where)} cannot be reached.`,
      seen: messageOf(error),
      where: `${options.host ?? 'localhost'}:${options.port ?? 3306}, as ${options.user ?? '(nobody)'}`,
      cause: error,
    });
  }
}

/** information_schema shows expressions as they would stand in a quoted string. */
export function unescaped(expression: string): string {
  const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', Z: '\u001a' };
  return expression.replaceAll(/\\(.)/gs, (_, character: string) => controls[character] ?? character);
}

export function numberOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
