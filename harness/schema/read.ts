import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2/promise';
import { withBound } from '../bound-statements.ts';
import { openConnection } from '../mysql-connection.ts';
import { unanswered, unreachable } from './unreachable.ts';

/** One row as text, without conversions to numbers. */
export type TextRow = Readonly<Record<string, string | null>>;

/** One row as its server sends it, in the order of the statement. */
export type ByteRow = readonly (Buffer | null)[];

/** Asks a server; `?` in the statement stands for a value. */
export type Read = (sql: string, values?: readonly unknown[]) => Promise<readonly TextRow[]>;

/** Like `Read`, for values that should perhaps stay hidden: an error contains `about` instead of the statement. */
export type ReadBytes = (sql: string, about: string) => Promise<readonly ByteRow[]>;

/** A connection that only reads, and on which estimates are not a day old. */
export interface ReadingConnection extends AsyncDisposable {
  readonly read: Read;
  readonly readBytes: ReadBytes;
}

export interface ReadingOptions {
  readonly timeoutMs?: number;
  /** Receives the exact text of every statement before it is sent. */
  readonly onStatement?: (sql: string) => void;
}

/** A mark in every statement, so that a server's counts and logs distinguish ours from those of its application. */
export const OWN_MARK = '/* vitess-roundtrip */';
/** The first word, and its hint, which must not be preceded by a comment. */
const BEGINNING = /^\s*\w+(?:\s*\/\*\+.*?\*\/)?/s;

const BEGIN = [
  'SET SESSION TRANSACTION READ ONLY',
  // The server's own mode can change what quotes and backslashes mean.
  "SET SESSION sql_mode = ''",
];
/** Makes estimates fresh, and allows time to read them. Servers other than MySQL 8 may not have these. */
const BEGIN_WHERE_KNOWN = ['SET SESSION information_schema_stats_expiry = 0', 'SET SESSION max_execution_time = 0'];
const ER_UNKNOWN_SYSTEM_VARIABLE = 1193;

function unlessUnknown(error: unknown): void {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno === ER_UNKNOWN_SYSTEM_VARIABLE) {
    return;
  }
  throw error;
}

/**
 * Opens a connection for reading: every transaction on it is read-only, so the server itself refuses anything else.
 *
 * @param where the server's name for a person, such as `the source`.
 * @throws usage if it refuses these options; trouble if it cannot be reached, or does not answer.
 */
export async function openForReading(
  options: ConnectionOptions,
  where: string,
  { timeoutMs = 60_000, onStatement = () => undefined }: ReadingOptions = {},
): Promise<ReadingConnection> {
  const name = capital(where);
  const connection = await connect(options, name);
  let lost: unknown;
  // Without a listener, an error between two statements would end the process; the next statement reports it.
  connection.on('error', (error) => (lost = error));
  const answered = async <T>(text: string, about: string, ask: (sql: string) => Promise<T>): Promise<T> => {
    const marked = text.replace(BEGINNING, `$& ${OWN_MARK}`);
    onStatement(withBound(marked, timeoutMs));
    return await ask(marked).catch((error: unknown) => {
      throw unanswered(lost ?? error, name, about, timeoutMs);
    });
  };
  const read: Read = async (sql, values = []) => {
    const text = connection.format(sql, [...values]);
    return await answered(text, text.replaceAll(/\s+/g, ' ').slice(0, 300), async (marked) => {
      const query = { sql: marked, timeout: timeoutMs };
      const [rows] = await connection.query<RowDataPacket[]>({ ...query, typeCast: (field) => field.string() });
      return rows;
    });
  };
  const readBytes: ReadBytes = async (sql, about) =>
    await answered(sql, about, async (marked) => {
      const query = { sql: marked, timeout: timeoutMs, rowsAsArray: true };
      const [rows] = await connection.query({ ...query, typeCast: (field) => field.buffer() });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mysql2's type does not know of rowsAsArray
      return rows as unknown as readonly ByteRow[];
    });
  try {
    for (const sql of BEGIN) await read(sql);
    for (const sql of BEGIN_WHERE_KNOWN) await read(sql).catch(unlessUnknown);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return { read, readBytes, [Symbol.asyncDispose]: async () => connection.destroy() };
}

async function connect(options: ConnectionOptions, name: string): Promise<Connection> {
  try {
    return await openConnection({ ...options, charset: 'utf8mb4' }, { isShown: false });
  } catch (error) {
    const place = `${options.host ?? 'localhost'}:${options.port ?? 3306}, as ${options.user ?? '(nobody)'}`;
    throw unreachable(error, name, place);
  }
}

/** Unescapes an expression, which information_schema shows as it would be in a quoted string. */
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
