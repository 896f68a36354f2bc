import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { configFile, type Config, type ConfigInput } from '../../harness/config/config.ts';
import { loadDerived } from '../../harness/derive/load-derived.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { readDatabase } from '../../harness/schema/database.ts';
import { quoteName } from '../../harness/schema/quote.ts';
import { openForReading, OWN_MARK } from '../../harness/schema/read.ts';
import { configSubject } from '../../harness/subject/config-subject.ts';

// Claim: a sample of a live source arrives unchanged except for personal columns, whose values appear nowhere. The live
// source is only read, no faster than allowed, and over TLS if it requires that.

const PEOPLE = 3000;
/** Every value that must not get out contains this. */
const MARK = 'TOPSECRET';
const PERSONAL = {
  'person.email': { kind: 'faker', method: 'internet.email' },
  'person.nickname': { kind: 'template', text: 'nick-{row}' },
  'person.phone': { kind: 'faker', method: 'phone.number' },
  'person.notes': { kind: 'template', text: '{"note": {row}}' },
} as const;

/** These differ from the harness' own settings, so it shows whether they are taken over. */
const SETTINGS = {
  sql_mode: 'NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES,ANSI_QUOTES,NO_BACKSLASH_ESCAPES',
  character_set_server: 'latin1',
  collation_server: 'latin1_german2_ci',
  default_time_zone: '+05:30',
  lower_case_table_names: '1',
  log_bin_trust_function_creators: '1',
  max_execution_time: '2000',
  general_log: 'ON',
  log_output: 'TABLE',
} as const;

let live: LoneMysql;
let folder = '';

beforeAll(async () => {
  live = await startMysql('shop', SETTINGS, { isSecured: true });
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-live-'));
  await writeFile(path.join(folder, 'ca.pem'), live.certificate);
  for (const file of ['everything.sql', 'people.sql']) await live.run(path.join(import.meta.dirname, file));
  await fill(live.mysql.harnessEndpoint);
}, 300_000);

