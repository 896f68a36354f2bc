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
 * @returns the key that the server gave the row.
 * @param refuseBroken throws if the stream that carries the row cannot go on.
 * @throws `unknown` when the row has no auto_increment key, or does not arrive in time.
 */
export async function followRow(
  row: NewRow,
  from: ConnectionOptions,
  to: ConnectionOptions,
  refuseBroken: () => Promise<void>,
): Promise<string> {
  // 64-bit ids stay exact; mysql2 reads those beyond 2^63 as negative.
  const exact = { ...from, supportBigNumbers: true, bigNumberStrings: true };
  const insertId = await withLook(exact, async (connection) => {
    const [result] = await connection.query<ResultSetHeader>(row.sql, [...row.values]);
    return BigInt(result.insertId);
  });
  let id = String(insertId);
  await withLook(to, async (connection) => {
    const { name: key, isUnsigned } = await autoIncrementColumn(connection, row.table);
    if (isUnsigned) id = String(BigInt.asUintN(64, insertId));
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

async function autoIncrementColumn(
  connection: Connection,
  table: string,
): Promise<{ readonly name: string; readonly isUnsigned: boolean }> {
  const [column] = await queryRows<{ name: string; type: string }>(
    connection,
    `SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type FROM information_schema.columns
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND EXTRA LIKE '%auto_increment%'`,
    [table],
  );
  if (column) return { name: column.name, isUnsigned: /\bunsigned\b/i.test(column.type) };
  throw trouble({
    what: `A row of ${table} cannot be followed.`,
    expected: 'a column with auto_increment, whose value names the row',
    seen: 'none',
    next: 'Give the fixture’s workload an insert into a table that has one.',
  });
}
