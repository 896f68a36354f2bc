import { expect, test } from '@jest/globals';
import { GeneralLog } from './general-log.ts';
import type { LogEntry } from './log-entry.ts';

function entriesOf(text: string): LogEntry[] {
  const log = new GeneralLog();
  return [...log.read(text.split('\n')), ...log.end()];
}

const statements = (text: string) =>
  entriesOf(text).flatMap(({ connection, database, sql }) => (sql === null ? [] : [[connection, database, sql]]));

const BANNER = `/usr/sbin/mysqld, Version: 9.7.4-2 ((Debian)). started with:
Tcp port: 3306  Unix socket: /tmp/mysql.sock
Time                 Id Command    Argument`;

test('statements have the database that their connection is in', () => {
  expect(
    statements(`${BANNER}
2026-11-28T10:08:04.110077Z\t   10 Connect\tapp@10.0.0.1 on shop using TCP/IP
2026-11-28T10:08:04.119365Z\t   10 Query\tSELECT 1
2026-11-28T10:08:04.119366Z\t   11 Connect\tapp@10.0.0.1 on  using TCP/IP
2026-11-28T10:08:04.119367Z\t   11 Query\tSELECT 2
2026-11-28T10:08:04.119368Z\t   11 Init DB\tcrm
2026-11-28T10:08:04.119369Z\t   11 Query\tSELECT 3
2026-11-28T10:08:04.119370Z\t   10 Query\tUSE \`other\`
2026-11-28T10:08:04.119371Z\t   10 Query\tSELECT 4
2026-11-28T10:08:04.119372Z\t   10 Change user\tapp@10.0.0.1 on shop using TCP/IP
2026-11-28T10:08:04.119373Z\t   10 Query\tSELECT 5`),
  ).toEqual([
    ['10', 'shop', 'SELECT 1'],
    ['11', null, 'SELECT 2'],
    ['11', 'crm', 'SELECT 3'],
    ['10', 'other', 'USE `other`'],
    ['10', 'other', 'SELECT 4'],
    ['10', 'shop', 'SELECT 5'],
  ]);
});

test('a statement of several lines keeps them, with a carriage return at the end of one', () => {
  const sql = "UPDATE t SET name = 'x\r\ny\n\n2026'\nWHERE id = 1";
  expect(statements(`2026-11-28T10:08:04.1Z\t   10 Query\t${sql}\n2026-11-28T10:08:04.2Z\t   10 Quit\t`)).toEqual([
    ['10', null, sql],
  ]);
});

test('prepared statements count once, with their values', () => {
  expect(
    statements(`2026-11-28T10:08:04.1Z\t   10 Prepare\tSELECT * FROM t WHERE id = ?
2026-11-28T10:08:04.1Z\t   10 Execute\tSELECT * FROM t WHERE id = 1
2026-11-28T10:08:04.1Z\t   10 Close stmt\t
2026-11-28T10:08:04.1Z\t   10 Query\tPREPARE s FROM ...
2026-11-28T10:08:04.1Z\t   10 Prepare\tSELECT * FROM t WHERE id = ?
2026-11-28T10:08:04.1Z\t   10 Query\tEXECUTE s USING @a
2026-11-28T10:08:04.1Z\t   10 Execute\tSELECT * FROM t WHERE id = 5
2026-11-28T10:08:04.1Z\t   10 Query\tDEALLOCATE PREPARE s`).map(([, , sql]) => sql),
  ).toEqual(['SELECT * FROM t WHERE id = 1', 'SELECT * FROM t WHERE id = 5']);
});

test('a connection that ends, and a server that starts again, end what was open', () => {
  const entries = entriesOf(`${BANNER}
2026-11-28T10:08:04.1Z\t   10 Connect\tapp@h on shop using Socket
2026-11-28T10:08:04.1Z\t   10 Query\tBEGIN
2026-11-28T10:08:04.1Z\t   11 Quit\t
${BANNER}
2026-11-28T10:09:04.1Z\t   10 Query\tCOMMIT`);
  expect(entries.map(({ connection, sql }) => [connection, sql])).toEqual([
    ['10', null],
    ['10', 'BEGIN'],
    ['11', null],
    ['10', null],
    ['10', 'COMMIT'],
  ]);
});

test('the form from before MySQL 5.7, which has times only where they change, is read', () => {
  const entries = entriesOf(`151023 12:00:00\t    1 Query\tSELECT 1
\t\t    2 Query\tSELECT 2
151023  9:00:01\t    1 Query\tSELECT 3`);
  expect(entries.map(({ connection, sql, atMs }) => [connection, sql, new Date(atMs ?? 0).toISOString()])).toEqual([
    ['1', 'SELECT 1', '2015-10-23T12:00:00.000Z'],
    ['2', 'SELECT 2', '2015-10-23T12:00:00.000Z'],
    ['1', 'SELECT 3', '2015-10-23T09:00:01.000Z'],
  ]);
});
