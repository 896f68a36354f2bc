import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { compareTables, type LeafDifference, type TableComparison } from '../../harness/observe/checksum.ts';
import { Reader } from '../../harness/observe/side.ts';

// Claim: two values of a type that an application can tell apart are different to our checksum, however little they
// differ, and two that it cannot tell apart are not. docs/decisions/0019 has the table of all types.

type Pair = readonly [type: string, source: string, target: string];

const DATE = "CAST('2026-02-15' AS DATE)";

/** Nothing here has to survive a crash; the packet is small, so that a document's paths can exceed it. */
const SETTINGS = { sync_binlog: '0', innodb_flush_log_at_trx_commit: '0', max_allowed_packet: '1M' };

/** Values that differ as little as their type allows. */
const DIFFERENT: readonly Pair[] = [
  ['FLOAT', '-0.0e0', '0'],
  ['FLOAT', '16777216', '16777218'],
  ['DOUBLE', '-0.0e0', '0'],
  ['DOUBLE', '0.1e0', '0.10000000000000002e0'],
  ['DECIMAL(65,30)', '1e-30', '2e-30'],
  ['BIGINT UNSIGNED', '18446744073709551615', '18446744073709551614'],
  ['TINYINT(1)', '1', '2'],
  ['YEAR', "'0000'", '2000'],
  ['DATE', "'0000-00-00'", 'NULL'],
  ['DATE', "'2020-00-00'", "'2020-01-00'"],
  ['TIME(6)', "'-00:00:00.000001'", "'00:00:00.000001'"],
  ['DATETIME(6)', "'2020-01-01 00:00:00.000001'", "'2020-01-01 00:00:00'"],
  ['TIMESTAMP NULL', "'2020-01-01 00:00:00+00:00'", "'2020-01-01 00:00:00+01:00'"],
  ["ENUM('','a')", "''", "'no such member'"],
  ["SET('a','b')", "''", 'NULL'],
  ['BIT(64)', '18446744073709551615', '18446744073709551614'],
  ['BIT(8)', "b'0'", 'NULL'],
  ['CHAR(5)', "''", 'NULL'],
  ['CHAR(5) CHARACTER SET latin1', "'a'", "'A'"],
  ['VARCHAR(5) COLLATE utf8mb4_general_ci', "'a'", "'a '"],
  ['VARCHAR(9) COLLATE utf8mb4_0900_ai_ci', "'e'", "_utf8mb4 X'65CC81'"],
  ['TEXT CHARACTER SET latin1', "'a'", "'a '"],
  ['TEXT', "''", 'NULL'],
  ['BINARY(3)', "'a'", "'a '"],
  ['VARBINARY(3)', "'a'", "X'6100'"],
  ['BLOB', "''", 'NULL'],
  ['GEOMETRY', "ST_GeomFromText('POINT(1 2)', 4326, 'axis-order=long-lat')", "ST_GeomFromText('POINT(1 2)')"],
  ['POINT', 'POINT(0, 0)', 'POINT(-0.0e0, 0)'],
  ['VECTOR(2)', "STRING_TO_VECTOR('[0, 1]')", "STRING_TO_VECTOR('[-0.0, 1]')"],
  ['INT INVISIBLE', '1', '2'],
  ['JSON', "'null'", 'NULL'],
  ['JSON', "'[]'", "'{}'"],
  ['JSON', "'[1]'", `'["1"]'`],
  ['JSON', "'[2]'", "'[2.0]'"],
  ['JSON', "'-0.0'", "'0.0'"],
];

/** Documents with the same text, and the differences that are reported for each. */
const DOCUMENTS: readonly (readonly [
  source: string,
  target: string,
  leaves: readonly Omit<LeafDifference, 'column'>[],
])[] = [
  [`JSON_OBJECT('paid', ${DATE})`, `'{"paid": "2026-02-15"}'`, [leaf('$.paid', 'DATE')]],
  [`CAST(${DATE} AS JSON)`, `'"2026-02-15"'`, [leaf('$', 'DATE')]],
  [
    `JSON_ARRAY('x', JSON_OBJECT('at 1', CAST('07:30:00' AS TIME), 'x', NULL), ${DATE})`,
    `'["x", {"x": null, "at 1": "07:30:00.000000"}, "2026-02-15"]'`,
    [leaf('$[1]."at 1"', 'TIME'), leaf('$[2]', 'DATE')],
  ],
  [
    `JSON_OBJECT('a', TIMESTAMP'2020-01-01 00:00:00', 'b', 'x')`,
    `JSON_OBJECT('a', '2020-01-01 00:00:00.000000', 'b', 'x')`,
    [leaf('$.a', 'DATETIME')],
  ],
  [`JSON_OBJECT('a', X'616263')`, `'{"a": "base64:type15:YWJj"}'`, [leaf('$.a', 'BLOB')]],
  [
    `JSON_OBJECT('a', ${DATE}, 'b', '2026-02-15')`,
    `JSON_OBJECT('a', '2026-02-15', 'b', ${DATE})`,
    [leaf('$.a', 'DATE'), { path: '$.b', source: 'STRING', target: 'DATE' }],
  ],
];

