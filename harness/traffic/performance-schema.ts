import type { ConnectionOptions } from 'mysql2/promise';
import { usage } from '../errors.ts';
import { openForReading, OWN_MARK, type Read } from '../schema/read.ts';
import { withPlaceholders } from './literals.ts';
import { TrafficCollector, type SeenOptions, type SeenTraffic } from './seen-traffic.ts';

export interface PerformanceSchemaOptions extends SeenOptions {
  /** Receives every statement before it is sent. */
  readonly onStatement: (sql: string) => void;
  /** Receives what a person should know about how complete it is. */
  readonly note: (text: string) => void;
}

/** An example of a statement, as the server keeps it. */
interface Example {
  readonly connection: string;
  readonly sql: string;
  readonly times: number;
  /** Whether it is cut off, as texts longer than `performance_schema_max_sql_text_length` are. */
  readonly isCutOff: boolean;
}

/** The number of examples of a statement whose values are not known, with a different number in each place. */
const GUESSES = 10;

/**
 * Reads what a running server's performance schema has counted: each digest with one sample, and the last statements of
 * all threads, which show values and transactions. The connection is read-only. This program's own queries are left
 * out. The performance schema does not keep the values of statements prepared by the protocol, so numbers stand for
 * them.
 *
 * @throws usage if it has counted nothing of the database or may not be read; trouble if the server does not answer.
 */
export async function readPerformanceSchema(
  endpoint: ConnectionOptions,
  { onStatement, note, ...options }: PerformanceSchemaOptions,
): Promise<SeenTraffic> {
  await using connection = await openForReading(endpoint, 'the live source', { onStatement });
  const { read } = connection;
  const collector = new TrafficCollector(options);
  for (const each of await readDigests(read, options.database)) take(collector, each, options);
  const { last, isShort } = await readLastStatements(read, options.database);
  for (const each of last) take(collector, each, options);
  const seen = { ...collector.seen(), ownDigests: await countOwnDigests(read, options.database) };
  if (seen.executions === 0) throw nothingCounted(options.database);
  if (isShort) note(SHORT_HISTORY);
  // The last statements are among those that were counted.
  const factor = last.length === 0 ? 1 : Math.max(1, seen.executions / last.length);
  const transactions = seen.transactions.map((each) => ({ ...each, count: Math.round(each.count * factor) }));
  return { ...seen, transactions };
}

const SHORT_HISTORY =
  'the consumer events_statements_history_long is off or empty there, so values and transactions are seen only in the ' +
  'last statements of each connection';

function take(
  collector: TrafficCollector,
  { sql, times, connection, isCutOff }: Example,
  { database }: SeenOptions,
): void {
  const entry = { connection, atMs: null, database, times };
  const isGuessed = withPlaceholders(sql, () => '?!') !== sql;
  if (isCutOff || !isGuessed) {
    // An unclosed comment shows that there was more, wherever the text ends.
    collector.take({ ...entry, sql: isCutOff ? `${sql}\n/*` : sql });
    return;
  }
  for (let guess = 1; guess <= GUESSES; guess++) {
    const guessed = withPlaceholders(sql, (place) => String(guess + place));
    collector.take({ ...entry, sql: guessed, times: guess === 1 ? times : 0, isGuessed });
  }
}

/**
 * Reads digests, except those that only prepare a statement. Each gets its own connection, because they have no order.
 */
async function readDigests(read: Read, database: string): Promise<Example[]> {
  const rows = await read(
    `SELECT query_sample_text AS sqlText, count_star AS times, ${IS_CUT_OFF('query_sample_text')} AS isCutOff
     FROM performance_schema.events_statements_summary_by_digest
     WHERE schema_name = ? AND query_sample_text IS NOT NULL AND digest_text NOT LIKE 'PREPARE %'
       AND LOCATE(?, query_sample_text) = 0`,
    [database, OWN_MARK],
  );
  return rows.map((row, at) => ({
    connection: `digest ${at}`,
    sql: row['sqlText'] ?? '',
    times: Number(row['times'] ?? 0),
    isCutOff: row['isCutOff'] === '1',
  }));
}

/**
 * Returns how many digests `readDigests` leaves out, because the one sample that the server keeps is this program's.
 */
async function countOwnDigests(read: Read, database: string): Promise<number> {
  const [row] = await read(
    `SELECT COUNT(*) AS n FROM performance_schema.events_statements_summary_by_digest
     WHERE schema_name = ? AND digest_text NOT LIKE 'PREPARE %' AND LOCATE(?, query_sample_text) > 0`,
    [database, OWN_MARK],
  );
  return Number(row?.['n'] ?? 0);
}

/** The server writes three dots where it cut off a text; no statement ends with them. */
const IS_CUT_OFF = (column: string) => `${column} LIKE '%...'`;

/**
 * Returns the last statements of all threads, from the history of 10,000 statements, which a server keeps only if it is
 * configured to, or from the one with 10 per open connection. Statements within a procedure are left out, because its
 * CALL is there.
 */
async function readLastStatements(read: Read, database: string): Promise<{ last: Example[]; isShort: boolean }> {
  const from = async (history: string) => {
    const rows = await read(
      `SELECT thread_id AS thread, sql_text AS sqlText, ${IS_CUT_OFF('sql_text')} AS isCutOff
       FROM performance_schema.${history}
       WHERE current_schema = ? AND sql_text IS NOT NULL AND LOCATE(?, sql_text) = 0
         AND (event_name LIKE 'statement/sql/%' OR event_name = 'statement/com/Execute')
         AND event_name NOT IN ('statement/sql/prepare_sql', 'statement/sql/dealloc_sql')
         AND (nesting_event_type IS NULL OR nesting_event_type <> 'STATEMENT')
       ORDER BY timer_start`,
      [database, OWN_MARK],
    );
    return rows.map((row) => ({
      connection: `thread ${row['thread'] ?? ''}`,
      sql: row['sqlText'] ?? '',
      times: 0,
      isCutOff: row['isCutOff'] === '1',
    }));
  };
  // If it is off, its contents may be old.
  const isOn = await read(
    `SELECT name FROM performance_schema.setup_consumers
     WHERE name = 'events_statements_history_long' AND enabled = 'YES'`,
  );
  const long = isOn.length > 0 ? await from('events_statements_history_long') : [];
  return long.length > 0
    ? { last: long, isShort: false }
    : { last: await from('events_statements_history'), isShort: true };
}

function nothingCounted(database: string) {
  return usage({
    what: 'The performance schema has counted no statement of the database.',
    expected: `rows of ${database} in performance_schema.events_statements_summary_by_digest`,
    seen: 'none that the account may see',
    next: 'GRANT SELECT ON performance_schema.* to the account, or name a log instead.',
  });
}
