import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { DumpOnVolume, type DumpContents, type ReadIntoOptions } from '../../harness/dump/read-dump.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { leftOf, ownedBy } from '../../harness/jest/ended-run.ts';
import { startMysql } from '../../harness/jest/lone-mysql.ts';
import { startRoundtrip } from '../../harness/jest/roundtrip.ts';
import { EVERYTHING, sharedScratch } from '../../harness/jest/shared-scratch.ts';
import { setUp, type SetUp } from '../../harness/run/set-up.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: files as real tools and people write them are read as MySQL's own client reads them, nothing is left out
// silently, and what MySQL refuses is reported with its place, its statement and what helps.

let folder = '';
let engine: SetUp;
/** For files that set nothing on the whole server. */
const shared = sharedScratch();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-files-'));
  engine = await setUp(new Recorder());
}, 900_000);

afterAll(async () => await rm(folder, { recursive: true }));

type Text = string | Buffer | Readonly<Record<string, string | Buffer>>;

/** @param text the file, or the files of a folder by their names. */
async function written(text: Text): Promise<string> {
  const isFile = typeof text === 'string' || Buffer.isBuffer(text);
  const file = isFile ? path.join(folder, 'shop.sql') : await mkdtemp(path.join(folder, 'dump-'));
  if (isFile) await writeFile(file, text);
  else for (const [name, content] of Object.entries(text)) await writeFile(path.join(file, name), content);
  return file;
}

/** Reads it on a server of its own, as a rehearsal does. */
async function read(text: Text, leaveOut: ReadIntoOptions['leaveOut'] = []) {
  const notes: string[] = [];
  const note = (told: string) => notes.push(told);
  const dump = await DumpOnVolume.read(await written(text), { ...EVERYTHING, ...engine, settings: {}, leaveOut, note });
  return { dump, notes, ...toldBy(dump.contents) };
}

async function readShared(text: Text) {
  return toldBy(await shared.read(await written(text)));
}

function toldBy({ database, rows }: DumpContents) {
  return {
    name: database.name,
    collation: database.collation,
    views: database.views.map((view) => view.name),
    rows: Object.fromEntries(rows),
  };
}

const ITEM = 'CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20));\n';

test.each([
  [
    'use without a delimiter',
    `CREATE DATABASE crm;\nuse crm\n${ITEM}CREATE TABLE coupon (id INT PRIMARY KEY);\n`,
    'crm',
    { item: 0, coupon: 0 },
  ],
  [
    'a stand-in table that becomes a view, as phpMyAdmin writes it',
    `${ITEM}CREATE TABLE IF NOT EXISTS \`names\` (\`name\` VARCHAR(20));\nDROP TABLE IF EXISTS \`names\`;\nCREATE VIEW \`names\` AS SELECT name FROM item;\n`,
    'commerce',
    { item: 0 },
  ],
  [
    'statements of an install script',
    `${ITEM}INSERT INTO item VALUES (1, 'a'), (2, 'b');\nUPDATE item SET name = UPPER(name);\nSELECT * FROM item;\nDELETE FROM item WHERE id = 2;\nSET @n = (SELECT COUNT(*) FROM item);\n`,
    'commerce',
    { item: 1 },
  ],
  ['a DELIMITER that nobody ends', `DELIMITER //\n${ITEM.replace(';', '//')}`, 'commerce', { item: 0 }],
  [
    'a DELIMITER after a comment, and a database that is created and not used',
    `/* by hand */\nCREATE DATABASE shelf;\n/* a\n procedure */\nDELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END //\nDELIMITER ;\n${ITEM}`,
    'commerce',
    { item: 0 },
  ],
  ['an account, and no database', `CREATE USER app@'%' IDENTIFIED BY 'x';\n${ITEM}`, 'commerce', { item: 0 }],
  [
    'a statement that needs a database, and one with a name of its own',
    'DROP TABLE IF EXISTS item;\nCREATE DATABASE `c.r.m`;\nCREATE TABLE `c.r.m`.item (id INT PRIMARY KEY);\n',
    'c.r.m',
    { item: 0 },
  ],
  ['a last statement without a semicolon', `${ITEM}INSERT INTO item VALUES (1, 'a')`, 'commerce', { item: 1 }],
  ['a table that is created twice, with DROP before it', `${ITEM}DROP TABLE item;\n${ITEM}`, 'commerce', { item: 0 }],
  [
    'the name in a comment of mysqldump',
    `-- MySQL dump 10.13\n--\n-- Host: localhost    Database: crm\n${ITEM}`,
    'crm',
    { item: 0 },
  ],
])('a file is read: %s', async (_, text, name, rows) => {
  const found = await readShared(text);
  expect([found.name, found.rows]).toEqual([name, rows]);
});

test('the collation of the database alone decides which keys are equal', async () => {
  const text =
    'CREATE DATABASE crm CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\nUSE crm;\n' +
    "CREATE TABLE word (w VARCHAR(20) PRIMARY KEY);\nINSERT INTO word VALUES ('a'), ('A'), ('ä');\n";
  const found = await readShared(text);
  expect(found).toMatchObject({ rows: { word: 3 }, collation: 'utf8mb4_bin' });
});