/** Values that are written differently but are the same to an application. */
const SAME: readonly Pair[] = [
  ['CHAR(5)', "'a'", "'a  '"],
  ['BINARY(3)', "'a'", "X'610000'"],
  ['DECIMAL(5,2)', '0', '-0.00'],
  ['TIME', "'-00:00:00'", "'00:00:00'"],
  ['TIMESTAMP NULL', "'2020-01-01 12:00:00+00:00'", "'2020-01-01 14:00:00+02:00'"],
  ["ENUM('a','b')", "'b'", '2'],
  ['BIT(8)', "b'00000101'", '5'],
  ['JSON', `'{"b": 1, "a": 2}'`, `'{"a":2,"b":1}'`],
  // Vitess writes a number as it reads it, so its internal type may change; MySQL compares and computes with both in
  // the same way.
  ['JSON', "'[5]'", 'JSON_ARRAY(CAST(5 AS UNSIGNED))'],
  ['JSON', "'[1.5]'", 'JSON_ARRAY(CAST(1.5 AS DECIMAL(2,1)))'],
  ['JSON', "'[5]'", 'JSON_ARRAY(CAST(5 AS DECIMAL(2,0)))'],
];

let mysql: LoneMysql;
beforeAll(async () => void (mysql = await startMysql('source', SETTINGS)), 120_000);
afterAll(async () => await mysql[Symbol.asyncDispose](), 120_000);

test('values that differ are different, whether rows have a key or not', async () => {
  const pairs = [...DIFFERENT, ...DOCUMENTS.map(([source, target]): Pair => ['JSON', source, target])];
  const { differences } = await compared(pairs);
  const found = new Set(differences.map(({ key }) => Number(key['id'])));
  expect(pairs.filter((_, at) => !found.has(at))).toEqual([]);
  const { differencesTotal } = await compared(pairs, { hasKey: false });
  expect(differencesTotal).toBe(2 * pairs.length);
});

test('a document whose leaves differ in type is reported by key, path and both types', async () => {
  const { differences } = await compared(DOCUMENTS.map(([source, target]) => ['JSON', source, target]));
  expect(differences.map(({ key, leaves }) => ({ key, leaves }))).toEqual(
    DOCUMENTS.map(([, , leaves], at) => ({
      key: { id: String(at) },
      leaves: leaves.map((each) => ({ column: `v${at}`, ...each })),
    })),
  );
});

test('values that are the same are equal', async () => {
  const { equal, differences, rows } = await compared(SAME);
  expect(differences.map(({ key }) => SAME[Number(key['id'])])).toEqual([]);
  expect({ equal, rows }).toEqual({ equal: true, rows: SAME.length });
});

test('a document that was updated in place is compared like any other, and so is one whose paths exceed a packet', async () => {
  const key = "REPEAT('k', 6000)";
  const long = (value: string) =>
    `JSON_OBJECT(${key}, JSON_MERGE_PRESERVE(CAST(CONCAT('[', REPEAT('"s",', 200), '"s"]') AS JSON), ${value}))`;
  const pairs: Pair[] = [
    ['JSON', long('JSON_ARRAY(1)'), long('JSON_ARRAY(1)')],
    ['JSON', long(`JSON_ARRAY(${DATE})`), long(`JSON_ARRAY('2026-02-15')`)],
    ['JSON', `'{"a": "long enough"}'`, `'{"a": "short"}'`],
  ];
  expect((await compared(pairs)).differences.map(({ key: { id } }) => id)).toEqual(['1', '2']);
  await withConnection(side('source'), async (connection) => {
    await connection.query(`UPDATE t SET v2 = JSON_SET(v2, '$.a', 'short') WHERE id = 2`);
    const [left] = await queryRows<{ isPartial: unknown }>(
      connection,
      'SELECT JSON_STORAGE_FREE(v2) > 0 AS isPartial FROM t WHERE id = 2',
    );
    expect(Number(left?.isPartial)).toBe(1);
  });
  expect((await compare()).differences.map(({ key: { id } }) => id)).toEqual(['1']);
});

function leaf(path: string, source: string): Omit<LeafDifference, 'column'> {
  return { path, source, target: 'STRING' };
}

/** Pair `n` is column `vn` of row `n`, which has no other value, in two databases. */
async function compared(pairs: readonly Pair[], { hasKey = true } = {}): Promise<TableComparison> {
  for (const [at, name] of (['source', 'target'] as const).entries()) {
    await withConnection(mysql.mysql.harnessEndpoint, async (connection) => {
      const columns = pairs.map(([type], index) => `v${index} ${type}`);
      const database = `${name}_values`;
      await connection.query(`DROP DATABASE IF EXISTS ${database}`);
      await connection.query(`CREATE DATABASE ${database}`);
      await connection.query(`USE ${database}`);
      await connection.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
      const key = hasKey ? ' PRIMARY KEY' : '';
      await connection.query(`CREATE TABLE t (id INT NOT NULL${key}, ${columns.join(', ')})`);
      for (const [index, pair] of pairs.entries()) {
        await connection.query(`INSERT INTO t (id, v${index}) VALUES (${index}, ${pair[at + 1]})`);
      }
    });
  }
  return await compare();
}

async function compare(): Promise<TableComparison> {
  const [table] = await compareTables({ source: side('source'), target: side('target'), tables: ['t'], keep: 1000 });
  return table!;
}

function side(name: 'source' | 'target'): ConnectionOptions {
  return { ...mysql.mysql.harnessEndpoint, database: `${name}_values` };
}

/** Sets how many warnings and errors the server keeps for a statement. */
async function keep(count: number): Promise<void> {
  await withConnection(mysql.mysql.harnessEndpoint, async (connection) => {
    await connection.query(`SET GLOBAL max_error_count = ${count}`);
  });
}

test('a value that a server changes with a warning is refused, even if the server is set to keep no warnings', async () => {
  await keep(0);
  try {
    using reader = await Reader.open('source', mysql.mysql.harnessEndpoint, 10_000);
    await expect(reader.read("SELECT CAST('1a' AS SIGNED) AS value", 'values')).rejects.toMatchObject({
      facts: { seen: expect.stringContaining('1292') },
    });
  } finally {
    await keep(1024);
  }
});
