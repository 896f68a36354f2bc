import { expect, test } from '@jest/globals';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { messageOf } from '../../harness/errors.ts';
import { openConnection } from '../../harness/mysql-connection.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: in versions without the fix, vtgate accepts some statements that set up a session, or that lock, and without
// an error does nothing, or something other than MySQL does.

const { run, moving } = sharedServers();

/** What a session's last statement finds, on MySQL and through vtgate. */
interface Difference {
  readonly bug: string;
  readonly title: string;
  /** How the client connects, apart from the address. */
  readonly handshake?: Pick<ConnectionOptions, 'charset'>;
  readonly session: readonly string[];
  readonly mysql: unknown;
  /** The statements that MySQL refuses. vtgate accepts all of them, as long as the bug is there. */
  readonly refusedByMysql?: readonly string[];
  readonly vtgate: unknown;
}

const PAIR = ['CREATE TABLE pair (id INT PRIMARY KEY, value INT)', 'INSERT INTO pair VALUES (1, 10)'];

const ADD = 'INSERT INTO pair VALUES (2, 20)';
/** The row that ADD inserts. If that was in an open transaction, it is there only if something has committed it. */
const ADDED = 'SELECT COUNT(*) AS found FROM pair WHERE id = 2';

const EQUAL = "SELECT 'a' = 'A' AS found";

test.each<Difference>([
  {
    bug: 'autocommit-commits',
    title: 'SET autocommit = 1 commits an open transaction, although it was 1 before',
    session: ['BEGIN', ADD, 'SET autocommit = 1', 'ROLLBACK', ADDED],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'lock-tables',
    title: 'LOCK TABLES locks nothing, and does not commit an open transaction',
    session: ['BEGIN', ADD, 'LOCK TABLES pair WRITE', 'ROLLBACK', 'UNLOCK TABLES', ADDED],
    mysql: '1',
    vtgate: '0',
  },
  {
    bug: 'read-only-session',
    title: 'a session that was set to read only writes',
    session: ['SET SESSION TRANSACTION READ ONLY', ADD, ADDED],
    mysql: '0',
    refusedByMysql: [ADD],
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
    session: ['SET NAMES utf8mb4 COLLATE utf8mb4_bin', EQUAL],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'collation-of-a-session',
    title: 'texts are compared in another collation than that of collation_connection',
    session: ['SET collation_connection = utf8mb4_bin', EQUAL],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'collation-of-a-session',
    title: 'texts are compared in another collation than the one that the client connected with',
    handshake: { charset: 'utf8mb4_bin' },
    session: [EQUAL],
    mysql: '0',
    vtgate: '1',
  },
  {
    bug: 'max-execution-time',
    title: 'a statement runs on beyond the limit of time that was set',
    // MySQL ends the statement, which then finds 1.
    session: ['SET max_execution_time = 10', 'SELECT SLEEP(1) AS found'],
    mysql: '1',
    vtgate: '0',
  },
  {
    bug: 'warnings',
    title: 'SHOW WARNINGS does not say that a value was cut',
    session: ['INSERT IGNORE INTO pair VALUES (3, 99999999999)', 'SHOW WARNINGS'],
    mysql: 1264,
    vtgate: undefined,
  },
])('$title', async ({ bug, handshake, session, mysql, refusedByMysql = [], vtgate }) => {
  const { cluster } = run();
  await using direct = await moving(['pair'], PAIR);
  const onMysql = { found: mysql, refused: refusedByMysql };
  expect(await lastOf({ ...cluster.source.applicationEndpoint, ...handshake }, session)).toEqual(onMysql);
  await direct.on('source', ['DELETE FROM pair WHERE id > 1']);
  const through = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  const isSo = await stillSo(bug, run());
  // If a later vtgate refuses the statement with an error, this is no longer the bug.
  const onVtgate = isSo ? { found: vtgate, refused: [] } : onMysql;
  expect(await lastOf({ ...through, ...handshake }, session)).toEqual(onVtgate);
});

/** Returns the one value that a session's last statement finds, and which of those before it were refused. */
async function lastOf(
  endpoint: ConnectionOptions,
  session: readonly string[],
): Promise<{ readonly found: unknown; readonly refused: readonly string[] }> {
  // The statements are sent as an application sends them, without our own time limit.
  const connection = await openConnection(endpoint, null);
  try {
    const refused: string[] = [];
    for (const statement of session.slice(0, -1)) {
      await connection.query(statement).catch(() => refused.push(statement));
    }
    const [row] = await queryRows<{ found?: unknown; Code?: unknown }>(connection, session.at(-1)!);
    return { found: row?.found ?? row?.Code, refused };
  } finally {
    connection.destroy();
  }
}

/** Returns the bytes of a city's name as a latin1 client gets them. */
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
  expect(await lastOf(cluster.source.applicationEndpoint, session)).toEqual({ found: '10', refused: [] });
  const through = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  const kept = await lastOf(through, session).then(({ found, refused }) => [found, ...refused].join(', '), messageOf);
  expect(kept).toMatch((await stillSo('select-into-variable', tables.run)) ? /closed/ : /^10$/);
});
