import { open, type FileHandle } from 'node:fs/promises';
import { createConnection, type Connection } from 'mysql2';
import type { ConnectionOptions } from 'mysql2/promise';
import { STATEMENT_TIMEOUT_MS, withBound } from '../bound-statements.ts';
import { cannotWrite, messageOf, RoundtripError, trouble } from '../errors.ts';
import type { FinalRow, FinalStateLine, TableLine } from '../history/lines.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import { within } from '../wait.ts';
import { exactKey, type TableKey } from '../workload/exact-key.ts';
import type { Value } from '../workload/generate.ts';

/** A table that operations wrote to, as in the history's line about it. */
export type WrittenTable = Pick<TableLine, 'table' | 'kind' | 'rows' | 'keyColumn' | 'readAbove'>;

/**
 * Writes the serving side's rows of the tables that operations wrote to, one by one, without keeping them in memory. A
 * table whose keys are unknown is left out. This must be called at rest.
 *
 * @param file the file, which is replaced.
 * @param keys the keys of the application's tables, by table.
 * @returns the number of rows written.
 * @throws trouble if a table cannot be read or the file cannot be written; there is then no `end` line.
 */
export async function writeFinalState(
  file: string,
  from: { readonly endpoint: ConnectionOptions; readonly side: Side },
  tables: readonly WrittenTable[],
  keys: ReadonlyMap<string, TableKey | null> = new Map(),
): Promise<number> {
  await using out = await LineWriter.open(file);
  // This does not use `openConnection`, whose promises have no streams: a large table must not be kept in memory.
  const connection = createConnection({
    ...from.endpoint,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    rowsAsArray: true,
  });
  connection.on('error', () => undefined);
  let total = 0;
  try {
    for (const table of tables) {
      const key = keys.get(table.table) ?? null;
      const sql = queryOf(table, key);
      if (sql === null) continue;
      // The server itself ends the statement; the longer bound is for a server that no longer answers.
      const how = { table, key, sql: withBound(sql, STATEMENT_TIMEOUT_MS) };
      const written = writeTable(out, connection, from.side, how);
      total += await within(written, 2 * STATEMENT_TIMEOUT_MS, `no end of the rows of ${table.table}`);
    }
    return total;
  } catch (error) {
    if (error instanceof RoundtripError) throw error;
    throw trouble({
      what: 'The final rows of the tables could not be recorded.',
      expected: `the rows of ${tables.map(({ table }) => table).join(', ')} in ${file}`,
      seen: messageOf(error),
      cause: error,
    });
  } finally {
    connection.destroy();
  }
}

/**
 * Returns a query for the key, value and version of each kind's table; for `sql`, for the columns of the key. Null if
 * rows cannot be told apart.
 */
function queryOf({ table, kind, keyColumn, readAbove }: WrittenTable, key: TableKey | null): string | null {
  const name = quoteName(table);
  switch (kind) {
    case 'rows':
      return `SELECT id, value, version FROM ${name}`;
    case 'append':
      return `SELECT NULL, value, NULL FROM ${name}`;
    case 'bank':
      return `SELECT id, balance, transfers FROM ${name}`;
    case 'ids':
      return `SELECT id, value, NULL FROM ${name}`;
    default: {
      if (keyColumn === null || keyColumn === undefined || key === null) return null;
      const columns = key.columns.map((column) => quoteName(column.name)).join(', ');
      return `SELECT ${columns} FROM ${name}${readAbove === undefined ? '' : ` WHERE ${columns} > ${readAbove}`}`;
    }
  }
}

async function writeTable(
  out: LineWriter,
  connection: Connection,
  side: Side,
  { table: written, key, sql }: { readonly table: WrittenTable; readonly key: TableKey | null; readonly sql: string },
): Promise<number> {
  const { table, kind } = written;
  let rows = 0;
  out.add({ type: 'begin', table, kind, side });
  for await (const row of connection.query(sql).stream() as AsyncIterable<readonly Value[]>) {
    out.add(kind === 'sql' && key !== null ? applicationRow(table, key, row) : ownRow(table, row));
    rows += 1;
    if (out.isFull) await out.flush();
  }
  out.add({ type: 'end', table, rows });
  await out.flush();
  return rows;
}

function applicationRow(table: string, key: TableKey, row: readonly Value[]): FinalRow {
  return { type: 'row', table, key: exactKey(key, row), value: null };
}

function ownRow(table: string, [key, value, version]: readonly Value[]): FinalRow {
  const row = { type: 'row' as const, table, key: numberOf(key), value: numberOf(value) };
  const found = numberOf(version);
  return found === null ? row : { ...row, version: found };
}

/** Big numbers are returned as strings. */
function numberOf(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** How much is gathered before it is written. */
const GATHERED_CHARACTERS = 1 << 16;

/** A file of lines. A failed write is reported only to the caller who waits for it. */
class LineWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  #text = '';

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<LineWriter> {
    return new LineWriter(path, await open(path, 'w').catch((error: unknown) => refuse(path, error)));
  }

  /** Adds a line, which is written by `flush`. */
  add(line: FinalStateLine): void {
    this.#text += `${JSON.stringify(line)}\n`;
  }

  /** Whether it is time to write what has been gathered. */
  get isFull(): boolean {
    return this.#text.length > GATHERED_CHARACTERS;
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    await this.#file.appendFile(text).catch((error: unknown) => refuse(this.#path, error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function refuse(path: string, error: unknown): never {
  throw cannotWrite(path, error);
}
