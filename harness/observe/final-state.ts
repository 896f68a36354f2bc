import { open, type FileHandle } from 'node:fs/promises';
import { createConnection, type Connection } from 'mysql2';
import type { ConnectionOptions } from 'mysql2/promise';
import { STATEMENT_TIMEOUT_MS, withBound } from '../bound-statements.ts';
import { cannotWrite, messageOf, RoundtripError, trouble } from '../errors.ts';
import type { FinalStateLine, TableLine } from '../history/lines.ts';
import type { SideName } from '../history/observations.ts';
import { quoteName } from '../schema/quote.ts';
import { within } from '../wait.ts';
import type { TextRow } from './side.ts';

/** A table that operations wrote to, as the history's line about it has it. */
export type WrittenTable = Pick<TableLine, 'table' | 'kind' | 'rows' | 'keyColumn'>;

/**
 * Writes what the side that serves writes holds in the tables that operations wrote to, row by row; nothing is held in
 * memory. A table whose keys are not known is left out. To be called at rest.
 *
 * @param file is replaced.
 * @returns rows written.
 * @throws trouble when a table cannot be read, and when the file cannot be written; then there is no `end` line.
 */
export async function writeFinalState(
  file: string,
  from: { readonly endpoint: ConnectionOptions; readonly side: SideName },
  tables: readonly WrittenTable[],
): Promise<number> {
  await using out = await LineWriter.open(file);
  const connection = createConnection({ ...from.endpoint, charset: 'utf8mb4' });
  connection.on('error', () => undefined);
  let total = 0;
  try {
    for (const table of tables) {
      const sql = queryOf(table);
      if (sql === null) continue;
      // The server ends the statement by itself; the longer bound is for one that does not answer any more.
      const written = writeTable(out, connection, from.side, table, withBound(sql, STATEMENT_TIMEOUT_MS));
      total += await within(written, 2 * STATEMENT_TIMEOUT_MS, `no end of the rows of ${table.table}`);
    }
    await out.flush();
    return total;
  } catch (error) {
    if (error instanceof RoundtripError) throw error;
    throw trouble({
      what: 'What the tables hold at the end could not be written down.',
      expected: `the rows of ${tables.map(({ table }) => table).join(', ')} in ${file}`,
      seen: messageOf(error),
      cause: error,
    });
  } finally {
    connection.destroy();
  }
}

/** The columns of each kind's table, in the names of a line; null where rows cannot be told apart. */
function queryOf({ table, kind, rows, keyColumn }: WrittenTable): string | null {
  const name = quoteName(table);
  switch (kind) {
    case 'rows':
      return `SELECT id AS \`key\`, value, version FROM ${name}`;
    case 'append':
      return `SELECT value FROM ${name}`;
    case 'bank':
      return `SELECT id AS \`key\`, balance AS value, transfers AS version FROM ${name}`;
    case 'ids':
      return `SELECT id AS \`key\`, value FROM ${name}`;
    default: {
      if (keyColumn === null || keyColumn === undefined) return null;
      const key = quoteName(keyColumn);
      return `SELECT ${key} AS \`key\` FROM ${name} WHERE ${key} > ${rows}`;
    }
  }
}

async function writeTable(
  out: LineWriter,
  connection: Connection,
  side: SideName,
  { table, kind }: WrittenTable,
  sql: string,
): Promise<number> {
  let rows = 0;
  await out.write({ type: 'begin', table, kind, side });
  for await (const row of connection.query(sql).stream() as AsyncIterable<TextRow>) {
    const [key, value, version] = [numberOf(row['key']), numberOf(row['value']), numberOf(row['version'])];
    const found = { type: 'row' as const, table, key, value };
    await out.write(version === null ? found : { ...found, version });
    rows += 1;
  }
  await out.write({ type: 'end', table, rows });
  return rows;
}

/** Big numbers come as strings. */
function numberOf(value: number | string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** So much is gathered before it is written. */
const GATHERED_CHARACTERS = 1 << 16;

/** A file of lines. A write that fails is told to the caller who waits for it, and to nobody else. */
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

  async write(line: FinalStateLine): Promise<void> {
    this.#text += `${JSON.stringify(line)}\n`;
    if (this.#text.length > GATHERED_CHARACTERS) await this.flush();
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
