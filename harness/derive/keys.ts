import type { LoadedRows } from '../fixture/fixture.ts';
import type { Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { makesItself } from './columns.ts';

/**
 * How many rows at each end of a table statements refer to; finding rows in the middle would take a scan.
 */
const ROWS_AT_EACH_END = 1_000;
/** How much of a table is kept in memory if all of its columns are read. */
const MOST_BYTES = 400_000;
const FEWEST = 20;

/**
 * Returns some rows of each table, as far as statements can refer to them: the columns of its key, and those that
 * foreign keys reference. Tables without rows are left out.
 *
 * @param read a connection to the source, with its database.
 */
export async function sampleKeys(
  read: Read,
  tables: readonly Table[],
  limit = ROWS_AT_EACH_END,
): Promise<Map<string, LoadedRows>> {
  const sampled = new Map<string, LoadedRows>();
  for (const table of tables) {
    const names = referredColumns(table, tables);
    const rows = await sampleOf(read, table, names, limit);
    if (rows !== null) sampled.set(table.name, rows);
  }
  return sampled;
}

/** Returns some rows of other tables to which these refer, with the columns that they refer to. */
export async function sampleParents(
  read: Read,
  tables: readonly Table[],
  all: readonly Table[],
): Promise<Map<string, LoadedRows>> {
  const names = new Set(tables.map(({ name }) => name));
  const sampled = new Map<string, LoadedRows>();
  for (const parent of all.filter(({ name }) => !names.has(name))) {
    const columns = referencedColumns(parent, tables);
    const rows = columns.length === 0 ? null : await sampleOf(read, parent, columns, ROWS_AT_EACH_END);
    if (rows !== null) sampled.set(parent.name, rows);
  }
  return sampled;
}

/** Returns some rows of a table with all columns to which a statement can give a value; null if it has no row. */
export async function sampleRows(read: Read, table: Table): Promise<LoadedRows | null> {
  const [size] = await read(
    `SELECT AVG_ROW_LENGTH AS bytes FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?`,
    [table.name],
  );
  const bytes = Math.max(1, Number(size?.['bytes'] ?? 0) || 1_000);
  const limit = Math.min(ROWS_AT_EACH_END, Math.max(FEWEST, Math.floor(MOST_BYTES / bytes / 2)));
  const names = table.columns.filter((column) => !makesItself(column)).map(({ name }) => name);
  return await sampleOf(read, table, names, limit);
}

/**
 * Returns some rows of a foreign key's parent to which no row refers, with the columns of the key; null if there are
 * none.
 */
export async function sampleUnreferred(
  read: Read,
  table: Table,
  key: ForeignKey,
  tables: readonly Table[],
): Promise<LoadedRows | null> {
  const parent = tables.find(({ name }) => name === key.parentTable);
  if (parent === undefined || key.parentSchema !== null) return null;
  const on = key.columns.map(
    (column, at) => `c.${quoteName(column)} = p.${quoteName(key.parentColumns[at] ?? column)}`,
  );
  const columns = parent.columns.filter(({ name }) => key.parentColumns.includes(name));
  const list = columns.map((column, at) => `${textOf(column)} AS c${at}`).join(', ');
  const rows = await read(
    `SELECT ${list} FROM ${quoteName(parent.name)} AS p WHERE NOT EXISTS
       (SELECT 1 FROM ${quoteName(table.name)} AS c WHERE ${on.join(' AND ')})
     ORDER BY ${columns.map(({ name }) => quoteName(name)).join(', ')} LIMIT ${ROWS_AT_EACH_END}`,
  );
  return rows.length === 0 ? null : { columns: columns.map(({ name }) => name), rows: valuesOf(rows, columns) };
}

/**
 * Returns the columns that identify a row: those of the primary key, or else of the first unique key without NULL.
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
  return [...new Set([...rowKey(table).map(({ name }) => name), ...referencedColumns(table, tables)])];
}

/** Returns the columns of a table that foreign keys of these tables reference. */
function referencedColumns({ name }: Table, tables: readonly Table[]): string[] {
  return tables.flatMap(({ foreignKeys }) =>
    foreignKeys
      .filter(({ parentSchema, parentTable }) => parentSchema === null && parentTable === name)
      .flatMap(({ parentColumns }) => parentColumns),
  );
}

/** Types whose values are sampled as bytes. */
const BYTES = /binary|blob|geometry|point|polygon|linestring|collection/;

/** Whether a sampled value finds its row again; a FLOAT does not equal the value that it shows. */
export function isNameable({ type }: Column): boolean {
  return !/^float$|^double$|^bit$|geometry|point|polygon|linestring|collection|^json$/.test(type);
}

async function sampleOf(read: Read, table: Table, names: readonly string[], limit: number): Promise<LoadedRows | null> {
  const columns = table.columns.filter(({ name }) => names.includes(name));
  if (columns.length === 0) return null;
  const rows = await endsOf(read, table, columns, limit);
  return rows.length === 0 ? null : { columns: columns.map(({ name }) => name), rows };
}

async function endsOf(read: Read, table: Table, columns: readonly Column[], limit: number) {
  const order = rowKey(table).map(({ name }) => quoteName(name));
  // Columns are numbered here, because a column can have any name.
  const list = columns.map((column, at) => `${textOf(column)} AS c${at}`).join(', ');
  const select = `SELECT ${list} FROM ${quoteName(table.name)}`;
  if (order.length === 0) return valuesOf(await read(`${select} LIMIT ${limit}`), columns);
  const first = await read(`${select} ORDER BY ${order.join(', ')} LIMIT ${limit}`);
  if (first.length < limit) return valuesOf(first, columns);
  const last = await read(`${select} ORDER BY ${order.map((name) => `${name} DESC`).join(', ')} LIMIT ${limit}`);
  const known = new Set(first.map((row) => JSON.stringify(row)));
  return valuesOf([...first, ...last.filter((row) => !known.has(JSON.stringify(row)))], columns);
}

function textOf({ type, name }: Column): string {
  const column = quoteName(name);
  if (BYTES.test(type)) return `HEX(${column})`;
  if (type === 'json') return `CAST(${column} AS CHAR)`;
  return type === 'bit' ? `CAST(${column} AS UNSIGNED)` : column;
}

function valuesOf(rows: Awaited<ReturnType<Read>>, columns: readonly Column[]): (string | Buffer | null)[][] {
  return rows.map((row) =>
    columns.map(({ type }, at) => {
      const value = row[`c${at}`] ?? null;
      return value !== null && BYTES.test(type) ? Buffer.from(value, 'hex') : value;
    }),
  );
}
