import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { TableLine } from '../history/lines.ts';
import { openConnection } from '../mysql-connection.ts';
import { readDatabase } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { openForReading } from '../schema/read.ts';
import { exactKey, isAllHandedOut, type TableKey } from './exact-key.ts';
import type { Row } from './session.ts';
import {
  createWorkloadTables,
  tableKeys,
  tableLines,
  workloadTables,
  type KindWeights,
  type NewTableLine,
} from './tables.ts';
import { unnamedChanges } from './unnamed-changes.ts';

// Counting a large table takes minutes.
const TIMEOUT_MS = 600_000;

/** A table that moves, in its loaded state. */
export interface LoadedTable {
  readonly table: string;
  /** The number of rows; for a source that was already running, an estimate that is 0 only if the table is empty. */
  readonly rows: number;
  /** Data plus indexes, as the server estimates them. */
  readonly bytes: number;
}

export interface Prepared {
  readonly tables: readonly LoadedTable[];
  /** What the history must know about all tables before the first operation. */
  readonly lines: readonly NewTableLine[];
  /** The keys of the application's tables; null if keys do not have exactly one form. */
  readonly keys: ReadonlyMap<string, TableKey | null>;
  /** Tables whose rows are judged less strictly than others, and why. */
  readonly notes: readonly string[];
}

/** For a table with more rows than this, the final state has only those that were added later. */
const MOST_ROWS_READ = 100_000;

/**
 * Adds the tables of these kinds of workload to the source, with their few initial rows, and looks at the loaded
 * tables.
 *
 * @param application what it does to the loaded tables.
 * @param isStarted false if the source was already running; it may then be large, and is only read.
 * @throws trouble if the source refuses a statement, or does not answer within ten minutes.
 */
export async function prepareTables(
  connect: ConnectionOptions,
  application: Pick<Application, 'tables' | 'workload'>,
  kinds: KindWeights,
  isStarted: boolean,
): Promise<Prepared> {
  const loaded = application.tables;
  const connection = await openConnection({ ...connect, charset: 'utf8mb4' });
  const ask = async (sql: string, where = sql): Promise<readonly Row[]> => {
    try {
      const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: TIMEOUT_MS });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mysql2's type does not have rowsAsArray
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
    const keys = await tableKeys(ask, { tables: loaded });
    await ask('SET SESSION information_schema_stats_expiry = 0');
    const tables: LoadedTable[] = [];
    for (const table of loaded) {
      const counted = isStarted ? await countLoaded(ask, table) : null;
      const { rows, bytes } = await estimates(ask, table);
      tables.push({ table, rows: counted ?? (await atLeastOne(ask, table, rows)), bytes });
    }
    const { statements, transactions = {} } = application.workload;
    const steps = Object.values(transactions).flatMap((transaction) => transaction.steps);
    const written = new Set([...Object.values(statements), ...steps].map(({ table }) => table));
    const changes = isStarted ? await changesOf(connect, application, keys) : new Map<string, Changes>();
    const lines = await Promise.all(
      tables.map(async ({ table, rows }) => ({
        table,
        rows,
        ...(await keyFields(ask, table, rows, isStarted ? (keys.get(table) ?? null) : null)),
        ...changes.get(table),
      })),
    );
    const notes = isStarted ? lines.flatMap((line) => weakness(line, written)) : [];
    return { tables, lines: tableLines(own, lines), keys, notes };
  } finally {
    connection.destroy();
  }
}

type Changes = Pick<TableLine, 'removedBy' | 'rekeyedBy'>;
type LoadedLine = Pick<TableLine, 'table' | 'keyColumn'> & Changes;

async function changesOf(
  connect: ConnectionOptions,
  { workload }: Pick<Application, 'workload'>,
  keys: ReadonlyMap<string, TableKey | null>,
): Promise<ReadonlyMap<string, Changes>> {
  await using source = await openForReading(connect, 'the source');
  const changes = unnamedChanges(workload, await readDatabase(source.read), keys);
  const entries = [...changes].map(([table, { removedBy, rekeyedBy }]): [string, Changes] => [
    table,
    {
      ...(removedBy.size === 0 ? {} : { removedBy: [...removedBy] }),
      ...(rekeyedBy.size === 0 ? {} : { rekeyedBy: [...rekeyedBy] }),
    },
  ]);
  return new Map(entries);
}

async function keyFields(
  ask: Ask,
  table: string,
  rows: number,
  key: TableKey | null,
): Promise<Pick<TableLine, 'keyColumn' | 'readAbove'>> {
  if (key === null) return { keyColumn: null };
  const keyColumn = key.columns.map(({ name }) => name).join(', ');
  if (!isAllHandedOut(key) || rows <= MOST_ROWS_READ) return { keyColumn };
  const [[greatest = null] = []] = await ask(`SELECT MAX(${quoteName(keyColumn)}) FROM ${quoteName(table)}`);
  const readAbove = exactKey(key, [greatest]);
  return readAbove === null ? { keyColumn } : { keyColumn, readAbove };
}

/** Returns what the history says about a table that statements write to. */
function weakness({ table, keyColumn, removedBy, rekeyedBy }: LoadedLine, written: ReadonlySet<string>): string[] {
  if (!written.has(table)) return [];
  if (keyColumn === null) {
    return [
      `${table}: single writes are not judged, because its keys could be written in more than one form; both sides are still compared`,
    ];
  }
  const statements = [...new Set([...(removedBy ?? []), ...(rekeyedBy ?? [])])];
  if (statements.length === 0) return [];
  const they = statements.length === 1 ? 'it' : 'they';
  return [
    `${table}: only rows that ${statements.join(', ')} cannot have changed are judged one by one, because ${they} can change rows without naming their keys`,
  ];
}

type Ask = (sql: string) => Promise<readonly Row[]>;

async function countLoaded(ask: Ask, table: string): Promise<number> {
  // Without this, the sizes would be from some moment during the load.
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
