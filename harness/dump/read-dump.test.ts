import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import { readDump } from './read-dump.ts';
import { scanDump } from './scan-dump.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dump-'));
afterAll(() => rmSync(root, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const whole = path.join(root, name);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

/** Returns the kind, name and database of each statement. */
async function statements(dump: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { kind, name, of } of readDump(dump)) all.push([kind, name, of].filter(Boolean).join(' '));
  return all;
}

const HEAD = '-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n';
const TABLE = 'CREATE TABLE `item` (`id` INT PRIMARY KEY, `name` VARCHAR(20));\n';
const ROWS = "INSERT INTO `item` VALUES (1,'ä;b');\n";
const END = '-- Dump completed on 2026-11-24\n';
const WHOLE = HEAD + TABLE + ROWS + END;
const ITS_STATEMENTS = ['table item shop', 'rows item shop'];

test.each([
  ['plain', 'a.sql', WHOLE],
  ['gzip', 'a.sql.gz', gzipSync(WHOLE)],
  ['gzip with another file extension', 'b.sql', gzipSync(WHOLE)],
  ['two members of gzip', 'c.sql.gz', Buffer.concat([gzipSync(HEAD + TABLE), gzipSync(ROWS + END)])],
  ['zstd', 'a.sql.zst', zstdCompressSync(WHOLE)],
  ['two frames of zstd', 'c.sql.zst', Buffer.concat([zstdCompressSync(HEAD + TABLE), zstdCompressSync(ROWS + END)])],
  ['with a byte order mark', 'd.sql', `\uFEFF${WHOLE}`],
])('a dump is read, %s', async (_, name, content) => {
  expect(await statements(file(name, content))).toEqual(ITS_STATEMENTS);
});

test.each([
  ['cut off in a statement', 'cut1.sql', HEAD + TABLE + ROWS.slice(0, -5), /ends inside a statement[^]*cut1\.sql:/],
  ['cut off between two', 'cut2.sql', HEAD + TABLE + ROWS, /cut off between two statements/],
  ['cut off in gzip', 'cut3.sql.gz', gzipSync(WHOLE).subarray(0, -12), /cannot be read to its end/],
  ['cut off in zstd', 'cut4.sql.zst', zstdCompressSync(WHOLE).subarray(0, -3), /cannot be read to its end/],
  ['not gzip, although named so', 'no.sql.gz', WHOLE, /named \.gz, but does not begin like one/],
  ['UTF-16', 'wide.sql', Buffer.from(`\uFEFF${WHOLE}`, 'utf16le'), /not a MySQL dump[^]*UTF-16/],
  ['Latin-1', 'latin.sql', Buffer.from(HEAD + TABLE + ROWS + END, 'latin1'), /not UTF-8[^]*latin\.sql:5/],
  ['a zip', 'zip.sql', Buffer.from('PK\u0003\u0004rest'), /a zip archive/],
  ['empty', 'empty.sql', '', /dump is empty/],
  [
    'a statement that is neither schema nor rows',
    'grant.sql',
    `${TABLE}GRANT ALL ON *.* TO a;\n`,
    /neither schema[^]*grant\.sql:2/,
  ],
  [
    'a setting of the whole server',
    'set.sql',
    `SET GLOBAL max_connections = 5;\n${TABLE}`,
    /neither schema[^]*set\.sql:1/,
  ],
])('refused: %s', async (_, name, content, expected) => {
  await expect(statements(file(name, content))).rejects.toMatchObject({ outcome: 'usage' });
  await expect(statements(path.join(root, name))).rejects.toThrow(expected);
});

test('Latin-1 is accepted if the dump says so', async () => {
  const content = Buffer.from(`SET NAMES latin1;\n${TABLE}${ROWS}`, 'latin1');
  expect(await statements(file('said.sql', content))).toEqual(['setting', 'table item', 'rows item']);
});

test('the contents of the database that is asked for are returned', async () => {
  const dump = file(
    'two.sql',
    `CREATE DATABASE a; USE a; ${TABLE} CREATE VIEW v AS SELECT 1; CREATE DATABASE b; USE b; ${TABLE} ${ROWS}`,
  );
  await expect(scanDump(dump)).rejects.toThrow(/several databases[^]*a, b/);
  await expect(scanDump(dump, { database: 'c' })).rejects.toThrow(/does not contain that database/);
  expect(await scanDump(dump, { database: 'a' })).toMatchObject({ tables: [{ name: 'item', bytes: 0 }], views: ['v'] });
  expect((await scanDump(dump, { database: 'b' })).tables[0]?.bytes).toBeGreaterThan(0);
});

test('a dump without a table is refused', async () => {
  await expect(scanDump(file('rows.sql', ROWS))).rejects.toThrow(/creates no table[^]*no-create-info/);
  await expect(scanDump(file('none.sql', 'SET NAMES utf8mb4;\n'))).rejects.toThrow(/creates no table/);
});

test('a folder of mydumper is read in the order in which it can be loaded', async () => {
  const folder = 'mydumper';
  file(`${folder}/metadata`, '# Started dump at: now\nquote-character = BACKTICK\n');
  file(`${folder}/shop-schema-create.sql`, 'CREATE DATABASE `shop`;\n');
  file(`${folder}/shop.item-schema.sql.gz`, gzipSync(TABLE));
  file(`${folder}/shop.item.00000.sql`, ROWS);
  file(`${folder}/shop.item.00001.sql`, ROWS);
  file(`${folder}/shop.cheap-schema.sql`, 'CREATE TABLE `cheap` (`id` INT);\n');
  file(`${folder}/shop.cheap-schema-view.sql`, 'CREATE VIEW `cheap` AS SELECT 1 AS id;\n');
  file(`${folder}/shop.item-schema-triggers.sql`, 'CREATE TRIGGER t BEFORE INSERT ON item FOR EACH ROW SET @a = 1;\n');
  expect(await statements(path.join(root, folder))).toEqual([
    'setting',
    'database shop shop',
    'table item shop',
    'rows item shop',
    'rows item shop',
    'trigger t shop',
    'view cheap shop',
  ]);
});

test('a folder of MySQL Shell is read, its rows as INSERTs', async () => {
  const folder = 'shell';
  file(`${folder}/@.json`, JSON.stringify({ schemas: ['shop'], basenames: { shop: 'shop' }, tzUtc: true }));
  file(`${folder}/@.done.json`, '{}');
  file(`${folder}/shop.json`, JSON.stringify({ tables: ['item'], views: [], basenames: { item: 'shop@item' } }));
  file(
    `${folder}/shop@item.json`,
    JSON.stringify({ options: { columns: ['id', 'name'], decodeColumns: { name: 'FROM_BASE64' } } }),
  );
  file(`${folder}/shop.sql`, 'CREATE DATABASE IF NOT EXISTS `shop`;\n');
  file(`${folder}/shop@item.sql`, TABLE);
  file(`${folder}/shop@item@@0.tsv.zst`, zstdCompressSync("1\tYQ==\n2\t\\N\n3\tit's\n"));
  const rows: string[] = [];
  for await (const { kind, bytes } of readDump(path.join(root, folder)))
    if (kind === 'rows') rows.push(bytes.toString());
  expect(rows).toEqual([
    "INSERT INTO `item` (`id`, `name`) VALUES('1',FROM_BASE64('YQ==')),('2',NULL),('3',FROM_BASE64('it\\'s'))",
  ]);
  expect(await statements(path.join(root, folder))).toEqual([
    'setting',
    'setting',
    'setting',
    'table item shop',
    'rows item shop',
    'database shop shop',
  ]);
});

test.each([
  ['of a mydumper that did not end', { 'metadata.partial': '' }, /mydumper did not end/],
  ['of a MySQL Shell that did not end', { '@.json': '{}' }, /MySQL Shell did not end/],
  ['of something else', { 'readme.txt': 'hello' }, /does not contain a dump[^]*readme\.txt/],
  [
    'of mydumper with other quotes',
    { metadata: 'quote-character = DOUBLE_QUOTE\n' },
    /cannot be read here[^]*DOUBLE_QUOTE/,
  ],
])('refused: a folder %s', async (what, files, expected) => {
  const folder = what.replaceAll(' ', '-');
  for (const [name, content] of Object.entries(files)) file(`${folder}/${name}`, content);
  await expect(statements(path.join(root, folder))).rejects.toThrow(expected);
});