test('what a dump does to the whole server stays on that server and is reported, and its definers exist', async () => {
  const text =
    "SET @@SESSION.SQL_LOG_BIN= 0;\nSET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5';\n" +
    `SET PERSIST max_connections = 77;\nSET GLOBAL max_user_connections = 7;\n${ITEM}` +
    'CREATE DEFINER=`boss`@`%` TRIGGER t BEFORE INSERT ON item FOR EACH ROW SET NEW.name = UPPER(NEW.name);\n' +
    'CREATE DEFINER=`boss`@`%` VIEW v AS SELECT * FROM item;\n';
  const { dump, notes } = await read(text, ['views']);
  await using found = dump;
  expect(notes.join('\n')).toMatch(/not carried over.*: max_connections = 77, max_user_connections = 7;/);
  expect(notes.join('\n')).toMatch(/created.*boss@%/);
  expect(found.contents.leftOut).toEqual(new Map([['views', 1]]));
  await using server = await startMysql('commerce', {}, { volume: found.volume });
  await withConnection(server.mysql.harnessEndpoint, async (connection) => {
    const [row] = await queryRows<Record<string, string>>(
      connection,
      'SELECT @@max_connections AS connections, @@GLOBAL.gtid_purged AS purged, @@log_bin AS binlog',
    );
    expect(row).toMatchObject({ purged: '', binlog: '1' });
    expect(Number(row?.['connections'])).not.toBe(77);
    await connection.query("INSERT INTO item VALUES (1, 'a')");
    const [item] = await queryRows<{ name: string }>(connection, 'SELECT name FROM item');
    expect(item).toEqual({ name: 'A' });
    const views = await queryRows(connection, "SHOW FULL TABLES WHERE Table_type = 'VIEW'");
    expect(views).toEqual([]);
  });
});

test('a dump of all databases is read without the server’s own, whose accounts would lock this harness out', async () => {
  const text =
    `CREATE DATABASE crm;\nUSE crm;\n${ITEM}CREATE DATABASE IF NOT EXISTS mysql;\n\n` +
    'USE `mysql`;\n\n' +
    "DELETE FROM user WHERE user NOT LIKE 'mysql.%' AND user <> 'root';\nFLUSH PRIVILEGES;\n";
  const found = await read(text);
  await using _dump = found.dump;
  expect(found.rows).toEqual({ item: 0 });
  expect(found.notes.join('\n')).toMatch(/left out.*database mysql/);
});

test.each([
  ['wrong syntax', `${ITEM}\n-- a comment\nCREATE TABEL b (id INT);\n`, /right syntax[^]*shop\.sql:4: CREATE TABEL b/],
  [
    'wrong syntax at the end',
    `${ITEM}CREATE TABEL b (id INT); -- last\n`,
    /right syntax[^]*shop\.sql:2: CREATE TABEL b/,
  ],
  [
    'a file cut off in a statement',
    `${ITEM}INSERT INTO item VALUES (1, 'a'), (2, `,
    /ends inside a statement[^]*shop\.sql:2/,
  ],
  ['a file cut off in quotes', `${ITEM}INSERT INTO item VALUES (1, 'a`, /ends inside a statement[^]*shop\.sql:2/],
  [
    'a zero date',
    `CREATE TABLE d (id INT PRIMARY KEY, at DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');\n`,
    /Invalid default[^]*NO_ZERO_DATE in its sql_mode[^]*source\.settings/,
  ],
  [
    'two databases',
    `CREATE DATABASE a;\nUSE a;\n${ITEM}CREATE DATABASE b;\nUSE b;\n${ITEM}`,
    /several databases[^]*a, b/,
  ],
  ['no table', 'SELECT 1;\n', /creates no table/],
  [
    'MariaDB’s own collation',
    '/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19-11.4.2-MariaDB\nCREATE TABLE a (id INT PRIMARY KEY) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;\n',
    /uca1400[^]*shop\.sql:3[^]*MariaDB made this dump[^]*own collations/,
  ],
  [
    'MariaDB’s own syntax',
    '-- MariaDB dump 10.19\nCREATE TABLE a (id INT PRIMARY KEY) WITH SYSTEM VERSIONING;\n',
    /MariaDB made this dump[^]*SYSTEM VERSIONING/,
  ],
  [
    'Latin-1',
    Buffer.from(`${ITEM}INSERT INTO item VALUES (1, 'B\u00e4r');\n`, 'latin1'),
    /Incorrect string value[^]*shop\.sql:2[^]*not in UTF-8/,
  ],
  ['two rows with one key', `${ITEM}INSERT INTO item VALUES (1, 'a'), (1, 'b');\n`, /Duplicate entry[^]*shop\.sql:2/],
  ['a file that does not exist', `${ITEM}source other.sql\n`, /other\.sql[^]*shop\.sql:2[^]*beside the dump/],
])('what MySQL refuses is reported: %s', async (_, text, message) => {
  await expect(readShared(text)).rejects.toThrow(message);
});

