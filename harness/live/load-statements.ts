import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { messageOf, trouble, usage } from '../errors.ts';
import { openForLoading } from '../mysql-connection.ts';

/** The server runs one statement while the next is read; more connections gained nothing on 2 cores. */
const LOADERS = 3;
const STATEMENT_TIMEOUT_MS = 3_600_000;
const SHOWN_CHARACTERS = 160;

/** Checks are off because tables and rows do not come in the order of their references. */
const BEGIN = ['SET foreign_key_checks = 0, unique_checks = 0'];

export interface LoadStatementsOptions {
  /** An empty database. */
  readonly connect: ConnectionOptions;
  /** Where the statements come from, for errors. */
  readonly from: string;
}

/**
 * Runs statements one after another.
 *
 * @throws usage naming the statement and what the server said; trouble if the server does not answer.
 */
export async function runStatements(statements: readonly string[], options: LoadStatementsOptions): Promise<void> {
  const connection = await open(options, []);
  try {
    for (const sql of statements) await run(connection, sql, options);
  } finally {
    connection.destroy();
  }
}

/**
 * Runs INSERTs on several connections at once, each of which begins with `settings`.
 *
 * @returns how many rows they added.
 * @throws the same as `runStatements`.
 */
export async function loadInserts(
  inserts: AsyncIterable<string>,
  settings: readonly string[],
  options: LoadStatementsOptions,
): Promise<number> {
  const connections = await Promise.all(Array.from({ length: LOADERS }, async () => await open(options, settings)));
  const work = async (connection: Connection) => {
    let rows = 0;
    for await (const sql of inserts) rows += await run(connection, sql, options);
    return rows;
  };
  try {
    // Each takes the next statement when it is free.
    return (await Promise.all(connections.map(work))).reduce((sum, rows) => sum + rows, 0);
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

async function open({ connect }: LoadStatementsOptions, settings: readonly string[]): Promise<Connection> {
  const connection = await openForLoading(connect);
  for (const sql of [...BEGIN, ...settings]) await connection.query(sql);
  return connection;
}

/** @returns how many rows it added. */
async function run(connection: Connection, sql: string, { from }: LoadStatementsOptions): Promise<number> {
  try {
    const [result] = await connection.query<ResultSetHeader>({ sql, timeout: STATEMENT_TIMEOUT_MS });
    return result.affectedRows;
  } catch (error) {
    const text = sql.slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ');
    throw (isTrouble(error) ? trouble : usage)({
      what: 'The source does not accept a statement of its schema or rows.',
      seen: messageOf(error),
      where: `${from}: ${text}${sql.length > SHOWN_CHARACTERS ? '…' : ''}`,
      next: nextOf(error),
      cause: error,
    });
  }
}

/** What to do about an error, by MySQL's number (MySQL manual, “Server Error Message Reference”). */
const HELP: Readonly<Record<number, string>> = {
  1114: 'Make room on the disk of the engine, or load fewer rows.',
  1153: 'Give the source the production server’s max_allowed_packet with source.settings.',
  1418: 'Give the source what production has: source.settings: { log_bin_trust_function_creators: 1 }.',
  3161: 'Give the tables another engine: Vitess needs InnoDB.',
};

/** Whether the machine is to blame and not the statement: the disk is full, or the server did not answer at all. */
function isTrouble(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 1114 || errno <= 0;
}

function errnoOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
}

function nextOf(error: unknown): string {
  const errno = errnoOf(error);
  if (errno <= 0) return 'See the end of its log among the artifacts.';
  return HELP[errno] ?? 'Does production run with other settings, such as sql_mode? Put them in source.settings.';
}
