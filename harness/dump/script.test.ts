import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import { dumpFiles } from './files.ts';
import { Script } from './script.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dump-'));
afterAll(() => rmSync(root, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const whole = path.join(root, name);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

interface Read {
  readonly text: string;
  readonly script: Script;
  readonly notes: readonly string[];
}

async function read(...dumps: readonly string[]): Promise<Read> {
  const files = (await Promise.all(dumps.map(async (dump) => (await dumpFiles(dump)).files))).flat();
  const notes: string[] = [];
  const script = new Script(files, {
    onBytes: () => undefined,
    onRead: () => undefined,
    note: (text) => notes.push(text),
  });
  const pieces: Buffer[] = [];
  for await (const piece of script.bytes()) pieces.push(Buffer.from(piece));
  return { text: Buffer.concat(pieces).toString('latin1'), script, notes };
}

const SQL = 'CREATE TABLE `item` (`id` INT PRIMARY KEY);\nINSERT INTO `item` VALUES (1);\n';

test.each([
  ['plain', 'a.sql', SQL],
  ['gzip', 'a.sql.gz', gzipSync(SQL)],
  ['gzip with another file extension', 'b.sql', gzipSync(SQL)],
  ['two members of gzip', 'c.sql.gz', Buffer.concat([gzipSync(SQL.slice(0, 20)), gzipSync(SQL.slice(20))])],
  ['zstd', 'a.sql.zst', zstdCompressSync(SQL)],
  ['two frames of zstd', 'c.sql.zst', Buffer.concat([zstdCompressSync(SQL), zstdCompressSync('')])],
  ['with a byte order mark', 'd.sql', `\uFEFF${SQL}`],
  ['without a last newline', 'e.sql', SQL.trimEnd()],
])('a file is passed on unchanged: %s', async (_, name, content) => {
  expect((await read(file(name, content))).text).toBe(SQL);
});

test.each([
  ['cut off in gzip', 'cut.sql.gz', gzipSync(SQL).subarray(0, -12), /cannot be read to its end/],
  ['cut off in zstd', 'cut.sql.zst', zstdCompressSync(SQL).subarray(0, -3), /cannot be read to its end/],
  ['not gzip, although named so', 'no.sql.gz', SQL, /named \.gz, but does not begin like one/],
  ['UTF-16', 'wide.sql', Buffer.from(`\uFEFF${SQL}`, 'utf16le'), /not a MySQL dump[^]*UTF-16/],
  ['a zip', 'zip.sql', Buffer.from('PK\u0003\u0004rest'), /a zip archive/],
  ['empty', 'empty.sql', '', /dump is empty/],
])('a file that is not a dump is refused: %s', async (_, name, content, message) => {
  await expect(read(file(name, content))).rejects.toThrow(message);
});

test('a file that source names is read from beside the script in place of that line, and lines keep their numbers', async () => {
  file('parts/one.sql', 'A1;\nA2;\n');
  file('parts/two.sql.gz', gzipSync('B1;'));
  const whole = file('parts/all.sql', 'X1;\nsource one.sql\nX3;\n\\. two.sql.gz;\nX5;\nsource none.sql\n');
  const { text, script } = await read(whole);
  expect(text).toBe('X1;\nA1;\nA2;\nX3;\nB1;\nX5;\nsource none.sql\n');
  const places = Array.from({ length: 7 }, (_, at) => script.placeOf(at + 1));
  expect(places.map((place) => `${path.basename(place?.file ?? '')}:${place?.line}`)).toEqual([
    'all.sql:1',
    'one.sql:1',
    'one.sql:2',
    'all.sql:3',
    'two.sql.gz:1',
    'all.sql:5',
    'all.sql:6',
  ]);
});

test('a file that includes itself comes to an end', async () => {
  const { text } = await read(file('self.sql', 'X;\nsource self.sql\n'));
  expect(text).toMatch(/^(?:X;\n)+source self\.sql\n/);
});

test('modes that MySQL 8 no longer has are left out, with a note', async () => {
  const { text, notes } = await read(
    file(
      'old.sql',
      "/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER' */ ;\n" +
        "/*!50003 SET sql_mode = 'NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION' */ ;\nSET sql_mode = 'ANSI';\n",
    ),
  );
  expect(text).toBe(
    "/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES' */ ;\n" +
      "/*!50003 SET sql_mode = 'NO_ENGINE_SUBSTITUTION' */ ;\nSET sql_mode = 'ANSI';\n",
  );
  expect(notes.join()).toMatch(/old\.sql: sql_mode/);
});

test('MariaDB’s command to its own client is not passed on', async () => {
  const { text } = await read(file('maria.sql', '/*M!999999\\- enable the sandbox mode */ \nX;\n'));
  expect(text).toBe('\nX;\n');
});

test('the server’s own databases are left out until another one is used, and lines keep their numbers', async () => {
  const { text, script, notes } = await read(
    file('all.sql', 'A;\nUSE `mysql`;\nDELETE FROM user;\nsource x.sql\nuse shop -- mine\nB;\nUSE sys\nC;\n'),
  );
  expect(text).toBe('A;\n\n\n\nuse shop -- mine\nB;\n\n\n');
  expect(script.placeOf(6)?.line).toBe(6);
  expect(notes).toHaveLength(2);
});

test('rows in lines that are longer than a chunk are passed on as they are', async () => {
  const long = `INSERT INTO t VALUES ('${'x'.repeat(2_500_000)}');\nsource no.sql\nNEXT;\n`;
  const { text, script } = await read(file('long.sql', long));
  expect(text).toBe(long);
  expect(script.placeOf(3)?.line).toBe(3);
});

test('files of a folder are read in their database, and a delimiter does not carry over to the next file', async () => {
  file('my/metadata', 'Finished dump at: 2026-11-24\n');
  file('my/shop-schema-create.sql', 'CREATE DATABASE `shop`;\n');
  file('my/shop.item-schema.sql', 'CREATE TABLE item (id INT);\nDELIMITER //\n');
  file('my/shop.item.00000.sql', 'INSERT INTO item VALUES (1);\n');
  const { text, script } = await read(path.join(root, 'my'));
  expect(text).toBe(
    'CREATE DATABASE `shop`;\nDELIMITER ;\nCREATE DATABASE IF NOT EXISTS `shop`; USE `shop`;\n' +
      'CREATE TABLE item (id INT);\nDELIMITER //\nDELIMITER ;\nINSERT INTO item VALUES (1);\n',
  );
  expect(script.placeOf(3)).toBeNull();
  expect(script.placeOf(7)).toEqual({ file: path.join(root, 'my/shop.item.00000.sql'), line: 1 });
});
