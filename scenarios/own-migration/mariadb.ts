import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { DumpOnVolume } from '../../harness/dump/read-dump.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { ByHand } from '../../harness/jest/by-hand.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';
import { EVERYTHING } from '../../harness/jest/shared-scratch.ts';
import { setUp, type SetUp } from '../../harness/run/set-up.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: each row of docs/mariadb.md is true: how far Vitess gets with a MariaDB as its source, what it loses silently,
// what preflight says about that, and what MySQL accepts from a dump that mariadb-dump made. Vitess is driven by
// vtctldclient alone, because this harness refuses a MariaDB.

let folder = '';
let engine: SetUp;
let hand: ByHand;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-mariadb-'));
  engine = await setUp(new Recorder(), { mariadb: true });
  hand = new ByHand(engine.images);
  await hand.start();
}, 900_000);

afterAll(async () => {
  await hand[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}, 60_000);

const CLIENT = ['--user=root', '--batch', '--default-character-set=utf8mb4'];

/** Runs statements on MariaDB, in one session. @returns the rows as its client prints them. */
async function onSource(...statements: readonly string[]): Promise<string> {
  const options = ['--socket=/tmp/mysql.sock', '--database=commerce', `--execute=${statements.join('; ')}`];
  return await hand.inside('source', ['mariadb', ...CLIENT, ...options]);
}

/** Runs a query on the MySQL of the target's primary, past vtgate and its routing rules. */
async function onTarget(sql: string): Promise<string> {
  const socket = '--socket=/tmp/vt/vt_0000000200/mysql.sock';
  return await hand.inside('t200', ['mysql', ...CLIENT, socket, '--database=vt_customer', `--execute=${sql}`]);
}

/** Runs statements as the application would once writes are switched. */
async function throughVtgate(...statements: readonly string[]): Promise<void> {
  await withConnection({ ...hand.vtgate, database: 'customer' }, async (connection) => {
    for (const sql of statements) await connection.query(sql);
  });
}

async function moveTables(table: string, action: string, ...more: readonly string[]): Promise<string> {
  return await hand.vtctldclient(['MoveTables', `--workflow=${table}`, '--target-keyspace=customer', action, ...more]);
}

async function create(table: string): Promise<string> {
  return await moveTables(table, 'create', '--source-keyspace=commerce', `--tables=${table}`);
}

const shown = z.object({
  workflows: z.array(
    z.object({
      shard_streams: z.record(
        z.string(),
        z.object({ streams: z.array(z.object({ state: z.string(), message: z.string() })) }),
      ),
    }),
  ),
});

/** Returns state and message of a workflow's one stream. */
async function streamOf(keyspace: string, workflow: string): Promise<string> {
  const text = await hand.vtctldclient(['Workflow', `--keyspace=${keyspace}`, 'show', `--workflow=${workflow}`]);
  const streams = shown.parse(JSON.parse(text)).workflows.flatMap((each) => Object.values(each.shard_streams));
  return streams.flatMap((each) => each.streams.map(({ state, message }) => `${state}: ${message}`)).join('\n');
}

/** Waits until state and message of a workflow's stream are as they should be. @returns them. */
async function untilStream(keyspace: string, workflow: string, sign: RegExp): Promise<string> {
  return await waitFor(
    { what: `the stream of ${workflow} as ${sign}`, timeoutMs: 60_000, intervalMs: 200 },
    async () => {
      const seen = await streamOf(keyspace, workflow);
      return { done: sign.test(seen) ? seen : undefined, seen };
    },
  );
}

/** Waits until one side gives the same answer as the other, or the given answer. */
async function untilRows(ask: typeof onTarget, sql: string, expected: string): Promise<void> {
  await waitFor({ what: `${expected} as the answer to ${sql}`, timeoutMs: 30_000, intervalMs: 200 }, async () => {
    const seen = await ask(sql);
    return { done: seen === expected || undefined, seen };
  });
}

const vdiffResult = z.object({ State: z.literal('completed'), RowsCompared: z.number(), HasMismatch: z.boolean() });

async function vdiff(keyspace: string, workflow: string): Promise<z.output<typeof vdiffResult>> {
  const text = await hand.vtctldclient([
    'VDiff',
    `--workflow=${workflow}`,
    `--target-keyspace=${keyspace}`,
    'create',
    '--tablet-types=primary',
    '--format=json',
    '--wait',
    '--wait-update-interval=500ms',
  ]);
  return vdiffResult.parse(JSON.parse(text.slice(text.lastIndexOf('\n{') + 1)));
}

test('a table with a collation that MySQL has goes there, back and there again, and VDiff finds no mismatch', async () => {
  expect(await onSource('SELECT VERSION()')).toMatch(/\n11\.8\.\d+-MariaDB/);
  await onSource(
    `CREATE TABLE plain (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, price DECIMAL(10,2))
     COLLATE utf8mb4_general_ci`,
    "INSERT INTO plain (name, price) SELECT CONCAT('n', seq), seq FROM seq_1_to_500",
  );
  await create('plain');
  await untilStream('customer', 'plain', /^Running/);
  await onSource(
    "UPDATE plain SET name = 'ä😀' WHERE id <= 10",
    'DELETE FROM plain WHERE id = 500',
    'BEGIN',
    "INSERT INTO plain (name) VALUES ('new')",
    'UPDATE plain SET price = price + 1',
    'COMMIT',
  );
  const sum = 'SELECT COUNT(*) AS n, SUM(price) AS total, COUNT(DISTINCT name) AS names FROM plain';
  await untilRows(onTarget, sum, await onSource(sum));
  expect(await vdiff('customer', 'plain')).toMatchObject({ RowsCompared: 500, HasMismatch: false });

  await moveTables('plain', 'switchtraffic');
  await throughVtgate(
    "UPDATE plain SET name = 'ö' WHERE id = 20",
    "INSERT INTO plain (name, price) VALUES ('back', 1)",
    'DELETE FROM plain WHERE id = 21',
  );
  await untilRows(onSource, sum, await onTarget(sum));
  expect(await vdiff('commerce', 'plain_reverse')).toMatchObject({ RowsCompared: 500, HasMismatch: false });

  await moveTables('plain', 'reversetraffic');
  await onSource("INSERT INTO plain (name, price) VALUES ('again', 2)");
  await untilRows(onTarget, sum, await onSource(sum));
  await moveTables('plain', 'switchtraffic');
  await moveTables('plain', 'complete', '--keep-data');
}, 180_000);

test('MariaDB’s own collation is refused; a table that was created beforehand is filled, and keys that only MySQL tells apart end the way back', async () => {
  await onSource(
    `CREATE TABLE word (id INT PRIMARY KEY, word VARCHAR(20) UNIQUE, at TIMESTAMP NULL DEFAULT current_timestamp())`,
    "INSERT INTO word (id, word) VALUES (1, 'a'), (2, 'b')",
  );
  await expect(create('word')).rejects.toThrow(/Unknown collation: 'utf8mb4_uca1400_ai_ci' \(errno 1273\)/);
  const ddl =
    'CREATE TABLE word (id INT PRIMARY KEY, word VARCHAR(20) UNIQUE, at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP) COLLATE utf8mb4_0900_ai_ci';
  await hand.vtctldclient(['ApplySchema', `--sql=${ddl}`, 'customer']);
  await create('word');
  await untilStream('customer', 'word', /^Running/);
  await onSource("INSERT INTO word (id, word) VALUES (3, 'ä😀')");
  const words = 'SELECT id, word FROM word ORDER BY id';
  await untilRows(onTarget, words, await onSource(words));
  expect(await vdiff('customer', 'word')).toMatchObject({ RowsCompared: 3, HasMismatch: false });

  await moveTables('word', 'switchtraffic');
  await throughVtgate("INSERT INTO word (id, word) VALUES (4, 'c')", "INSERT INTO word (id, word) VALUES (5, 'c ')");
  await untilStream('commerce', 'word_reverse', /^Error: .*Duplicate entry 'c ' for key 'word'/);
}, 120_000);

/** Creates a table on both sides, or lets Vitess create the target's, and waits until its stream runs. */
async function begin(table: string, source: readonly string[], target?: string): Promise<void> {
  await onSource(...source);
  if (target !== undefined) await hand.vtctldclient(['ApplySchema', `--sql=${target}`, 'customer']);
  await create(table);
  await untilStream('customer', table, /^Running/);
}

const BIN = 'COLLATE utf8mb4_bin';

test('most types arrive unchanged by copy and stream, among them JSON, which is text with a CHECK, VECTOR, and generated and invisible columns', async () => {
  const columns = 'ts, dt, tm, y, e, s, b, d, f, x, g, l, v, doc, note, w, inv';
  await begin('kinds', [
    `CREATE TABLE kinds (id INT PRIMARY KEY, ts TIMESTAMP(6) NULL, dt DATETIME(3), tm TIME(6), y YEAR,
       e ENUM('a', 'ö'), s SET('x', 'y'), b BIT(5), d DECIMAL(20,8), f DOUBLE, x BLOB, g GEOMETRY,
       l VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci, v VECTOR(2), doc JSON, note TEXT NOT NULL DEFAULT '',
       w INT CHECK (w > 0), inv INT INVISIBLE, gen INT AS (w * 2) VIRTUAL) ${BIN}`,
    `INSERT INTO kinds (id, ${columns}) VALUES (1,
       '2024-02-29 12:00:00.123456', '9999-12-31 23:59:59.999', '-838:59:59', 1999, 'ö', 'x,y', b'10101', -1.5, 1e300,
       x'00FF', ST_GeomFromText('POINT(1 2)'), 'ä', Vec_FromText('[1,2]'), '{"b": 1.50,   "a": [null]}', 'n', 3, 4)`,
  ]);
  await onSource(`INSERT INTO kinds (id, ${columns}) SELECT 2, ${columns} FROM kinds`);
  const bytes = ['b', 'x', 'g', 'l', 'v'].map((name) => `HEX(${name}) AS ${name}`).join(', ');
  const asked = `SELECT id, ts, dt, tm, y, e, s, ${bytes}, d, f, doc, note, w, inv, gen FROM kinds ORDER BY id`;
  await untilRows(onTarget, asked, await onSource(asked));
  expect(await vdiff('customer', 'kinds')).toMatchObject({ RowsCompared: 2, HasMismatch: false });
  await moveTables('kinds', 'cancel');
}, 60_000);

function hex(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}

test('UUID, INET6 and INET4 arrive by the copy, but a stream brings only some of their bytes; VDiff sees it', async () => {
  const address = "'123e4567-e89b-12d3-a456-426655440000', '2001:db8::1', '10.1.2.3'";
  await begin(
    'address',
    [
      `CREATE TABLE address (id INT PRIMARY KEY, u UUID, i6 INET6, i4 INET4)`,
      `INSERT INTO address VALUES (1, ${address})`,
    ],
    'CREATE TABLE address (id INT PRIMARY KEY, u CHAR(36), i6 VARCHAR(39), i4 VARCHAR(15))',
  );
  await onSource(`INSERT INTO address VALUES (2, ${address})`);
  const copied = ['123e4567-e89b-12d3-a456-426655440000', '2001:db8::1', '10.1.2.3'].map(hex).join(' ');
  const asked = "SELECT id, CONCAT_WS(' ', HEX(u), HEX(i6), HEX(i4)) AS bytes FROM address ORDER BY id";
  await untilRows(onTarget, asked, `id\tbytes\n1\t${copied}\n2\t123E4567 20010D 0A010203`);
  expect(await streamOf('customer', 'address')).toBe('Running: ');
  expect(await vdiff('customer', 'address')).toMatchObject({ HasMismatch: true });
  await moveTables('address', 'cancel');
}, 60_000);

test('a row that log_bin_compress compressed is missing on the target, and the stream says nothing; VDiff sees it', async () => {
  await begin('packed', [
    `CREATE TABLE packed (id INT PRIMARY KEY, t TEXT) ${BIN}`,
    "INSERT INTO packed VALUES (1, '')",
  ]);
  await onSource(
    'SET GLOBAL log_bin_compress = ON',
    "INSERT INTO packed VALUES (2, REPEAT('b', 500))",
    'SET GLOBAL log_bin_compress = OFF',
    "INSERT INTO packed VALUES (3, '')",
  );
  await untilRows(onTarget, 'SELECT id FROM packed ORDER BY id', 'id\n1\n3');
  expect(await streamOf('customer', 'packed')).toBe('Running: ');
  expect(await vdiff('customer', 'packed')).toMatchObject({ HasMismatch: true });
  await moveTables('packed', 'cancel');
}, 60_000);

test('JSON does not go into a column of type JSON that was created beforehand', async () => {
  await onSource(`CREATE TABLE doc (id INT PRIMARY KEY, doc JSON) ${BIN}`, "INSERT INTO doc VALUES (1, '{}')");
  await hand.vtctldclient(['ApplySchema', '--sql=CREATE TABLE doc (id INT PRIMARY KEY, doc JSON)', 'customer']);
  await create('doc');
  const ended = /^Error: .*Cannot create a JSON value from a string with CHARACTER SET 'binary'/;
  expect(await untilStream('customer', 'doc', ended)).toMatch(ended);
  await moveTables('doc', 'cancel');
}, 60_000);

test.each([
  [
    'SYSTEM VERSIONING',
    'old',
    'CREATE TABLE old (id INT PRIMARY KEY) WITH SYSTEM VERSIONING',
    /not found in source keyspace commerce: old/,
  ],
  ['a sequence', 'numbers', 'CREATE SEQUENCE numbers', /not found in source keyspace commerce: numbers/],
  ['UUID', 'uuids', `CREATE TABLE uuids (u UUID PRIMARY KEY) ${BIN}`, /error in your SQL syntax.*near 'uuid/s],
  [
    'DEFAULT uuid()',
    'made',
    `CREATE TABLE made (id CHAR(36) PRIMARY KEY DEFAULT uuid()) ${BIN}`,
    /error in your SQL syntax.*near 'uuid\(\)/s,
  ],
  [
    'a default of JSON',
    'filled',
    `CREATE TABLE filled (id INT PRIMARY KEY, doc JSON DEFAULT '{}') ${BIN}`,
    /column 'doc' can't have a default value/,
  ],
  [
    'Aria',
    'aria',
    `CREATE TABLE aria (id INT PRIMARY KEY) ENGINE=Aria ${BIN}`,
    /error in your SQL syntax.*near 'PAGE_CHECKSUM=1/s,
  ],
])('MoveTables refuses %s', async (_, table, ddl, refusal) => {
  await onSource(ddl);
  await expect(create(table)).rejects.toThrow(refusal);
});

/** A table in another database, which no workflow moves. */
const LOG = [
  'CREATE DATABASE IF NOT EXISTS other',
  'CREATE OR REPLACE TABLE other.log (id INT PRIMARY KEY, t TEXT COMPRESSED)',
];

test('preflight says what it finds in this MariaDB, and a rehearsal does not begin', async () => {
  await onSource(
    ...LOG,
    'CREATE DATABASE seen',
    'USE seen',
    'CREATE TABLE old (id INT PRIMARY KEY) WITH SYSTEM VERSIONING',
    'CREATE SEQUENCE numbers',
    'CREATE TABLE word (word VARCHAR(20) PRIMARY KEY)',
    `CREATE TABLE address (u UUID PRIMARY KEY, i6 INET6, i4 INET4) ${BIN}`,
    `CREATE TABLE fine (id INT PRIMARY KEY, word VARCHAR(20), row_format ENUM('COMPRESSED')) ${BIN}`,
  );
  const { host, port, user } = hand.source;
  const file = path.join(folder, 'roundtrip.config.json');
  const live = { host, port, user, database: 'seen', passwordEnv: 'MARIADB_PASSWORD' };
  await writeFile(file, JSON.stringify({ source: { live } }));
  const environment = { MARIADB_PASSWORD: hand.password };
  await onSource('SET GLOBAL binlog_format = MIXED', 'SET GLOBAL log_bin_compress = ON');
  const { output, exitCode } = await roundtrip(['preflight', '--config', file], environment);
  await onSource('SET GLOBAL binlog_format = ROW', 'SET GLOBAL log_bin_compress = OFF');
  expect(output.match(/(?<=^blocker mariadb: ).*/gm)).toEqual([
    expect.stringMatching(/^version 11\.8\..*MariaDB/),
    'binlog_format = MIXED, not ROW: streams stop at statements',
    'log_bin_compress = ON, not OFF: streams leave compressed rows out without a word',
    'numbers is a sequence, which is not moved',
    'old has SYSTEM VERSIONING, and MoveTables does not find it',
    'word has the collation utf8mb4_uca1400_ai_ci, which MySQL does not have',
    'other.log.t is COMPRESSED, at which every stream stops',
    'address.i4 has the type inet4: a stream writes the first bytes of a value in place of its text',
    'address.i6 has the type inet6: a stream writes the first bytes of a value in place of its text',
    'address.u has the type uuid: a stream writes the first bytes of a value in place of its text',
  ]);
  expect(output).toContain('docs/mariadb.md');
  expect(exitCode).toBe(1);
  const rehearsal = await roundtrip(['rehearse', '--config', file], environment);
  expect(rehearsal.output).toMatch(
    /cannot read the live source’s kind of server[^]*Make a dump of it[^]*docs\/mariadb\.md/,
  );
  expect(rehearsal.exitCode).toBe(64);
}, 120_000);

test.each([
  [
    'a statement in the log, as binlog_format = MIXED writes it',
    'mixed',
    ['SET SESSION binlog_format = MIXED', 'INSERT INTO mixed VALUES (2)'],
    /filter rules are not supported for SBR replication/,
  ],
  [
    'a row of a table with a COMPRESSED column, in any database',
    'beside',
    [...LOG, "INSERT INTO other.log VALUES (1, '')"],
    /unhandled data type: 140/,
  ],
])(
  'a stream stops at %s, with a message',
  async (_, table, statements, message) => {
    await begin(table, [`CREATE TABLE ${table} (id INT PRIMARY KEY) ${BIN}`, `INSERT INTO ${table} VALUES (1)`]);
    await onSource(...statements);
    expect(await untilStream('customer', table, message)).toMatch(message);
    await moveTables(table, 'cancel');
  },
  60_000,
);

/** What mariadb-dump writes for a database that these statements fill, unchanged or with MySQL's collation. */
async function dumpOf(statements: readonly string[], { isCorrected = true, end = '' } = {}): Promise<string> {
  await onSource('DROP DATABASE IF EXISTS shop', 'CREATE DATABASE shop', 'USE shop', ...statements);
  const account = [`--user=${hand.source.user}`, `--password=${hand.password}`, '--host=127.0.0.1'];
  const text = await hand.inside('source', [
    'mariadb-dump',
    ...account,
    '--routines',
    '--events',
    '--hex-blob',
    'shop',
  ]);
  const file = path.join(folder, 'shop.sql');
  await writeFile(
    file,
    `${isCorrected ? text.replaceAll('utf8mb4_uca1400_ai_ci', 'utf8mb4_0900_ai_ci') : text}\n${end}`,
  );
  return file;
}

async function read(file: string) {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  await using dump = await DumpOnVolume.read(file, { ...EVERYTHING, ...engine, settings: {}, note });
  const { database, rows } = dump.contents;
  return { notes: notes.join('\n'), database, rows: Object.fromEntries(rows) };
}

test('a dump is accepted if it has only what MySQL has too, once it names a collation of MySQL', async () => {
  const file = await dumpOf([
    `CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), n INT DEFAULT (1 + 2), doc JSON,
         at TIMESTAMP NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
         ms DATETIME(3) DEFAULT current_timestamp(3), v VECTOR(2), t TEXT COMPRESSED, w INT INVISIBLE,
         empty TEXT NOT NULL DEFAULT '', CHECK (n > 0))`,
    "INSERT INTO item (name, doc, v, t) VALUES ('ä😀', '{\"a\": 1.50}', Vec_FromText('[1,2]'), 'text')",
    'CREATE TABLE part (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (9), PARTITION high VALUES LESS THAN MAXVALUE)',
    'CREATE TABLE child (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))',
    'INSERT INTO child VALUES (1, 1)',
    'CREATE TABLE late (id INT PRIMARY KEY, t TIME(6))',
    "INSERT INTO late VALUES (1, '-838:59:59.5')",
    'CREATE VIEW named AS SELECT name FROM item',
    'CREATE TRIGGER upper BEFORE INSERT ON item FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
    'CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1',
  ]);
  const { database, rows, notes } = await read(file);
  expect(rows).toEqual({ item: 1, part: 0, child: 1, late: 1 });
  const { views, triggers, routines } = database;
  expect([views, triggers, routines].map(([first]) => first?.name)).toEqual(['named', 'upper', 'one']);
  expect(notes).toMatch(/MariaDB made shop\.sql; this rehearsal’s source is MySQL: see docs\/mariadb\.md/);
  expect(notes).toMatch(/MySQL changed values of shop\.sql[^]*Out of range value for column 't'/);
}, 60_000);

test.each([
  [
    'its collation',
    false,
    'CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9))',
    /Unknown collation[^]*sed -i 's\/utf8mb4_uca1400_ai_ci\/utf8mb4_0900_ai_ci\/g'/,
  ],
  ['a sequence', true, 'CREATE SEQUENCE s', /near 'SEQUENCE IF EXISTS[^]*its own syntax, such as sequences/],
  [
    'SYSTEM VERSIONING',
    true,
    'CREATE TABLE t (id INT PRIMARY KEY) WITH SYSTEM VERSIONING',
    /near 'SYSTEM VERSIONING'[^]*its own syntax/,
  ],
  ['UUID', true, 'CREATE TABLE t (id UUID PRIMARY KEY)', /near 'uuid[^]*the types UUID and INET6/],
  ['INET6', true, 'CREATE TABLE t (id INET6 PRIMARY KEY)', /near 'inet6[^]*the types UUID and INET6/],
  [
    'DEFAULT uuid()',
    true,
    'CREATE TABLE t (id CHAR(36) PRIMARY KEY DEFAULT uuid())',
    /near 'uuid\(\)[^]*DEFAULT uuid\(\)/,
  ],
  [
    'a default of JSON',
    true,
    "CREATE TABLE t (id INT PRIMARY KEY, doc JSON DEFAULT '{}')",
    /can't have a default value[^]*Put it into parentheses/,
  ],
  ['Aria', true, 'CREATE TABLE t (id INT PRIMARY KEY) ENGINE=Aria', /near 'PAGE_CHECKSUM=1'[^]*its own syntax/],
  [
    'PAGE_COMPRESSED',
    true,
    'CREATE TABLE t (id INT PRIMARY KEY) PAGE_COMPRESSED=1',
    /near '`PAGE_COMPRESSED`='1''[^]*its own syntax/i,
  ],
  [
    'an IGNORED index',
    true,
    'CREATE TABLE t (id INT PRIMARY KEY, n INT, KEY (n) IGNORED)',
    /near 'IGNORED[^]*its own syntax/,
  ],
  [
    'a VECTOR index',
    true,
    'CREATE TABLE t (id INT PRIMARY KEY, v VECTOR(2) NOT NULL, VECTOR INDEX (v))',
    /near 'KEY `v`[^]*its own syntax/,
  ],
  [
    'PERIOD FOR',
    true,
    'CREATE TABLE t (id INT PRIMARY KEY, a DATE, b DATE, PERIOD FOR p (a, b))',
    /near 'FOR `p`[^]*its own syntax/,
  ],
])(
  'a dump is refused with %s, and the error says what helps',
  async (_, isCorrected, ddl, refusal) => {
    await expect(read(await dumpOf([ddl], { isCorrected }))).rejects.toThrow(refusal);
  },
  60_000,
);

test('values of generated columns are refused; without these columns, which the end of the dump adds again, the dump is accepted', async () => {
  const table = [
    'CREATE TABLE t (id INT PRIMARY KEY, n INT, twice INT AS (n * 2) VIRTUAL)',
    'INSERT INTO t (id, n) VALUES (1, 2)',
  ];
  await expect(read(await dumpOf(table))).rejects.toThrow(
    /generated column 'twice'[^]*drop those columns before the dump/,
  );
  const end = 'ALTER TABLE t ADD COLUMN twice INT AS (n * 2) VIRTUAL;\n';
  const { rows, database } = await read(await dumpOf([...table, 'ALTER TABLE t DROP COLUMN twice'], { end }));
  expect(rows).toEqual({ t: 1 });
  expect(database.tables[0]?.columns.map(({ name }) => name)).toEqual(['id', 'n', 'twice']);
}, 60_000);
