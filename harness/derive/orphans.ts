import type { Connection } from 'mysql2/promise';
import type { Seed } from '../fixture/generators.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';

export interface OrphanOptions {
  /** The tables in the order in which they were filled. */
  readonly tables: readonly Table[];
  /** Names of other tables, which already had their rows. */
  readonly existing: Iterable<string>;
  /** The seed with which they were filled. */
  readonly rows: Seed;
  /** Whether a table has every row in its first form. */
  readonly isWhole: (table: string) => boolean;
  readonly note: (text: string) => void;
}

/** Long chains of rows that refer to each other lose one link in each round. */
const ROUNDS = 200;
const TIMEOUT_MS = 60_000;

/**
 * Removes references to rows that do not exist or, if a column cannot be NULL, the rows that have them. There may be
 * some because a table that refers to itself, or in a circle, is filled before it is known which rows the server
 * accepts, and because a column of two foreign keys has the values of one.
 *
 * @returns how many rows it removed.
 */
export async function removeOrphans(connection: Connection, options: OrphanOptions): Promise<number> {
  const { tables, existing, note } = options;
  const parents = new Set([...tables.map(({ name }) => name), ...existing]);
  const all = tables.flatMap((child) => child.foreignKeys.map((key) => ({ child, key })));
  const inside = all.filter(({ key }) => key.parentSchema === null && parents.has(key.parentTable));
  let looked = inside.filter(({ child, key }) => canDangle(child, key, options));
  const removed = new Map<string, number>();
  for (let round = 0; looked.length > 0 && round < ROUNDS; round++) {
    let count = 0;
    for (const { child, key } of looked) {
      const here = await removeOrphansOf(connection, child, key);
      if (here > 0) removed.set(child.name, (removed.get(child.name) ?? 0) + here);
      count += here;
    }
    // A reference to a row that was just removed now dangles as well.
    looked = count === 0 ? [] : inside;
  }
  for (const [table, count] of removed) {
    note(`${table}: ${count.toLocaleString('en')} rows fewer, because they referred to rows that could not be made`);
  }
  return [...removed.values()].reduce((sum, count) => sum + count, 0);
}

function canDangle(child: Table, key: ForeignKey, { tables, rows, isWhole }: OrphanOptions): boolean {
  const made = key.columns.map((column) => rows.tables[child.name]?.columns[column]);
  if (made.some((generator) => generator?.kind !== 'reference' || generator.table !== key.parentTable)) return true;
  if (isWhole(key.parentTable)) return false;
  const names = tables.map(({ name }) => name);
  return names.indexOf(key.parentTable) >= names.indexOf(child.name);
}

async function removeOrphansOf(connection: Connection, child: Table, key: ForeignKey): Promise<number> {
  const on = key.columns.map(
    (column, at) => `c.${quoteName(column)} = p.${quoteName(key.parentColumns[at] ?? column)}`,
  );
  const isThere = key.columns.map((column) => `c.${quoteName(column)} IS NOT NULL`);
  const [first = ''] = key.parentColumns;
  const from = `${quoteName(child.name)} AS c LEFT JOIN ${quoteName(key.parentTable)} AS p ON ${on.join(' AND ')}`;
  const where = `WHERE ${isThere.join(' AND ')} AND p.${quoteName(first)} IS NULL`;
  const isNullable = (name: string) => child.columns.find((column) => column.name === name)?.isNullable === true;
  const free = key.columns.find(isNullable);
  if (free !== undefined) {
    // If a CHECK refuses the NULL, the row keeps its reference, and is deleted below.
    const sql = `UPDATE IGNORE ${from} SET c.${quoteName(free)} = NULL ${where}`;
    await connection.query({ sql, timeout: TIMEOUT_MS });
  }
  const [result] = await connection.query({ sql: `DELETE c FROM ${from} ${where}`, timeout: TIMEOUT_MS });
  return 'affectedRows' in result ? result.affectedRows : 0;
}
