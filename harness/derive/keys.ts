import type { LoadedRows } from '../fixture/fixture.ts';
import type { Column } from '../schema/columns.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';

/**
 * How many rows at the beginning and at the end of a table statements refer to; finding rows in the middle takes a
 * scan.
 */
const ROWS_AT_EACH_END = 1_000;

/**
 * Returns some rows of each table, as far as statements can refer to them: the columns of its key, and those that
 * foreign keys reference. Tables without rows, or with a binary key, are left out.
 *
 * @param read a connection to the source, with its database.
 */
export async function sampleKeys(
  read: Read,
  tables: readonly Table[],
  limit = ROWS_AT_EACH_END,
): Promise<ReadonlyMap<string, LoadedRows>> {
  const sampled = new Map<string, LoadedRows>();
  for (const table of tables) {
    const columns = referredColumns(table, tables);
    if (columns.length === 0) continue;
    const rows = await endsOf(read, table, columns, limit);
    if (rows.length > 0) sampled.set(table.name, { columns, rows });
  }
  return sampled;
}

/**
 * Returns the columns that tell one row from the others: those of its primary key, else of its first unique key without
 * NULL.
 */
export function rowKey(table: Table): readonly Column[] {
  const unique = table.indexes.find(
    ({ unique: isUnique, parts }) =>
      isUnique && parts.every(({ column }) => table.columns.find(({ name }) => name === column)?.isNullable === false),
  );
  const primary = primaryKey(table);
  const names = primary.length > 0 ? primary : (unique?.parts.flatMap(({ column }) => column ?? []) ?? []);
  return table.columns.filter(({ name }) => names.includes(name));
}

function referredColumns(table: Table, tables: readonly Table[]): string[] {
  const referenced = tables.flatMap(({ foreignKeys }) =>
    foreignKeys
      .filter(({ parentSchema, parentTable }) => parentSchema === null && parentTable === table.name)
      .flatMap(({ parentColumns }) => parentColumns),
  );
  const names = new Set([...rowKey(table).map(({ name }) => name), ...referenced]);
  return table.columns.filter((column) => names.has(column.name) && isText(column)).map(({ name }) => name);
}

/** Whether text identifies the value: bytes are not text, and a FLOAT is not what it shows. */
function isText({ type }: Column): boolean {
  return !/binary|blob|^bit$|^float$|geometry|point|polygon|linestring|collection/.test(type);
}

async function endsOf(read: Read, table: Table, columns: readonly string[], limit: number) {
  const order = rowKey(table).map(({ name }) => quoteName(name));
  const select = `SELECT ${columns.map(quoteName).join(', ')} FROM ${quoteName(table.name)}`;
  if (order.length === 0) return valuesOf(await read(`${select} LIMIT ${limit}`), columns);
  const first = await read(`${select} ORDER BY ${order.join(', ')} LIMIT ${limit}`);
  if (first.length < limit) return valuesOf(first, columns);
  const last = await read(`${select} ORDER BY ${order.map((name) => `${name} DESC`).join(', ')} LIMIT ${limit}`);
  const known = new Set(first.map((row) => JSON.stringify(row)));
  return valuesOf([...first, ...last.filter((row) => !known.has(JSON.stringify(row)))], columns);
}

function valuesOf(rows: Awaited<ReturnType<Read>>, columns: readonly string[]): (string | null)[][] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}
