import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import { quoteName } from '../schema/quote.ts';
import { waitFor } from '../wait.ts';

/** A row to add: the statement that inserts it, and the column whose value the server hands out. */
export interface NewRow {
  readonly table: string;
  readonly sql: string;
  readonly values: readonly unknown[];
}

const TIMEOUT_MS = 30_000;

/**
 * Adds a row at one endpoint and waits until it is readable at another.
 *
 * @returns the key that the server gave to the row.
 * @param refuseBroken throws where the stream that carries the row cannot go on.
 * @throws `unknown` when the row has no auto_increment key, or is not there in time.
 */
export async function followRow(
  row: NewRow,
  from: ConnectionOptions,
  to: ConnectionOptions,
  refuseBroken: () => Promise<void>,
): Promise<string> {
  const id = await withLook(from, async (connection) => {
    const [result] = await connection.query<ResultSetHeader>(row.sql, [...row.values]);
    return String(result.insertId);
  });
  await withLook(to, async (connection) => {
    const key = await autoIncrementColumn(connection, row.table);
    const wait = { what: `the row ${row.table}.${key} = ${id} on the other side`, timeoutMs: TIMEOUT_MS };
    await waitFor(wait, async () => {
      const sql = `SELECT 1 FROM ${quoteName(row.table)} WHERE ${quoteName(key)} = ?`;
      const rows = await queryRows(connection, sql, [id]);
      if (rows.length === 0) await refuseBroken();
      return { done: rows.length === 1 || undefined, seen: 'no such row' };
    });
  });
  return id;
}

async function autoIncrementColumn(connection: Connection, table: string): Promise<string> {
  const [column] = await queryRows<{ name: string }>(
    connection,
    `SELECT COLUMN_NAME AS name FROM information_schema.columns
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND EXTRA LIKE '%auto_increment%'`,
    [table],
  );
  if (column) return column.name;
  throw trouble({
    what: `A row of ${table} cannot be followed.`,
    expected: 'a column with auto_increment, whose value names the row',
    seen: 'none',
    next: 'Give the fixture’s workload an insert into a table that has one.',
  });
}
