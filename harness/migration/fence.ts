import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { waitFor } from '../wait.ts';
import type { MigrationContext } from './context.ts';
import { connectedStrays, SYSTEM_USERS } from './strays.ts';

/** Marks an account that the fence locked, on the server itself: so a run that dies leaves behind who is to be let in. */
const MARK = 'roundtrip_fence';
const GONE_TIMEOUT_MS = 10_000;

/** By whom a server is mended; its connections are left alone too. */
const NOT_LOCKED = ['root'];

interface Account {
  readonly user: string;
  readonly host: string;
}

/**
 * Keeps applications off the source MySQL: locks every account but those of Vitess, of MySQL, of this harness and
 * `root`, and ends their connections. `super_read_only` would not do, as the reverse workflow writes there. Nothing of it
 * is written to the binary log: a lock is this server's alone. Can be raised again.
 *
 * @returns the accounts that are locked, as `user@host`.
 */
export async function raiseFence(context: MigrationContext): Promise<string[]> {
  return await onSource(context, async (connection) => {
    await keepFromBinaryLog(connection);
    const accounts = await applicationAccounts(context, connection);
    for (const account of accounts) {
      await connection.query(`ALTER USER ?@? ACCOUNT LOCK ATTRIBUTE '{"${MARK}": true}'`, [account.user, account.host]);
    }
    await endConnections(context, connection);
    return (await fencedAccounts(connection)).map(({ user, host }) => `${user}@${host}`);
  });
}

/** Lets in again whom the fence keeps out, and nobody else. @returns these accounts, as `user@host`. */
export async function liftFence(context: MigrationContext): Promise<string[]> {
  // None was raised where the source cannot be asked: the config is refused.
  if (!context.cluster.hasMysqls) return [];
  return await onSource(context, async (connection) => {
    const accounts = await fencedAccounts(connection);
    if (accounts.length > 0) await keepFromBinaryLog(connection);
    for (const { user, host } of accounts) {
      await connection.query(`ALTER USER ?@? ACCOUNT UNLOCK ATTRIBUTE '{"${MARK}": null}'`, [user, host]);
    }
    return accounts.map(({ user, host }) => `${user}@${host}`);
  });
}

/** The statements that let in again whom a fence still keeps out; for a person. */
export async function unlockStatements(context: MigrationContext): Promise<string[]> {
  return await onSource(context, async (connection) => {
    const accounts = await fencedAccounts(connection);
    return accounts.map(
      ({ user, host }) =>
        `${connection.format('ALTER USER ?@?', [user, host])} ACCOUNT UNLOCK ATTRIBUTE '{"${MARK}": null}';`,
    );
  });
}

/** Those that can log in now; who is locked already is not ours to unlock. */
async function applicationAccounts(context: MigrationContext, connection: Connection): Promise<Account[]> {
  return await queryRows<Account>(
    connection,
    "SELECT User AS user, Host AS host FROM mysql.user WHERE account_locked = 'N' AND User NOT IN (?)",
    [[...SYSTEM_USERS, ...NOT_LOCKED, ...context.cluster.ownUsers]],
  );
}

async function fencedAccounts(connection: Connection): Promise<Account[]> {
  return await queryRows<Account>(
    connection,
    'SELECT USER AS user, HOST AS host FROM information_schema.user_attributes WHERE ATTRIBUTE->? = TRUE',
    [`$.${MARK}`],
  );
}

/** A locked account's open connections go on until they are ended. */
async function endConnections(context: MigrationContext, connection: Connection): Promise<void> {
  const wait = { what: 'no connection of an application to the source MySQL', timeoutMs: GONE_TIMEOUT_MS };
  await waitFor(wait, async () => {
    const strays = await connectedStrays(context, connection, NOT_LOCKED);
    for (const { id } of strays) await connection.query('KILL ?', [Number(id)]).catch(ignoreGone);
    return {
      done: strays.length === 0 || undefined,
      seen: strays.map(({ id, user }) => `${id} of ${user}`).join(', '),
    };
  });
}

function ignoreGone(error: unknown): void {
  if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ER_NO_SUCH_THREAD'))
    throw error;
}

async function onSource<T>(context: MigrationContext, body: (connection: Connection) => Promise<T>): Promise<T> {
  return await withConnection(context.cluster.source.harnessEndpoint, body);
}

/** Needs SESSION_VARIABLES_ADMIN, so that whoever has nothing to lock does without. */
async function keepFromBinaryLog(connection: Connection): Promise<void> {
  await connection.query('SET SESSION sql_log_bin = OFF');
}