const SHELL = {
  '@.json': JSON.stringify({ schemas: ['shop'], basenames: { shop: 'shop' }, tzUtc: true }),
  '@.done.json': '{}',
  'shop.json': JSON.stringify({ tables: ['item'], views: ['v'], basenames: { item: 'shop@item', v: 'shop@v' } }),
  'shop.sql': 'CREATE DATABASE IF NOT EXISTS `shop` COLLATE utf8mb4_bin;\nUSE `shop`;\n',
  'shop@item.sql': 'CREATE TABLE IF NOT EXISTS `item` (`id` INT PRIMARY KEY, `name` VARCHAR(20), `b` BLOB);\n',
  'shop@item.json': JSON.stringify({
    options: { columns: ['id', 'name', 'b'], decodeColumns: { b: 'FROM_BASE64' }, fieldsTerminatedBy: '\t' },
  }),
  'shop@v.pre.sql': 'CREATE VIEW `v` AS SELECT 1 AS `id`;\n',
  'shop@v.sql': 'DROP VIEW IF EXISTS `v`;\nCREATE VIEW `v` AS SELECT `id` FROM `item`;\n',
  'shop@item@@0.tsv.zst': zstdCompressSync("1\ta\tYQA=\n2\t\\N\t\\N\n3\tit's \\\\ \\\t ü\tAP8=\n"),
};

test('a folder made by MySQL Shell is read, with every byte of its rows of text', async () => {
  const found = await read(SHELL);
  await using dump = found.dump;
  expect(found).toMatchObject({ name: 'shop', collation: 'utf8mb4_bin', views: ['v'], rows: { item: 3 } });
  await using server = await startMysql('shop', {}, { volume: dump.volume });
  const rows = await withConnection(
    server.mysql.harnessEndpoint,
    async (connection) => await queryRows(connection, 'SELECT id, name, HEX(b) AS b FROM item ORDER BY id'),
  );
  expect(rows).toEqual([
    { id: 1, name: 'a', b: '6100' },
    { id: 2, name: null, b: null },
    { id: 3, name: "it's \\ \t ü", b: '00FF' },
  ]);
});

test('rows of text that are cut off are reported', async () => {
  const cut = zstdCompressSync('1\ta\tYQA=\n2\tb');
  await expect(readShared({ ...SHELL, 'shop@item@@0.tsv.zst': cut })).rejects.toThrow(
    /rows of a file would not be read unchanged[^]*item@@0/,
  );
});

test('a folder made by mydumper is read, with the stand-in for a view', async () => {
  const found = await readShared({
    metadata: '# Started dump at: now\nquote-character = BACKTICK\n',
    'shop-schema-create.sql': 'CREATE DATABASE `shop` COLLATE utf8mb4_bin;\n',
    'shop.item-schema.sql.gz': gzipSync(ITEM),
    'shop.item.00000.sql': "INSERT INTO `item` VALUES (1,'a');\n",
    'shop.item.00001.sql': "INSERT INTO `item` VALUES (2,'b');\n",
    'shop.v-schema.sql': 'CREATE TABLE `v` (`id` INT);\n',
    'shop.v-schema-view.sql':
      'DROP TABLE IF EXISTS `v`;\nDROP VIEW IF EXISTS `v`;\nCREATE VIEW `v` AS SELECT id FROM item;\n',
  });
  expect(found).toEqual({ name: 'shop', collation: 'utf8mb4_bin', views: ['v'], rows: { item: 2 } });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a rehearsal that is ended by %s while a dump is read leaves nothing behind',
  async (signal) => {
    await writeFile(path.join(folder, 'slow.sql'), `${ITEM}SELECT SLEEP(60);\n`);
    const config = path.join(folder, 'roundtrip.config.json');
    await writeFile(config, JSON.stringify({ source: { file: 'slow.sql' } }));
    const temporary = await mkdtemp(path.join(folder, 'tmp-'));
    const command = ['rehearse', '--config', config, '--artifacts', path.join(folder, 'artifacts')];
    const running = startRoundtrip(command, { TMPDIR: temporary });
    const pid = running.pid!;
    // A network, a container, and the volume with the data.
    await waitFor({ what: 'a server that reads', timeoutMs: 60_000 }, async () => {
      const owned = await ownedBy(pid);
      return { done: owned.length === 3 || undefined, seen: `${owned.length} owned` };
    });
    running.kill(signal);
    const { exitCode } = await running;
    expect(exitCode).toBe(signal === 'SIGTERM' ? 2 : undefined);
    expect(await leftOf(pid)).toEqual([]);
    // The file by which testcontainers locks stays, for whoever runs next.
    await waitFor({ what: 'no temporary folder of ours', timeoutMs: 10_000 }, async () => {
      const left = (await readdir(temporary)).filter((name) => name.startsWith('vitess-roundtrip-'));
      return { done: left.length === 0 || undefined, seen: left.join(', ') };
    });
  },
);
