import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { openConnection } from '../../harness/mysql-connection.ts';
import type { Ownership } from '../../harness/cluster/servers.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { foreignConnections, type SourceSide, type TabletOrigin } from '../../harness/migration/connections.ts';
import { liftFence, raiseFence, stillFenced } from '../../harness/migration/fence.ts';
import { loginsOf, refuseStrays } from '../../harness/migration/strays.ts';
import { describeFence, planFence } from '../../harness/preflight/fence-plan.ts';
import { messageOf } from '../../harness/errors.ts';

// Claim: a fence locks the accounts that may write to the tables that move, in whatever way MySQL lets an account
// write, and no others; it names all others, and prints the statements that unlock. MySQL itself says who may write.

let lone: LoneMysql;
let harness: Connection;

beforeAll(async () => {
  lone = await startMysql('shop');
  harness = await mysql.createConnection({ ...lone.mysql.harnessEndpoint, multipleStatements: true });
  await harness.query(SCHEMA);
  for (const [user, { grants }] of Object.entries(ACCOUNTS)) {
    await harness.query(`CREATE USER ${user} IDENTIFIED BY 'secret'`);
    for (const grant of grants) await harness.query(`GRANT ${grant} TO ${user}`);
  }
  await harness.query('ALTER USER was_locked ACCOUNT LOCK');
}, 120_000);

afterAll(async () => {
  harness.destroy();
  await lone[Symbol.asyncDispose]();
}, 60_000);

const TABLES = ['customer', "o'brien"];

const SCHEMA = `
  CREATE TABLE customer (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(50));
  CREATE TABLE \`o'brien\` (id INT AUTO_INCREMENT PRIMARY KEY);
  CREATE TABLE stays (id INT AUTO_INCREMENT PRIMARY KEY);
  CREATE TABLE watched (id INT AUTO_INCREMENT PRIMARY KEY);
  CREATE TRIGGER copies AFTER INSERT ON watched FOR EACH ROW INSERT INTO customer (email) VALUES ('copied');
  CREATE DATABASE api;
  CREATE VIEW api.customers AS SELECT id, email FROM shop.customer;
  CREATE VIEW api.some_customers AS SELECT id, email FROM api.customers WHERE id > 0;
  CREATE DATABASE tools;
  CREATE PROCEDURE tools.add_customer() INSERT INTO shop.customer (email) VALUES ('added');
  CREATE PROCEDURE tools.explain(what TEXT) BEGIN SET @what = what; PREPARE s FROM @what; EXECUTE s; END;
  CREATE PROCEDURE tools.as_caller() SQL SECURITY INVOKER INSERT INTO shop.customer (email) VALUES ('added');
  CREATE DATABASE \`sh%\`;
  CREATE ROLE writer, team;
  GRANT INSERT ON shop.* TO writer;
  GRANT writer TO team;
`;

const INSERT = "INSERT INTO shop.customer (email) VALUES ('x')";

/**
 * What an account is granted, and the statement by which it writes. Without a statement, MySQL must refuse it every
 * write.
 */
