import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import type { MigrationContext } from '../../harness/migration/context.ts';
import { rowsAtBeginning, surelyThroughout, type RowsThroughout } from '../../harness/migration/rows-throughout.ts';

// Claim: how many rows a VDiff must have compared follows from what was there when it began and what was deleted since,
// no matter what deleted it; on servers that are not the run's own, no table is counted for this.

const TABLES = ['shelf', 'book', 'page', 'log_entry', 'attic'];

let lone: LoneMysql;

beforeAll(async () => {
  lone = await startMysql('library');
  await onServer(async (connection) => {
    for (const sql of [
      'CREATE TABLE shelf (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE)',
      'CREATE TABLE book (id INT PRIMARY KEY)',
      'CREATE TABLE page (id INT PRIMARY KEY, book INT, FOREIGN KEY (book) REFERENCES book (id) ON DELETE CASCADE)',
      'CREATE TABLE log_entry (id INT PRIMARY KEY)',
      'CREATE TABLE attic (id INT PRIMARY KEY)',
      'CREATE TRIGGER forget AFTER DELETE ON book FOR EACH ROW DELETE FROM log_entry WHERE id = OLD.id',
    ]) {
      await connection.query(sql);
    }
  });
}, 300_000);

afterAll(async () => {
  await lone[Symbol.asyncDispose]();
});

async function onServer<T>(body: (connection: Connection) => Promise<T>): Promise<T> {
  return await withConnection(lone.mysql.harnessEndpoint, body);
}

/** Puts seventeen rows into each table except the empty one. */
async function refill(): Promise<void> {
  await onServer(async (connection) => {
    for (const table of ['page', 'book', 'shelf', 'log_entry', 'attic'])
      await connection.query('DELETE FROM ??', [table]);
    const ids = Array.from({ length: 17 }, (_, id) => id + 1);
    await connection.query('INSERT INTO shelf VALUES ?', [ids.map((id) => [id, `shelf ${id}`])]);
    await connection.query('INSERT INTO book VALUES ?', [ids.map((id) => [id])]);
    await connection.query('INSERT INTO page VALUES ?', [ids.map((id) => [id, id])]);
    await connection.query('INSERT INTO log_entry VALUES ?', [ids.map((id) => [id])]);
  });
}

/** Returns what is known when `meanwhile` ran between the beginning of a comparison and its end. */
async function throughout(
  existing: MigrationContext['cluster']['existing'],
  meanwhile: (connection: Connection) => Promise<unknown>,
): Promise<Record<string, RowsThroughout>> {
  const cluster = { existing, hasMysqls: true, source: { harnessEndpoint: lone.mysql.harnessEndpoint } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the source of the context is used here
  const context = { cluster, tables: TABLES } as unknown as MigrationContext;
  const beginning = await rowsAtBeginning(context, 'source', TABLES);
  await onServer(meanwhile);
  return Object.fromEntries(await beginning.throughout());
}

test('rows that were deleted since are counted, no matter what deleted them', async () => {
  await refill();
  const found = await throughout(null, async (connection) => {
    await connection.query('DELETE FROM shelf WHERE id IN (1, 2)');
    // This deletes one shelf, and replaces another one with its own row.
    await connection.query("REPLACE INTO shelf VALUES (3, 'shelf 4')");
    await connection.query("INSERT INTO shelf VALUES (18, 'new')");
    // The trigger deletes from the log, and the foreign key from the pages.
    await connection.query('DELETE FROM book WHERE id <= 5');
  });
  expect(found['book']).toEqual({ rows: 17, basis: 'counted', deleted: 5 });
  expect(found['log_entry']).toEqual({ rows: 17, basis: 'counted', deleted: 5 });
  expect(found['page']).toEqual({ rows: 17, basis: 'counted', deleted: null });
  expect(found['attic']).toEqual({ rows: 0, basis: 'counted', deleted: 0 });
  expect(found['shelf']).toEqual({ rows: 17, basis: 'counted', deleted: 3 });
  expect(surelyThroughout(found['shelf']!)).toBe(14);
  expect(surelyThroughout(found['page']!)).toBe(1);
});

test('if nothing is deleted, every row is required', async () => {
  await refill();
  const found = await throughout(null, async (connection) => {
    await connection.query("INSERT INTO shelf VALUES (18, 'new')");
  });
  expect(found['shelf']).toEqual({ rows: 17, basis: 'counted', deleted: 0 });
  expect(surelyThroughout(found['shelf']!)).toBe(17);
});

test('if a transaction deletes before the comparison and commits after it began, only one row is certain', async () => {
  await refill();
  await onServer(async (open) => {
    await open.query('BEGIN');
    await open.query('DELETE FROM shelf WHERE id <= 10');
    const found = await throughout(null, async () => await open.query('COMMIT'));
    expect(found['shelf']).toEqual({ rows: 17, basis: 'counted', deleted: null });
    expect(surelyThroughout(found['shelf']!)).toBe(1);
  });
});

test('nothing is counted on servers that are not ours', async () => {
  await refill();
  await onServer(async (connection) => await connection.query('ANALYZE TABLE shelf, book, page, log_entry, attic'));
  const counts = async () =>
    await onServer(async (connection) => {
      const [rows] = await connection.query(
        `SELECT COALESCE(SUM(COUNT_STAR), 0) AS sent FROM performance_schema.events_statements_summary_by_digest
          WHERE SCHEMA_NAME = 'library' AND DIGEST_TEXT LIKE 'SELECT%COUNT ( * )%'`,
      );
      return JSON.stringify(rows);
    });
  const before = await counts();
  const existing = { resume: false, probes: true };
  const found = await throughout(existing, async (connection) => await connection.query('DELETE FROM shelf LIMIT 3'));
  expect(await counts()).toBe(before);
  expect(found['shelf']).toEqual({ rows: 17, basis: 'estimated', deleted: 3 });
  expect(surelyThroughout(found['shelf']!)).toBe(5);
  expect(found['attic']).toEqual({ rows: 0, basis: 'not empty', deleted: 0 });
});
