import type { ConnectionOptions } from 'mysql2/promise';
import { usage } from '../errors.ts';
import { openForReading, type Read } from '../schema/read.ts';
import { TrafficCollector, type SeenOptions, type SeenTraffic } from './seen-traffic.ts';

export interface PerformanceSchemaOptions extends SeenOptions {
  /** Receives every statement before it is sent. */
  readonly onStatement: (sql: string) => void;
}

/**
 * Reads what a running server's performance schema has counted: each digest with one sample, and the last statements of
 * all threads, which show values and transactions. The connection is read-only.
 *
 * @throws usage where it has counted nothing of the database, or may not be read; trouble when it does not answer.
 */
export async function readPerformanceSchema(
  endpoint: ConnectionOptions,
  { onStatement, ...options }: PerformanceSchemaOptions,
): Promise<SeenTraffic> {
  await using connection = await openForReading(endpoint, 'the live source', { onStatement });
  const { read } = connection;
  const collector = new TrafficCollector(options);
  const digests = await readDigests(read, options.database);
  for (const { sql, times } of digests) {
    collector.take({ connection: '', atMs: null, database: options.database, sql, times });
  }
  const last = await readLastStatements(read, options.database);
  for (const { thread, sql } of last) {
    collector.take({ connection: thread, atMs: null, database: options.database, sql, times: 0 });
  }
  const seen = collector.seen();
  if (seen.executions === 0) throw nothingCounted(options.database);
  // The last statements are a part of all that were counted.
  const factor = last.length === 0 ? 1 : Math.max(1, seen.executions / last.length);
  const transactions = seen.transactions.map((each) => ({ ...each, count: Math.round(each.count * factor) }));
  return { ...seen, transactions };
}

async function readDigests(read: Read, database: string): Promise<{ sql: string; times: number }[]> {
  const rows = await read(
    `SELECT query_sample_text AS sqlText, count_star AS times
     FROM performance_schema.events_statements_summary_by_digest
     WHERE schema_name = ? AND query_sample_text IS NOT NULL`,
    [database],
  );
  return rows.map((row) => ({ sql: row['sqlText'] ?? '', times: Number(row['times'] ?? 0) }));
}

/** Statements within a procedure are left out: the log has its CALL. */
async function readLastStatements(read: Read, database: string): Promise<{ thread: string; sql: string }[]> {
  const rows = await read(
    `SELECT thread_id AS thread, sql_text AS sqlText FROM performance_schema.events_statements_history_long
     WHERE current_schema = ? AND sql_text IS NOT NULL AND event_name LIKE 'statement/sql/%'
       AND (nesting_event_type IS NULL OR nesting_event_type <> 'STATEMENT')
     ORDER BY timer_start`,
    [database],
  );
  return rows.map((row) => ({ thread: row['thread'] ?? '', sql: row['sqlText'] ?? '' }));
}

function nothingCounted(database: string) {
  return usage({
    what: 'The performance schema has counted no statement of the database.',
    expected: `rows of ${database} in performance_schema.events_statements_summary_by_digest`,
    seen: 'none that the account may see',
    next: 'GRANT SELECT ON performance_schema.* to the account, or name a log instead.',
  });
}
