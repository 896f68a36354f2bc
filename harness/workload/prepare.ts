import { createConnection, type ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import { quoteName } from '../schema/quote.ts';
import type { Row } from './session.ts';
import {
  createWorkloadTables,
  keyColumns,
  tableLines,
  workloadTables,
  type KindWeights,
  type NewTableLine,
} from './tables.ts';

// Counting a large table takes minutes.
const TIMEOUT_MS = 600_000;

/** A table that moves, as it was loaded. */
export interface LoadedTable {
  readonly table: string;
  /** Counted; of a source that ran before, an estimate that is 0 only where the table is empty. */
  readonly rows: number;
  /** Data and indexes, as the server estimates them. */
  readonly bytes: number;
}

export interface Prepared {
  readonly tables: readonly LoadedTable[];
  /** What the history has to know of all tables before the first operation. */
  readonly lines: readonly NewTableLine[];
}

/**
 * Adds the tables of these kinds of workload to the source, with the few rows that they begin with, and looks at those
 * that were loaded.
 *
 * @param loaded tables of the application itself.
 * @param isStarted false where the source ran before: it may be large, and is only read.
 * @throws trouble when the source refuses a statement, or does not answer within ten minutes.
 */
export async function prepareTables(
  connect: ConnectionOptions,
  loaded: readonly string[],
  kinds: KindWeights,
  isStarted: boolean,
): Promise<Prepared> {
  const connection = await createConnection({ ...connect, charset: 'utf8mb4' });
  const ask = async (sql: string, where = sql): Promise<readonly Row[]> => {
    try {
      const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: TIMEOUT_MS });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mysql2's type does not know of rowsAsArray
      return rows as unknown as readonly Row[];
    } catch (error) {
      throw trouble({
        what: 'The source could not be made ready for the workload.',
        seen: messageOf(error),
        where,
        cause: error,
      });
    }
  };
  try {
    const own = workloadTables(kinds);
    await createWorkloadTables(own, ask);
    const keys = await keyColumns(ask, { tables: loaded });
    await ask('SET SESSION information_schema_stats_expiry = 0');
    const tables: LoadedTable[] = [];
    for (const table of loaded) {
      const counted = isStarted ? await countLoaded(ask, table) : null;
      const { rows, bytes } = await estimates(ask, table);
      tables.push({ table, rows: counted ?? (await atLeastOne(ask, table, rows)), bytes });
    }
    const withKeys = tables.map(({ table, rows }) => ({ table, rows, keyColumn: keys.get(table) ?? null }));
    return { tables, lines: tableLines(own, withKeys) };
  } finally {
    connection.destroy();
  }
}

type Ask = (sql: string) => Promise<readonly Row[]>;

async function countLoaded(ask: Ask, table: string): Promise<number> {
  // Without it the sizes are those of some moment of the load.
  await ask(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${quoteName(table)}`);
  const [[rows] = []] = await ask(`SELECT COUNT(*) FROM ${quoteName(table)}`);
  return Number(rows);
}

async function atLeastOne(ask: Ask, table: string, rows: number): Promise<number> {
  if (rows > 0) return rows;
  return (await ask(`SELECT 1 FROM ${quoteName(table)} LIMIT 1`)).length;
}

async function estimates(ask: Ask, table: string): Promise<{ rows: number; bytes: number }> {
  const name = table.replaceAll("'", "''").replaceAll('\\', '\\\\');
  const [[rows, bytes] = []] = await ask(
    `SELECT table_rows, data_length + index_length FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name = '${name}'`,
  );
  return { rows: Number(rows ?? 0), bytes: Number(bytes ?? 0) };
}