const ACCOUNTS: Record<string, { readonly grants: readonly string[]; readonly writes?: string }> = {
  by_everything: { grants: ['INSERT ON *.*'], writes: INSERT },
  by_database: { grants: ['ALL ON shop.*'], writes: INSERT },
  by_wildcard: { grants: ['INSERT ON `sh__`.*'], writes: INSERT },
  by_backslash: { grants: ['INSERT ON `s\\hop`.*'], writes: INSERT },
  by_table: { grants: ['DELETE, SELECT ON shop.customer'], writes: 'DELETE FROM shop.customer WHERE id = -1' },
  by_quoted_table: { grants: ["INSERT ON shop.`o'brien`"], writes: "INSERT INTO shop.`o'brien` VALUES ()" },
  by_column: { grants: ['INSERT (email) ON shop.customer'], writes: INSERT },
  by_ddl: { grants: ['DROP ON shop.*'], writes: "TRUNCATE TABLE shop.`o'brien`" },
  by_role: { grants: ['writer'], writes: `SET ROLE ALL; ${INSERT}` },
  by_role_of_role: { grants: ['team'], writes: `SET ROLE ALL; ${INSERT}` },
  by_view: { grants: ['INSERT ON api.customers'], writes: "INSERT INTO api.customers (email) VALUES ('x')" },
  by_view_of_view: {
    grants: ['INSERT ON api.some_customers'],
    writes: "INSERT INTO api.some_customers (email) VALUES ('x')",
  },
  by_trigger: { grants: ['INSERT ON shop.watched'], writes: 'INSERT INTO shop.watched VALUES ()' },
  by_routine: { grants: ['EXECUTE ON PROCEDURE tools.add_customer'], writes: 'CALL tools.add_customer()' },
  by_routines: { grants: ['EXECUTE ON tools.*'], writes: 'CALL tools.add_customer()' },
  by_binlog: { grants: ['BINLOG_ADMIN, SESSION_VARIABLES_ADMIN ON *.*'] },
  by_super: { grants: ['SUPER ON *.*'] },
  "`by'quote`": { grants: ['INSERT ON shop.*'], writes: INSERT },
  was_locked: { grants: ['INSERT ON shop.*'] },
  monitor: { grants: ['PROCESS, REPLICATION CLIENT, SELECT ON *.*', 'EXECUTE ON PROCEDURE tools.explain'] },
  backup: { grants: ['SELECT, RELOAD, LOCK TABLES, TRIGGER, EVENT, SHOW VIEW, BACKUP_ADMIN ON *.*'] },
  replica: { grants: ['REPLICATION SLAVE ON *.*'] },
  elsewhere: { grants: ['ALL ON `sh\\%`.*', 'INSERT ON shop.stays'] },
  binlogs: { grants: ['BINLOG_ADMIN, BINLOG_ENCRYPTION_ADMIN ON *.*'] },
  caller: { grants: ['EXECUTE ON PROCEDURE tools.as_caller'] },
};

const nameOf = (user: string) => user.replaceAll('`', '');
const LOCKED = Object.keys(ACCOUNTS).filter((user) => user.startsWith('by_') || user.startsWith('`'));
const OPEN = ['backup', 'binlogs', 'caller', 'elsewhere', 'monitor', 'replica'];

const NOBODY: Ownership = { madeForRun: [], ofVitess: [], vitessHosts: [] };

function source(accounts: Partial<Ownership> = {}): SourceSide {
  const madeForRun = [
    'application',
    ...['app', 'appdebug', 'allprivs', 'dba', 'repl', 'filtered'].map((r) => `vt_${r}`),
  ];
  return {
    tables: TABLES,
    cluster: {
      source: lone.mysql,
      hasMysqls: true,
      accounts: { ...NOBODY, madeForRun, ...accounts },
      sourceKeyspace: 'shop',
      shards: { source: '0', target: '0' },
      vtgate: async () => await Promise.reject(new Error('there is no vtgate')),
    },
  };
}

function as(user: string): ConnectionOptions {
  const { host, port } = lone.mysql.harnessEndpoint;
  return { host: host!, port: port!, user: nameOf(user), password: 'secret', multipleStatements: true };
}

test('the accounts that the fence would lock are exactly those that MySQL lets write', async () => {
  const logins = (await loginsOf(source(), harness))!;
  const of = (user: string) => logins.find((login) => login.user === nameOf(user))!;
  const tried = Object.keys(ACCOUNTS).filter((user) => !['was_locked', 'by_binlog', 'by_super'].includes(user));
  const seen: { user: string; isWriter: boolean; answer: string }[] = [];
  for (const user of tried) {
    const { writes = INSERT } = ACCOUNTS[user]!;
    const answer = await withConnection(as(user), async (connection) => await connection.query(writes)).then(
      () => 'written',
      (error: unknown) => messageOf(error).replace(/^.* denied .*$/s, 'denied'),
    );
    seen.push({ user, isWriter: of(user).by !== null, answer });
  }
  expect(seen).toEqual([
    ...tried.filter((user) => LOCKED.includes(user)).map((user) => ({ user, isWriter: true, answer: 'written' })),
    ...tried.filter((user) => !LOCKED.includes(user)).map((user) => ({ user, isWriter: false, answer: 'denied' })),
  ]);
  for (const user of ['by_binlog', 'by_super']) expect(of(user).by).toBe('BINLOG statements');
  expect(of('monitor').perhapsBy).toMatch(/EXECUTE on tools\.explain, which runs as roundtrip@%/);
}, 60_000);

