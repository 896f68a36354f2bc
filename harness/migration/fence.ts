import type { Connection } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import { isExcepted, nameOf, planFence, type FenceOptions, type FencePlan } from '../preflight/fence-plan.ts';
import { accountAsSql } from '../preflight/grants.ts';
import type { Login } from '../preflight/writers.ts';
import { waitFor } from '../wait.ts';
import { foreignConnections, tabletOrigin, type SourceSide } from './connections.ts';
import { loginsOf, loginsOfUser } from './strays.ts';

/**
 * Marks an account that the fence locked, on the server itself, so that a run that dies leaves a list of the accounts
 * to unlock.
 */
const MARK = 'roundtrip_fence';
const GONE_TIMEOUT_MS = 10_000;

/**
 * Keeps applications off the source MySQL: it locks every account that may write to the tables that move, except those
 * of Vitess, MySQL and this harness, and `root`, and ends their connections. `super_read_only` would not work, because
 * the reverse workflow writes there. None of this is written to the binary log, because a lock applies only to this
 * server. A fence can be raised again.
 */
export async function raiseFence(context: SourceSide, options: FenceOptions): Promise<FencePlan> {
  return await onSource(context, async (connection) => {
    const plan = await planOn(context, connection, options);
    if (plan.locked.length > 0) await keepFromBinaryLog(connection);
    for (const account of plan.locked) await connection.query(lockStatement(account));
    await endConnections(context, connection, options);
    return plan;
  });
}

async function planOn(context: SourceSide, connection: Connection, options: FenceOptions): Promise<FencePlan> {
  const { accounts, source } = context.cluster;
  return planFence(await requireLogins(context, connection), accounts, source.harnessEndpoint.user ?? '', options);
}

async function requireLogins(context: SourceSide, connection: Connection): Promise<readonly Login[]> {
  const logins = await loginsOf(context, connection);
  if (logins !== null) return logins;
  throw trouble({
    what: 'A fence cannot see who may write to the tables that move.',
    expected: 'SELECT on the database mysql',
    where: 'the account of target.mysql.source',
  });
}

/** Unlocks the accounts that the fence locked, and no others. @returns these accounts, as `user@host`. */
export async function liftFence(context: SourceSide): Promise<string[]> {
  // If the source cannot be asked, no fence was raised: the config is refused.
  if (!context.cluster.hasMysqls) return [];
  return await onSource(context, async (connection) => {
    const accounts = await fencedAccounts(connection);
    if (accounts.length > 0) await keepFromBinaryLog(connection);
    for (const account of accounts) await connection.query(unlockStatement(account));
    return accounts.map(nameOf);
  });
}

/** Returns the accounts that a fence still keeps out, and the statements that unlock them, for a person to run. */
export async function stillFenced(
  context: SourceSide,
): Promise<{ readonly accounts: readonly string[]; readonly statements: readonly string[] }> {
  return await onSource(context, async (connection) => {
    const accounts = await fencedAccounts(connection);
    return {
      accounts: accounts.map(nameOf),
      statements: accounts.map((account) => `${unlockStatement(account)};`),
    };
  });
}

type AccountName = Pick<Login, 'user' | 'host'>;

export function lockStatement(account: AccountName): string {
  return `ALTER USER ${accountAsSql(nameOf(account))} ACCOUNT LOCK ATTRIBUTE '{"${MARK}": true}'`;
}

export function unlockStatement(account: AccountName): string {
  return `ALTER USER ${accountAsSql(nameOf(account))} ACCOUNT UNLOCK ATTRIBUTE '{"${MARK}": null}'`;
}

async function fencedAccounts(connection: Connection): Promise<AccountName[]> {
  return await queryRows<AccountName>(
    connection,
    'SELECT USER AS user, HOST AS host FROM information_schema.user_attributes WHERE ATTRIBUTE->? = TRUE',
    [`$.${MARK}`],
  );
}

/** Ends the open connections of locked accounts, which would otherwise stay open. */
async function endConnections(context: SourceSide, connection: Connection, { except }: FenceOptions): Promise<void> {
  const tablet = await tabletOrigin(context);
  const logins = await requireLogins(context, connection);
  const isKeptOut = (user: string) =>
    loginsOfUser(logins, user).some((login) => login.isLocked && login.by !== null && !isExcepted(login, except));
  const wait = { what: 'no connection of an application to the source MySQL', timeoutMs: GONE_TIMEOUT_MS };
  await waitFor(wait, async () => {
    const all = await foreignConnections(context, connection, tablet);
    const fenced = all.filter(({ user }) => isKeptOut(user));
    for (const { id } of fenced) await connection.query('KILL ?', [Number(id)]).catch(ignoreGone);
    return {
      done: fenced.length === 0 || undefined,
      seen: fenced.map(({ id, user }) => `${id} of ${user}`).join(', '),
    };
  });
}

function ignoreGone(error: unknown): void {
  if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ER_NO_SUCH_THREAD'))
    throw error;
}

async function onSource<T>(context: SourceSide, body: (connection: Connection) => Promise<T>): Promise<T> {
  return await withLook(context.cluster.source.harnessEndpoint, body);
}

/** Needs SESSION_VARIABLES_ADMIN, so a fence with nothing to lock does not do this. */
async function keepFromBinaryLog(connection: Connection): Promise<void> {
  await connection.query('SET SESSION sql_log_bin = OFF');
}
