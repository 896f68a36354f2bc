import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { deriveStatements } from '../../harness/derive/derive-statements.ts';
import { sampleKeys } from '../../harness/derive/keys.ts';
import { loadDerived } from '../../harness/derive/load-derived.ts';
import { messageOf } from '../../harness/errors.ts';
import type { Application } from '../../harness/fixture/fixture.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { readDatabase, type Table } from '../../harness/schema/database.ts';
import { openForReading, type ReadingConnection } from '../../harness/schema/read.ts';
import { waitFor } from '../../harness/wait.ts';
import { StatementPlanner } from '../../harness/workload/statement-planner.ts';

// Claim: rows and statements that the harness generates for a schema meet whatever it demands: CHECKs, partitions,
// unique keys on expressions, keys of bytes and of several columns. What cannot be generated is noted, with a figure
// and a reason.

const ROWS = 60;
/** Enough rows for their pairs to last. */
const PAIRED = new Map(['evening', 'guest', 'band'].map((name) => [name, 450]));
const OPERATIONS = 3_000;

let lone: LoneMysql;
let connect: LoneMysql['mysql']['harnessEndpoint'];
let reading: ReadingConnection;
let tables: readonly Table[] = [];

beforeAll(async () => {
  lone = await startMysql('city', { log_bin_trust_function_creators: '1' });
  connect = { ...lone.mysql.harnessEndpoint, database: 'city' };
  await lone.run(path.join(import.meta.dirname, 'demanding.sql'));
  reading = await openForReading(connect, 'the source');
  ({ tables } = await readDatabase(reading.read));
}, 300_000);

afterAll(async () => {
  await reading[Symbol.asyncDispose]();
  await lone[Symbol.asyncDispose]();
});

/** Fills all tables. @returns what was noted. */
async function fill(): Promise<string[]> {
  const notes: string[] = [];
  const names = tables.map(({ name }) => name);
  const rows = new Map(names.map((name) => [name, PAIRED.get(name) ?? ROWS]));
  const note = (text: string) => void notes.push(text);
  await loadDerived({ connect, seed: 5, tables: names, rows, columns: {}, onProgress: () => undefined, note });
  return notes.toSorted();
}

async function checksums(): Promise<unknown> {
  return await reading.read(`CHECKSUM TABLE ${tables.map(({ name }) => name).join(', ')}`);
}

async function empty(): Promise<void> {
  await withConnection(connect, async (connection) => {
    await connection.query('SET SESSION foreign_key_checks = 0');
    for (const { name } of tables) await connection.query(`TRUNCATE TABLE ${name}`);
  });
}

async function derive(): Promise<{ application: Application; notes: readonly string[] }> {
  const loaded = await sampleKeys(reading.read, tables);
  const { workload, notes } = await deriveStatements({ connect, read: reading.read, seed: 5, tables, loaded });
  return { application: { tables: tables.map(({ name }) => name), seed: { tables: {} }, workload, loaded }, notes };
}

test('rows are generated for every table whose demands can be met, the same ones in every run', async () => {
  const notes = await fill();
  expect(notes).toEqual([
    'guess: 0 of 60 rows, because there is no row of riddle to refer to',
    'plot: 0 of 60 rows, because no values are known for area polygon; data.columns can say how to make them',
    'riddle: 0 of 60 rows; CHECK ck_riddle refused 12, each made 40 times, and no more were tried',
  ]);
  const first = await checksums();
  await empty();
  await fill();
  expect(await checksums()).toEqual(first);
}, 120_000);

test('if a row was generated again or left out, references to it lead to a row that exists', async () => {
  const orphans = await reading.read(
    `SELECT COUNT(*) AS found FROM invoice LEFT JOIN member USING (tenant_id, member_no) WHERE member.uuid IS NULL
     UNION ALL SELECT COUNT(*) FROM category AS c LEFT JOIN category AS p ON p.id = c.parent_id
       WHERE c.parent_id IS NOT NULL AND p.id IS NULL
     UNION ALL SELECT -COUNT(parent_id) FROM category`,
  );
  const [invoices, parents, children] = orphans.map(({ found }) => Number(found));
  expect([invoices, parents]).toEqual([0, 0]);
  expect(children).toBeLessThan(0);
});