test('a plan names the accounts that would be locked, the statements for that, and the accounts that are left alone', async () => {
  const logins = (await loginsOf(source(), harness))!;
  const lines = describeFence(planFence(logins, source().cluster.accounts, 'roundtrip', { except: ['by_role'] }));
  expect(lines.join('\n')).toMatch(
    /^locked out of the source MySQL: .*by_column@% \(INSERT of a column on shop\.customer\)/,
  );
  expect(lines.join('\n')).toMatch(
    /^warning: left alone by fence\.except, and may write: by_role@% \(INSERT on shop\)$/m,
  );
  expect(lines.join('\n')).toMatch(/^left alone, as they may not write .*: backup@%, .*monitor@% \(but perhaps by/m);
  expect(lines[0]).not.toMatch(/(backup|monitor|replica|elsewhere|caller|was_locked|root|vt_app|roundtrip)@\S+ \(/);
});

test('a fence locks only writers and ends only their connections; when lifted, it unlocks those that it locked and no others', async () => {
  const connected = await Promise.all(['by_table', 'by_role', 'monitor', 'backup'].map((user) => openAs(user)));
  const { locked } = await raiseFence(source(), { except: ['by_role'] });
  expect(locked.map(({ user }) => user)).toEqual(
    LOCKED.map(nameOf)
      .filter((user) => user !== 'by_role')
      .toSorted(),
  );
  expect(await Promise.all(connected.map(isAlive))).toEqual([false, true, true, true]);
  await expect(withConnection(as('by_database'), ping)).rejects.toThrow(/locked/);
  for (const user of [...OPEN, 'by_role']) await withConnection(as(user), ping);

  // A client that is locked out keeps trying; a handshake that has begun is not a stray.
  await using knocking = await knock();
  expect(await knocking.answer).toBe(10);
  // The account that the config leaves alone by name may write; it is reported, but not refused.
  const others = await refuseStrays(source(), { except: ['by_role'] });
  expect(others.map(({ user }) => user).toSorted()).toEqual(['backup', 'by_role', 'monitor']);
  await expect(refuseStrays(source(), { except: [] })).rejects.toThrow(/by_role from/);

  const { statements } = await stillFenced(source());
  expect(statements).toContain("ALTER USER `by'quote`@'%' ACCOUNT UNLOCK ATTRIBUTE '{\"roundtrip_fence\": null}';");
  await harness.query(statements[0]!);
  expect(await liftFence(source())).toHaveLength(statements.length - 1);
  for (const user of LOCKED) await withConnection(as(user), ping);
  await expect(withConnection(as('was_locked'), ping)).rejects.toThrow(/locked/);
  for (const connection of connected) connection.destroy();
}, 60_000);

test('an account whose grants are partly revoked may not write', async () => {
  await harness.query(
    "SET GLOBAL partial_revokes = ON; CREATE USER revoked IDENTIFIED BY 'secret'; GRANT INSERT, SELECT ON *.* TO revoked; " +
      'REVOKE INSERT ON shop.* FROM revoked; REVOKE INSERT ON api.* FROM revoked; ' +
      "CREATE USER part IDENTIFIED BY 'secret'; GRANT INSERT, UPDATE ON *.* TO part; " +
      'REVOKE INSERT ON shop.* FROM part; REVOKE INSERT ON api.* FROM part',
  );
  const logins = (await loginsOf(source(), harness))!;
  const by = (user: string) => logins.find((login) => login.user === user)!.by;
  expect(by('revoked')).toBeNull();
  expect(by('part')).toBe('UPDATE on everything');
  // From now on, this name is not a pattern.
  expect(by('by_wildcard')).toBeNull();
  for (const user of ['revoked', 'part', 'by_wildcard']) {
    await expect(withConnection(as(user), async (one) => await one.query(INSERT))).rejects.toThrow(/denied/);
  }
}, 60_000);

/** Neither Vitess nor its driver sends attributes when it connects; applications' drivers do. */
const SILENT: ConnectionOptions = { flags: ['-CONNECT_ATTRS'] };

test('users of an account that Vitess or this harness shares with others are told apart by their connections', async () => {
  const { connectAttributes: _, ...plain } = lone.mysql.harnessEndpoint;
  await using application = await mysql.createConnection(plain);
  await expect(refuseStrays(source())).rejects.toThrow(
    /connection \d+: roundtrip from .*, an account of this harness[^]*give target\.mysql\.source an account that nobody else/,
  );
  await application.end();

  await harness.query("CREATE USER vt_shared IDENTIFIED BY 'secret'; GRANT ALL ON shop.* TO vt_shared");
  await using tablet = await mysql.createConnection({ ...as('vt_shared'), ...SILENT });
  const [row] = await queryRows<{ account: string; id: string }>(
    tablet,
    'SELECT USER() AS account, CAST(CONNECTION_ID() AS CHAR) AS id',
  );
  const origin = { host: row!.account.split('@')[1]!, id: row!.id };
  const foreign = async (tabletOrigin: TabletOrigin, vitessHosts: readonly string[] = []) =>
    (await foreignConnections(source({ ofVitess: ['vt_shared'], vitessHosts }), harness, tabletOrigin)).map(
      ({ id, shares }) => ({ id, shares }),
    );
  expect(await foreign(origin)).toEqual([]);
  const elsewhere = { host: '192.0.2.1', id: '0' };
  expect(await foreign(elsewhere)).toEqual([{ id: origin.id, shares: 'Vitess' }]);
  expect(await foreign(elsewhere, ['192.0.2.0/24'])).toEqual([{ id: origin.id, shares: 'Vitess' }]);
  expect(await foreign(elsewhere, [`${origin.host}/32`])).toEqual([]);

  // This connects from the tablet's own address.
  await using other = await mysql.createConnection(as('vt_shared'));
  expect(await foreign(origin)).toEqual([{ id: String(other.threadId), shares: 'Vitess' }]);
}, 60_000);

test('without performance_schema, clients are still seen, and this run’s own connections are recognised', async () => {
  await using blind = await startMysql('shop', { performance_schema: 'OFF' });
  const context = { ...source(), cluster: { ...source().cluster, source: blind.mysql } };
  const own = await openConnection(blind.mysql.harnessEndpoint);
  try {
    await own.query('CREATE TABLE customer (id INT PRIMARY KEY)');
    expect(await refuseStrays(context)).toEqual([]);
    await using application = await mysql.createConnection(blind.mysql.applicationEndpoint);
    const { accounts } = context.cluster;
    const shared = { ...context.cluster, accounts: { ...accounts, madeForRun: [] } };
    await expect(refuseStrays({ ...context, cluster: shared })).rejects.toThrow(
      new RegExp(`connection ${application.threadId}: application from`),
    );
  } finally {
    own.destroy();
  }
}, 120_000);

/** A client that has connected and sends nothing. */
async function knock(): Promise<AsyncDisposable & { readonly answer: Promise<number> }> {
  const { host, port } = lone.mysql.harnessEndpoint;
  const socket = createConnection(port!, host);
  // The protocol version, the first byte of the server's greeting after its header.
  const answer = once(socket, 'data').then(([bytes]: Buffer[]) => bytes![4]!);
  await once(socket, 'connect');
  return { answer, [Symbol.asyncDispose]: async () => void socket.destroy() };
}

async function openAs(user: string): Promise<Connection> {
  const connection = await mysql.createConnection(as(user));
  connection.on('error', () => undefined);
  return connection;
}

async function ping(connection: Connection): Promise<void> {
  await queryRows(connection, 'SELECT 1');
}

async function isAlive(connection: Connection): Promise<boolean> {
  return await ping(connection).then(
    () => true,
    () => false,
  );
}
