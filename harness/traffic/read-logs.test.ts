import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import { bytesOf, textOf } from './lines.ts';
import { readLogs } from './read-logs.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'traffic-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function read(content: string | Buffer, database = 'shop') {
  const file = path.join(folder, `${++files}.log`);
  writeFileSync(file, content);
  return await readLogs([file], { database, isAnsi: false, onProgress: () => undefined });
}

const connect = (database: string, id: number) => `2026-11-28T10:00:00.1Z\t   ${id} Init DB\t${database}\n`;
const query = (sql: string, id = 10, at = '10:08:04') => `2026-11-28T${at}.1Z\t   ${id} Query\t${sql}\n`;

test('statements that differ in literals and lengths of lists are kept together, without comments', async () => {
  const { shapes, executions, cutOff } = await read(
    query("SELECT a FROM t WHERE id IN (1, 2) AND b = 'x' /* trace 1 */") +
      query("SELECT a FROM t  WHERE id IN (3,4,-5) AND b = 'it''s' -- trace 2") +
      query("SELECT a FROM t WHERE id IN (1, 2) AND b = 'cut o"),
  );
  expect(shapes.map(({ kind, count, samples }) => [kind, count, samples.length])).toEqual([['read', 2, 2]]);
  expect([executions, cutOff]).toEqual([3, 1]);
  expect(shapes[0]?.samples[0]).toBe("SELECT a FROM t WHERE id IN (1, 2) AND b = 'x'  ");
});

test('transactions are recognised by their connection', async () => {
  const order = (id: number) => [
    query('BEGIN', id),
    query(`INSERT INTO orders VALUES (${id})`, id),
    query('SELECT 1 FROM t', id),
    query('COMMIT', id),
  ];
  const [a, b] = [order(1), order(2)];
  const { transactions, ends } = await read(
    [
      // Two at the same time.
      ...a.flatMap((line, at) => [line, b[at]!]),
      query('SET autocommit=0', 3),
      query('INSERT INTO orders VALUES (3)', 3),
      query('SELECT 1 FROM t', 3),
      query('COMMIT', 3),
      query('UPDATE t SET a = 1', 3),
      query('ROLLBACK', 3),
      query('BEGIN', 4),
      query('UPDATE t SET a = 1', 4),
      query('COMMIT', 4),
      query('START TRANSACTION', 5),
      query('UPDATE t SET a = 1', 5),
      query('UPDATE t SET a = 1', 5),
      query('ROLLBACK TO SAVEPOINT x', 5),
      query('CREATE TABLE x (a INT)', 5),
      query('BEGIN', 6),
      query('UPDATE t SET a = 1', 6),
      '2026-11-28T10:08:04.1Z\t   6 Quit\t\n',
    ].join(''),
  );
  expect(transactions.map(({ shapes, count }) => [shapes.length, count])).toEqual([[2, 3]]);
  expect(transactions[0]?.samples[0]).toEqual(['INSERT INTO orders VALUES (1)', 'SELECT 1 FROM t']);
  expect(ends).toEqual({
    committed: 3,
    rolledBack: 1,
    partlyRolledBack: 1,
    tooLong: 0,
    notWhole: 0,
    lost: 1,
    single: 1,
  });
});

test('a transaction with a statement that was cut off is counted, and not mistaken for one without that statement', async () => {
  const { transactions, ends } = await read(
    query('BEGIN', 1) +
      query('UPDATE t SET a = 1', 1) +
      query("UPDATE t SET b = 'cut o", 1) +
      query('DELETE FROM t', 1) +
      query('COMMIT', 1) +
      query("UPDATE t SET b = 'cut o", 1),
  );
  expect(transactions).toEqual([]);
  expect(ends).toMatchObject({ notWhole: 1, committed: 0, single: 0, lost: 0 });
});

