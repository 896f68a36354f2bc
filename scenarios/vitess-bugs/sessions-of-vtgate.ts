import { expect, test } from '@jest/globals';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { messageOf } from '../../harness/errors.ts';
import { openConnection } from '../../harness/mysql-connection.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: vtgate takes some statements that set up a session, or that lock, and does nothing, or something else than
// MySQL, and no error says so, until it was mended.

const { run, moving } = sharedServers();

/** What one session found with its last statement, on MySQL and through vtgate. */
interface Difference {
  readonly bug: string;
  readonly title: string;
  readonly session: readonly string[];
  readonly mysql: unknown;
  readonly vtgate: unknown;
}

const PAIR = ['CREATE TABLE pair (id INT PRIMARY KEY, value INT)', 'INSERT INTO pair VALUES (1, 10)'];

/** A row of an open transaction, which is there only if something has committed it. */
const ADDED = 'SELECT COUNT(*) AS found FROM pair WHERE id = 2';

test.each<Difference>([
  {
    bug: 'autocommit-commits',
    title: 'SET autocommit = 1 commits an open transaction, although it was 1 before',
    session: ['BEGIN', 'INSERT INTO pair VALUES (2, 20)', 'SET autocommit = 1', 'ROLLBACK', ADDED],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'lock-tables',
    title: 'LOCK TABLES locks nothing, and does not commit an open transaction',
    session: ['BEGIN', 'INSERT INTO pair VALUES (2, 20)', 'LOCK TABLES pair WRITE', 'ROLLBACK', 'UNLOCK TABLES', ADDED],
    mysql: '1',
    vtgate: '0',
  },
  {
    bug: 'read-only-session',
    title: 'a session that was set to read only writes',
    session: ['SET SESSION TRANSACTION READ ONLY', 'INSERT IGNORE INTO pair VALUES (2, 20)', ADDED],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'next-transaction',
    title: 'what SET TRANSACTION says of the next transaction lasts for the session',
    session: [
      'SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED',
      'BEGIN',
      'SELECT id FROM pair',
      'COMMIT',
      'SELECT @@transaction_isolation AS found',
    ],
    mysql: 'REPEATABLE-READ',
    vtgate: 'READ-UNCOMMITTED',
  },
  {
    bug: 'block-encryption-mode',
    title: 'AES_ENCRYPT encrypts in another mode than the one that was set',
    session: [
      "SET block_encryption_mode = 'aes-256-cbc'",
      "SELECT HEX(AES_ENCRYPT('text', 'key', '0123456789abcdef')) AS found",
    ],
    mysql: '39B083A54C0F1886C45FC459BB3F4F07',
    vtgate: '15E36637363712FC2E699B9C95B75393',
  },
  {
    bug: 'collation-of-a-session',
    title: 'texts are compared in another collation than the one that was set',
    session: ['SET NAMES utf8mb4 COLLATE utf8mb4_bin', "SELECT 'a' = 'A' AS found"],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'max-execution-time',
    title: 'a limit for the time of statements is not set',
    session: ['SET max_execution_time = 10', 'SELECT @@max_execution_time AS found'],
    mysql: '10',
    vtgate: '0',
  },
  {
    bug: 'warnings',
    title: 'SHOW WARNINGS does not say that a value was cut',
    session: ['INSERT IGNORE INTO pair VALUES (3, 99999999999)', 'SHOW WARNINGS'],
    mysql: 1264,
    vtgate: undefined,
  },
])('$title', async ({ bug, session, mysql, vtgate }) => {
  const { cluster } = run();
  await using direct = await moving(['pair'], PAIR);
  expect(await lastOf(cluster.source.applicationEndpoint, session)).toEqual(mysql);
  await direct.on('source', ['DELETE FROM pair WHERE id > 1']);
  const through = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  expect(await lastOf(through, session)).toEqual((await stillSo(bug, run())) ? vtgate : mysql);
});

/** Returns the one value that a session's last statement finds. MySQL may refuse those before it. */
async function lastOf(endpoint: ConnectionOptions, session: readonly string[]): Promise<unknown> {
  // As an application sends them, without a limit of ours.
  const connection = await openConnection(endpoint, null);
  try {
    for (const statement of session.slice(0, -1)) await connection.query(statement).catch(() => undefined);
    const [row] = await queryRows<{ found?: unknown; Code?: unknown }>(connection, session.at(-1)!);
    return row?.found ?? row?.Code;
  } finally {
    connection.destroy();
  }
}

/** Returns the bytes of a city's name, as a client gets them that speaks latin1. */
async function bytesInLatin1(connection: Connection): Promise<string> {
  await connection.query('SET NAMES latin1');
  const [rows] = await connection.query({ sql: 'SELECT name FROM city', typeCast: (field) => field.buffer() });
  const [row] = z.tuple([z.object({ name: z.instanceof(Buffer) })]).parse(rows);
  return row.name.toString('hex');
}

test('a client that speaks latin1 is answered in utf8mb4', async () => {
  const { cluster } = run();
  await using tables = await moving(
    ['city'],
    ['CREATE TABLE city (name VARCHAR(9)) CHARACTER SET utf8mb4', "INSERT INTO city VALUES ('Ä')"],
  );
  expect(await withConnection(cluster.source.applicationEndpoint, bytesInLatin1)).toBe('c4');
  const through = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  const isSo = await stillSo('client-in-latin1', tables.run);
  expect(await withConnection(through, bytesInLatin1)).toBe(isSo ? 'c384' : 'c4');
});

test('SELECT … INTO a variable ends the connection', async () => {
  const { cluster } = run();
  await using tables = await moving(['pair'], PAIR);
  const session = ['SELECT value INTO @kept FROM pair', 'SELECT @kept AS found'];
  expect(String(await lastOf(cluster.source.applicationEndpoint, session))).toBe('10');
  const through = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  const kept = await lastOf(through, session).catch(messageOf);
  expect(String(kept)).toMatch((await stillSo('select-into-variable', tables.run)) ? /closed/ : /^10$/);
});