afterAll(async () => {
  await live[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/**
 * A source with a name of each kind, rows of every type at their limits, and an account with no more privileges than
 * needed.
 */
async function fill(connect: ConnectionOptions): Promise<void> {
  await using reading = await openForReading(connect, 'the source');
  const everything = (await readDatabase(reading.read)).tables.filter(({ name }) => !OWN.includes(name));
  const tables = everything.map(({ name }) => name);
  const rows = new Map(tables.map((name) => [name, 300]));
  await withConnection(connect, async (connection) => {
    await connection.query("SET GLOBAL sql_mode = 'ALLOW_INVALID_DATES'");
    await loadDerived({ connect, seed: 7, tables, rows, columns: {}, onProgress: silent, note: silent });
    await connection.query(`SET GLOBAL sql_mode = '${SETTINGS.sql_mode}'`);
    for (const sql of rowsOfPeople()) await connection.query(sql);
    for (const sql of ACCOUNT) await connection.query(sql);
  });
}

const silent = () => undefined;

const OWN = ['person', 'purchase', 'line', 'plain', 'odd'];

const ACCOUNT = [
  "CREATE USER reader@'%' IDENTIFIED BY 'only-reads' REQUIRE SSL",
  "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON shop.* TO reader@'%'",
  "GRANT SHOW_ROUTINE ON *.* TO reader@'%'",
];

function rowsOfPeople(): string[] {
  const numbers = Array.from({ length: PEOPLE }, (_, at) => at + 1);
  // Half of them are far away from the other half, and each has a boss with a much lower key.
  const idOf = (n: number) => (n <= PEOPLE / 2 ? BigInt(n) : 18_000_000_000_000_000_000n + BigInt(n));
  const people = numbers.map((n) => {
    const nickname = n % 3 === 0 ? 'NULL' : `'${MARK}${n}'`;
    const boss = n < 3 ? 'NULL' : idOf(Math.floor(n / 2));
    return `(${idOf(n)}, '${MARK}${n}@example.com', ${nickname}, '${MARK}${n}', NULL, '{"n": "${MARK}"}', ${boss})`;
  });
  const purchases = numbers.flatMap((n) => [1, -2].map((number) => `(${idOf(n)}, ${number}, ${n}.50, 'ä${n % 10}')`));
  const lines = numbers.map((n) => `(UNHEX(SHA2('${n}', 256)) , ${idOf(n)}, ${n % 2 === 0 ? 1 : -2})`);
  return [
    "SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', NAMES utf8mb4",
    `INSERT INTO person VALUES ${people.join(', ')}`,
    `INSERT INTO purchase VALUES ${purchases.join(', ')}`,
    `INSERT INTO line VALUES ${lines.map((line) => line.replace('UNHEX(', 'LEFT(UNHEX(').replace(') ,', '), 16),')).join(', ')}`,
    `INSERT INTO plain VALUES ${numbers.map((n) => `(${n}, 'p${n}ü😀')`).join(', ')}`,
    `INSERT INTO odd VALUES
      (0, 1.1, '0000-00-00', '2024-02-31 00:00:00', '2024-10-27 00:30:00.123456', '0000', -0E0, X'8000000000000001',
       ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))'), _sjis X'835C5C', X'00271A5C0A', ''),
      (0, 3.4028234e38, '9999-12-31', '1000-01-01', NULL, 2155, 1.7976931348623157e308, 0, NULL, '', '', 'x,y'),
      (1, -0E0, '2024-00-00', '0000-00-00', '1970-01-01 05:30:01', 1901, 5e-324, 5, ST_GeomFromText('POINT(3 4)', 4326),
       NULL, NULL, NULL)`,
  ];
}

function configFor(input: Pick<ConfigInput, 'data'>, more: object = {}): Config {
  const { host, port } = live.mysql.harnessEndpoint;
  const tls = { ca: path.join(folder, 'ca.pem') };
  const source = { host, port, user: 'reader', passwordEnv: 'LIVE_PASSWORD', tls, database: 'shop', ...more };
  return { ...configFile.parse({ source: { live: source }, ...input }), end: 'complete' };
}

interface LoadedCopy {
  readonly rows: number;
  readonly statements: readonly string[];
  readonly notes: readonly string[];
  readonly elapsedMs: number;
}

/** Loads rows into a new database, on a server with the settings of the live one. */
async function loadCopy(config: Config, copy: LoneMysql | null, seed = 7): Promise<LoadedCopy & { copy: LoneMysql }> {
  process.env['LIVE_PASSWORD'] = 'only-reads';
  const statements: string[] = [];
  const notes: string[] = [];
  const options = {
    recorder: new Recorder(),
    engine: async () => {
      throw new Error('A live source needs no engine.');
    },
    allowHost: [],
    onStatement: (sql: string) => statements.push(sql),
  };
  const { subject, settings } = await configSubject(config, options);
  const into = copy ?? (await startMysql('shop', settings));
  const connect = into.mysql.harnessEndpoint;
  await withConnection(connect, async (connection) => {
    await connection.query('DROP DATABASE shop');
    await connection.query('CREATE DATABASE shop');
  });
  const startedAt = performance.now();
  const loading = { connect, seed, onProgress: () => undefined, note: (text: string) => void notes.push(text) };
  const { rows } = await subject.load(loading);
  return { rows, statements, notes, elapsedMs: performance.now() - startedAt, copy: into };
}

async function on<T>(mysql: LoneMysql, body: (connection: Connection) => Promise<T>): Promise<T> {
  return await withConnection(mysql.mysql.harnessEndpoint, async (connection) => {
    await connection.query("SET SESSION sql_mode = '', time_zone = '+00:00'");
    return await body(connection);
  });
}

/** Returns rows by their key, each with every byte of its columns except the personal ones. */
async function bytesOf(mysql: LoneMysql, table: string): Promise<ReadonlyMap<string, string>> {
  return await on(mysql, async (connection) => {
    const columns = await queryRows<{ name: string; type: string; isKey: number }>(
      connection,
      `SELECT COLUMN_NAME AS name, DATA_TYPE AS type, COLUMN_KEY = 'PRI' AS isKey FROM information_schema.columns
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
      [table],
    );
    const bytes = ({ name, type }: (typeof columns)[number]) => {
      const column = quoteName(name);
      if (type === 'float') return `IFNULL(CONCAT(CAST(${column} AS DOUBLE)), 'NULL')`;
      const isText = /char|text|json|blob|binary|bit|enum|set|geometry|point/.test(type);
      return `IFNULL(${isText ? `HEX(CAST(${column} AS BINARY))` : `CONCAT(${column})`}, 'NULL')`;
    };
    const kept = columns.filter(({ name }) => !Object.hasOwn(PERSONAL, `${table}.${name}`));
    const keys = columns.some(({ isKey }) => isKey) ? columns.filter(({ isKey }) => isKey) : columns;
    const rows = await queryRows<{ k: string; v: string }>(
      connection,
      `SELECT CONCAT_WS('|', ${keys.map(bytes).join(', ')}) AS k, CONCAT_WS('|', ${kept.map(bytes).join(', ')}) AS v FROM ??`,
      [table],
    );
    return new Map(rows.map(({ k, v }) => [k, v]));
  });
}

async function tablesOf(mysql: LoneMysql): Promise<string[]> {
  const sql = `SELECT TABLE_NAME AS name FROM information_schema.tables
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`;
  return (await on(mysql, async (connection) => await queryRows<{ name: string }>(connection, sql))).map(
    ({ name }) => name,
  );
}

/** Counts rows whose parent does not exist. */
async function orphans(mysql: LoneMysql): Promise<number> {
  return await on(mysql, async (connection) => {
    let count = 0;
    await using reading = await openForReading(mysql.mysql.harnessEndpoint, 'the copy');
    for (const { name, foreignKeys } of (await readDatabase(reading.read)).tables) {
      for (const { columns, parentTable, parentColumns } of foreignKeys) {
        const own = columns.map((column) => `c.${quoteName(column)}`);
        const join = own.map((column, at) => `p.${quoteName(parentColumns[at]!)} = ${column}`).join(' AND ');
        const [row] = await queryRows<{ n: string }>(
          connection,
          `SELECT COUNT(*) AS n FROM ?? c LEFT JOIN ?? p ON ${join}
           WHERE p.${quoteName(parentColumns[0]!)} IS NULL AND ${own.map((column) => `${column} IS NOT NULL`).join(' AND ')}`,
          [name, parentTable],
        );
        count += Number(row!.n);
      }
    }
    return count;
  });
}

/** Returns everything that was ever changed on the live server. */
async function changes(): Promise<Readonly<Record<string, string>>> {
  return await on(live, async (connection) => {
    const rows = await queryRows<{ Variable_name: string; Value: string }>(
      connection,
      `SHOW GLOBAL STATUS WHERE Variable_name REGEXP
       '^(Com_(insert|update|delete|replace|load|truncate|create|alter|drop|grant|revoke|rename|call|lock|xa)|Handler_(write|update|delete)$)'
       AND Variable_name NOT LIKE 'Handler_write'`,
    );
    return Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  });
}

async function definitionsOf(mysql: LoneMysql): Promise<readonly string[]> {
  return await on(mysql, async (connection) => {
    const listed = await queryRows<{ name: string; type: string }>(
      connection,
      `SELECT TABLE_NAME AS name, REPLACE(TABLE_TYPE, 'BASE ', '') AS type FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE()
       UNION ALL SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.triggers WHERE TRIGGER_SCHEMA = DATABASE()
       UNION ALL SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.routines WHERE ROUTINE_SCHEMA = DATABASE()
       UNION ALL SELECT EVENT_NAME, 'EVENT' FROM information_schema.events WHERE EVENT_SCHEMA = DATABASE()`,
    );
    const shown = [];
    for (const { name, type } of listed) {
      const [row] = await queryRows<Record<string, string>>(connection, `SHOW CREATE ${type} ??`, [name]);
      const { Created: _, ...rest } = row!;
      shown.push(
        JSON.stringify(rest)
          .replaceAll(/DEFINER=`[^`]*`@`[^`]*`/g, '')
          .replaceAll(/ AUTO_INCREMENT=\d+/g, ''),
      );
    }
    return shown.toSorted();
  });
}

test('whole tables arrive byte for byte, with everything else in the schema, on a server with the same settings', async () => {
  const before = await changes();
  const config = configFor({ data: { from: 'sampled', rows: 100_000, personal: PERSONAL } });
  const { copy, statements } = await loadCopy(config, null);
  await using _ = copy;
  const tables = await tablesOf(live);
  expect(await tablesOf(copy)).toEqual(tables);
  expect(tables).toHaveLength(14);
  for (const table of tables) {
    const there = await bytesOf(live, table);
    expect(there.size).toBeGreaterThan(0);
    expect({ table, rows: await bytesOf(copy, table) }).toEqual({ table, rows: there });
  }
  const definitions = await definitionsOf(live);
  expect(definitions.join('\n')).toMatch(/TRIGGER[^]*PROCEDURE|PROCEDURE[^]*TRIGGER/);
  expect(await definitionsOf(copy)).toEqual(definitions);
  const names = Object.keys(SETTINGS).filter((name) => !/general_log|log_output|max_execution/.test(name));
  const settings = await on(copy, async (connection) => {
    const of = names.map((name) => `@@GLOBAL.${name === 'default_time_zone' ? 'time_zone' : name} AS ${name}`);
    return (await queryRows<Record<string, string>>(connection, `SELECT ${of.join(', ')}`))[0]!;
  });
  expect(settings['sql_mode']!.split(',').toSorted()).toEqual(SETTINGS.sql_mode.split(',').toSorted());
  for (const name of names.filter((each) => each !== 'sql_mode')) {
    expect([name, String(settings[name])]).toEqual([name, Reflect.get(SETTINGS, name)]);
  }

  expect(await changes()).toEqual(before);
  const logged = await on(live, async (connection) => {
    const sql = `SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log
      WHERE user_host LIKE 'reader[%' AND command_type = 'Query'`;
    return (await queryRows<{ sent: string }>(connection, sql)).map(({ sent }) => sent);
  });
  expect(logged.length).toBeGreaterThan(50);
  expect(
    logged.filter(
      (sent) =>
        !/^(SELECT|SHOW|SET (SESSION|NAMES)|START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY$)/i.test(
          sent.replace(`${OWN_MARK} `, ''),
        ),
    ),
  ).toEqual([]);
  // --show-statements prints exactly what was sent, except for the driver's own SET NAMES.
  expect(logged.filter((sent) => !statements.includes(sent) && !/^SET NAMES/i.test(sent))).toEqual([]);
}, 300_000);

test('a sample is spread over the keys, foreign keys hold, and nothing personal gets out', async () => {
  const config = configFor({ data: { from: 'sampled', rows: { '*': 100, plain: 10, line: 60 }, personal: PERSONAL } });
  const first = await loadCopy(config, null);
  const { copy } = first;
  await using _ = copy;
  for (const table of OWN) {
    const there = await bytesOf(live, table);
    const here = await bytesOf(copy, table);
    expect(here.size).toBeGreaterThan(0);
    for (const [key, row] of here) expect({ table, key, row }).toEqual({ table, key, row: there.get(key) });
  }
  expect(await orphans(copy)).toBe(0);
  const people = [...(await bytesOf(copy, 'person')).keys()].map(BigInt);
  const far = people.filter((id) => id > 10n ** 18n).length;
  expect(Math.min(far, people.length - far)).toBeGreaterThan(40);
  expect(first.notes.join('\n')).toMatch(/\d+ row\(s\) beyond data\.rows/);
  expect((await bytesOf(copy, 'plain')).size).toBe(10);

  const dumped = await dump(copy);
  expect(dumped).toContain('INSERT INTO `person`');
  expect(dumped.toLowerCase()).not.toContain(MARK.toLowerCase());
  expect(dumped).not.toContain(Buffer.from(MARK).toString('hex').toUpperCase());
  expect(JSON.stringify([first.notes, first.statements])).not.toContain(MARK);
  for (const name of await readdir(copy.logs)) {
    expect(await readFile(path.join(copy.logs, name), 'utf8')).not.toContain(MARK);
  }
  const nicknames = await on(copy, async (connection) => {
    return await queryRows<{ id: string; nickname: string | null }>(connection, 'SELECT id, nickname FROM person');
  });
  expect(nicknames.filter(({ nickname }) => nickname === null).length).toBeGreaterThan(10);
  expect(nicknames.filter(({ nickname }) => nickname !== null).length).toBeGreaterThan(40);

  await loadCopy(config, copy);
  expect(rowsOf(await dump(copy))).toEqual(rowsOf(dumped));
  await loadCopy(config, copy, 8);
  expect(rowsOf(await dump(copy))).not.toEqual(rowsOf(dumped));
}, 300_000);

test('rows are read no faster than allowed', async () => {
  const perSecond = 1000;
  const data = { from: 'sampled', rows: { '*': 0, plain: 3000 } } as const;
  const slow = await loadCopy(configFor({ data }, { maxRowsPerSecond: perSecond }), null);
  await using copy = slow.copy;
  expect(slow.rows).toBe(3000);
  // The first page is read without waiting.
  expect(((slow.rows - perSecond / 4) * 1000) / slow.elapsedMs).toBeLessThanOrEqual(perSecond);
  const fast = await loadCopy(configFor({ data }, { maxRowsPerSecond: 1_000_000 }), copy);
  expect(fast.rows).toBe(3000);
  expect(fast.elapsedMs).toBeLessThan(slow.elapsedMs);
}, 300_000);

async function dump({ mysql }: LoneMysql): Promise<string> {
  const { user, password } = mysql.harnessEndpoint;
  const command =
    `MYSQL_PWD='${password}' mysqldump --host=127.0.0.1 --user=${user} --hex-blob --skip-dump-date ` +
    `--skip-extended-insert --order-by-primary --set-gtid-purged=OFF shop`;
  const { exitCode, stdout, stderr } = await mysql.server.exec(['sh', '-c', command]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

function rowsOf(dumped: string): string[] {
  return dumped.split('\n').filter((line) => line.startsWith('INSERT'));
}