test('bytes that are not text come through as hexadecimal', async () => {
  const bytes = Buffer.from([0xc8, 0x27, 0x00, 0xff, 0x41]);
  const line = Buffer.concat([
    Buffer.from(query('SELECT 1') + "2026-11-28T10:08:04.1Z\t   10 Execute\tSELECT ü FROM t WHERE raw = '"),
    Buffer.from([0xc8, 0x5c, 0x27, 0x5c, 0x30, 0xff, 0x41]),
    Buffer.from("'\n"),
  ]);
  const { shapes } = await read(line);
  expect(shapes[1]?.samples).toEqual([`SELECT ü FROM t WHERE raw = x'${bytes.toString('hex')}'`]);
  expect(bytesOf(textOf(Buffer.from([0x61, 0xe2, 0x82, 0x28, 0xf0, 0x9f, 0x98, 0x80])))).toEqual(
    Buffer.from([0x61, 0xe2, 0x82, 0x28, 0xf0, 0x9f, 0x98, 0x80]),
  );
});

test('a compressed log with carriage returns at the ends of all lines is read', async () => {
  const { shapes } = await read(gzipSync(query('SELECT a\nFROM t').replaceAll('\n', '\r\n')));
  expect(shapes.map(({ samples }) => samples)).toEqual([['SELECT a\nFROM t']]);
});

test('the log tables are read as mysql --batch prints them', async () => {
  const { shapes } = await read(
    'event_time\tuser_host\tthread_id\tserver_id\tcommand_type\targument\n' +
      '2026-11-28 10:08:04.110077\tapp[app] @ h [1.2.3.4]\t10\t1\tConnect\tapp@h on shop using TCP/IP\n' +
      "2026-11-28 10:08:04.110077\tapp[app] @ h [1.2.3.4]\t10\t1\tQuery\tSELECT a\\nFROM t\\tWHERE b = 'x\\\\n'\n",
  );
  expect(shapes.map(({ samples }) => samples)).toEqual([["SELECT a\nFROM t\tWHERE b = 'x\\n'"]]);
});

test('rates are counted by the minute', async () => {
  const { rates } = await read(
    query('SELECT 1', 1, '10:00:00') +
      query('SELECT 1', 1, '10:01:00') +
      query('SELECT 2', 1, '10:01:30') +
      query('SELECT 1', 1, '10:10:00'),
  );
  expect(rates?.seconds).toBe(600);
  expect(rates?.peakPerSecond).toBeCloseTo(2 / 60);
  expect(new Date(rates!.peakAtMs).toISOString()).toBe('2026-11-28T10:01:00.000Z');
});

test('a file that is not a log, and a log of another database, are refused with what was seen', async () => {
  await expect(read('CREATE TABLE t (id INT);\n')).rejects.toThrow(/not a log of MySQL[^]*seen:\s+"CREATE TABLE t/);
  await expect(read('')).rejects.toThrow(/no statement/);
  await expect(read(query('USE crm') + query('SELECT 1'))).rejects.toThrow(/of the database[^]*crm: 2 statements/);
  await expect(
    readLogs([path.join(folder, 'none')], { database: 'x', isAnsi: false, onProgress: () => undefined }),
  ).rejects.toThrow(/cannot be read[^]*ENOENT/);
});

test('if no database is named, the only one in a log is used, with a note; if there are two, neither is', async () => {
  const file = path.join(folder, 'other.log');
  const other = connect('crm', 1) + connect('mysql', 2) + query('SELECT 1 FROM t', 1) + query('SELECT 2 FROM user', 2);
  writeFileSync(file, other);
  const said: string[] = [];
  const options = { database: 'commerce', isAnsi: false, onProgress: () => undefined };
  const onOtherDatabase = (note: string) => said.push(note);
  expect(await readLogs([file], { ...options, onOtherDatabase })).toMatchObject({ executions: 1 });
  expect(said).toEqual(['the log has no statement of commerce; those of crm, its only database, are used']);
  await expect(readLogs([file], options)).rejects.toThrow(/no statement of the database[^]*crm: 1 statements/);
  writeFileSync(file, other + connect('blog', 3) + query('SELECT 1 FROM post', 3));
  await expect(readLogs([file], { ...options, onOtherDatabase })).rejects.toThrow(/no statement of the database/);
});