test('every derived statement runs, and there is a reason for each that is not derived', async () => {
  const { application, notes } = await derive();
  const kinds = Object.groupBy(Object.values(application.workload.statements), ({ kind }) => kind);
  expect(kinds.insert!.map(({ table }) => table).toSorted()).toEqual(
    tables.map(({ name }) => name).filter((name) => !['guess', 'plot', 'riddle'].includes(name)),
  );
  expect(kinds.read).toHaveLength(tables.length - 3);
  expect(kinds.delete!.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['fingerprint', 'invoice', 'mailbox', 'parking', 'ward']),
  );
  expect(notes).toEqual([
    'guess: no reads or updates: it has no row; no inserts: fk_riddle finds no row of riddle',
    'invoice: no updates: CHECK ck_due refuses every form that was tried',
    'plot: no reads or updates: it has no row; no inserts: no value is known for area polygon',
    'riddle: no reads or updates: it has no row; no inserts: CHECK ck_riddle refuses every form that was tried',
  ]);
  expect(await play(application)).toEqual([]);
}, 240_000);

/** Sends operations as a run would. @returns what was refused, or did nothing. */
async function play(application: Application): Promise<string[]> {
  const planner = new StatementPlanner(application, 5, 20);
  const wrong = new Set<string>();
  await withConnection({ ...connect, charset: 'utf8mb4', timezone: 'Z' }, async (connection) => {
    for (let index = 0; index < OPERATIONS; index++) {
      const operation = planner.operation(index);
      const { sql, values, statement, kind } = operation;
      try {
        const [result] = await connection.query({ sql, values: [...values] });
        const matched = 'affectedRows' in result ? result.affectedRows : result.length;
        if (matched !== 1 && kind !== 'update') wrong.add(`${statement}: ${matched} row(s)`);
        planner.inserted(operation, 'insertId' in result ? result.insertId : 0);
      } catch (error) {
        wrong.add(`${statement}: ${messageOf(error)}`);
      }
    }
  });
  return [...wrong];
}

const untold = { onProgress: () => undefined, note: () => undefined };

test('if the values that a config chooses for a unique key collide, every run still gets the same rows', async () => {
  // The values repeat in turn, so the first rows and the last have the same ones.
  const values = Array.from({ length: 5_000 }, (_, at) => at + 1);
  const code = { kind: 'pick', values, stride: 1, nullFraction: 0 } as const;
  // This schema is without the city's triggers, because with triggers, rows are inserted one after another in any case.
  const fair = { ...connect, database: 'fair' };
  const of = { connect: fair, seed: 5, tables: ['ticket'], rows: new Map([['ticket', 5_200]]) };
  const checksum = 'CHECKSUM TABLE fair.ticket';
  const load = async () => await loadDerived({ ...of, columns: { 'ticket.code': code }, ...untold });
  await withConnection(connect, async (connection) => {
    const create = async () => {
      await connection.query('DROP DATABASE IF EXISTS fair');
      await connection.query('CREATE DATABASE fair');
      await connection.query(
        'CREATE TABLE fair.ticket (id INT AUTO_INCREMENT PRIMARY KEY, code INT NOT NULL UNIQUE, holder VARCHAR(40))',
      );
    };
    await create();
    await load();
    const expected = await reading.read(checksum);
    await create();
    // The first rows wait for this one, which is later rolled back, while others might be inserted.
    await connection.query('BEGIN');
    await connection.query("INSERT INTO fair.ticket (id, code, holder) VALUES (1, 0, '')");
    const loading = load();
    let before: unknown;
    await waitFor({ what: 'rows that wait, and none that come in', timeoutMs: 30_000, intervalMs: 500 }, async () => {
      const [locks] = await reading.read('SELECT COUNT(*) AS n FROM performance_schema.data_lock_waits');
      const [rows] = await reading.read('SELECT MAX(id) AS n FROM fair.ticket');
      const isStill = locks?.['n'] !== '0' && rows?.['n'] === before;
      before = rows?.['n'];
      return { done: isStill || undefined, seen: `${locks?.['n']} waiting, ${rows?.['n']} there` };
    });
    await connection.query('ROLLBACK');
    await loading;
    expect(await reading.read(checksum)).toEqual(expected);
    await connection.query('DROP DATABASE fair');
  });
}, 120_000);
