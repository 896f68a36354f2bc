import type { Connection } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { failure, trouble, usage } from '../errors.ts';
import { readAccounts } from '../preflight/accounts.ts';
import { isExcepted, type FenceOptions } from '../preflight/fence-plan.ts';
import { accountAsSql, holds } from '../preflight/grants.ts';
import { readVariables } from '../preflight/variables.ts';
import { readLogins, type Login } from '../preflight/writers.ts';
import { openForReading, type TextRow } from '../schema/read.ts';
import { lookUntil } from '../wait.ts';
import { foreignConnections, tabletOrigin, type ForeignConnection, type SourceSide } from './connections.ts';

/** A connection that its client has closed can stay in the process list for a moment. */
const LEAVING_MS = 1_000;

const ALLOW = '--allow-strays, target.allowStrays of a config, or switchWrites({ allowStrays: true })';

/** Who was found connected to the source. */
export interface Found {
  /** Those that may write to the tables that move. */
  readonly strays: readonly ForeignConnection[];
  /** Those that may not, or that the config exempts; a person should know about them. */
  readonly others: readonly ForeignConnection[];
}

/**
 * Looks for clients that a switch of writes would not stop. A switch denies the tables inside vttablet, but a client
 * that is connected directly to the source continues, and what it writes is lost without an error.
 *
 * @param fence null if there is none; otherwise the accounts that it leaves alone although they may write.
 * @returns who is connected and may not write, or is left alone by the fence.
 * @throws `fail` naming every client that may write. Nothing has been switched.
 */
export async function refuseStrays(
  context: SourceSide,
  fence: FenceOptions | null = null,
): Promise<readonly ForeignConnection[]> {
  // If the source cannot be asked, this is unknown, and the run says so.
  if (!context.cluster.hasMysqls) return [];
  const { strays, others } = await findStrays(context, fence);
  if (strays.length === 0) return others;
  const shared = strays.filter(({ shares }) => shares !== null);
  throw failure({
    what: 'Clients are connected straight to the source MySQL: what they write after the switch would be lost.',
    expected: `no connection of an account that may write, except those of Vitess and of this run${
      fence === null ? '' : '; the fence locks all others but root'
    }`,
    seen: strays.map(describe).join('\n'),
    where: 'information_schema.processlist of the source MySQL',
    next: [
      ...(shared.length === 0 ? [] : [adviceOnShared(shared)]),
      fence === null
        ? 'Send these clients through vtgate, or fence them (--fence, or switchWrites({ fence: true }))'
        : 'End these connections',
      `To switch anyway: ${ALLOW}.`,
    ].join('\n'),
  });
}

/** An account that both use can be neither locked nor recognised by its name. */
function adviceOnShared(shared: readonly ForeignConnection[]): string {
  const users = (of: ForeignConnection['shares']) => [
    ...new Set(shared.filter(({ shares }) => shares === of).map(({ user }) => user)),
  ];
  const [harness, vitess] = [users('this harness').join(', '), users('Vitess').join(', ')];
  return [
    ...(harness === ''
      ? []
      : [`Others use ${harness} too: give target.mysql.source an account that nobody else uses.`]),
    ...(vitess === ''
      ? []
      : [
          `Others use ${vitess} too, from elsewhere than the source’s tablet, or with a client that is not Vitess’: give ` +
            'Vitess an account that nobody else uses. If these connections are Vitess’, name where they come from in ' +
            'target.vitessHosts of the config.',
        ]),
  ].join('\n');
}

/** What the server calls a client that has connected but has not yet said who it is. */
const NOBODY_YET = 'unauthenticated user';

async function findStrays(context: SourceSide, fence: FenceOptions | null): Promise<Found> {
  const tablet = await tabletOrigin(context);
  return await withLook(context.cluster.source.harnessEndpoint, async (connection) => {
    let found: ForeignConnection[] | null = null;
    const { seen } = await lookUntil({ timeoutMs: LEAVING_MS }, async () => {
      const all = await foreignConnections(context, connection, tablet);
      // An application that a fence has locked out keeps trying, and does not get in.
      found = fence === null ? all : all.filter(({ user }) => user !== NOBODY_YET);
      return { done: found.length === 0 || undefined, seen: `${found.length}` };
    });
    // No client was seen because the list could not be read.
    if (found === null) throw trouble({ what: 'The source MySQL does not say who is connected.', seen });
    return await divide(context, connection, found, fence?.except ?? []);
  });
}

async function divide(
  context: SourceSide,
  connection: Connection,
  found: readonly ForeignConnection[],
  except: readonly string[],
): Promise<Found> {
  if (found.length === 0) return { strays: [], others: [] };
  // If the grants cannot be read, everybody is assumed to be able to write.
  const logins = (await loginsOf(context, connection)) ?? [];
  const isStray = ({ user }: ForeignConnection) => {
    const own = loginsOfUser(logins, user);
    if (own.length > 0 && own.every((login) => isExcepted(login, except))) return false;
    return own.length === 0 || own.some(({ by }) => by !== null);
  };
  return { strays: found.filter(isStray), others: found.filter((each) => !isStray(each)) };
}

/**
 * Returns the accounts that a connection with this user name may have. Which one it is depends on where the connection
 * comes from, which is not shown. A name without an account belongs to the anonymous account.
 */
export function loginsOfUser(logins: readonly Login[], user: string): readonly Login[] {
  const own = logins.filter((login) => login.user === user);
  return own.length > 0 ? own : logins.filter((login) => login.user === '');
}

/** Null if the account may not read others' grants. */
export async function loginsOf(
  { tables }: Pick<SourceSide, 'tables'>,
  connection: Connection,
): Promise<readonly Login[] | null> {
  const read = async (sql: string, values: readonly unknown[] = []) => {
    try {
      return await queryRows<TextRow>(connection, sql, values);
    } catch (error) {
      throw new Error(`${sql} was refused`, { cause: error });
    }
  };
  return await readLogins(read, tables, await readVariables(read));
}

/**
 * Checks that the account may see other clients. Without PROCESS a client sees only its own connections, without an
 * error (MySQL manual, “The processlist Table”). A fence must also see who may write.
 *
 * @throws usage that names the account, and the statement that fixes it.
 */
export async function requireSight({ source }: Pick<MigrationServers, 'source'>, isFenced: boolean): Promise<void> {
  await using connection = await openForReading(source.harnessEndpoint, 'the source');
  const { own } = await readAccounts(connection.read, null, await readVariables(connection.read));
  const to = accountAsSql(own.account);
  if (!holds(own.grants, 'PROCESS', null)) {
    throw usage({
      what: 'The account may not see who else is connected to the source MySQL.',
      expected: 'PROCESS, as a client that writes past vtgate loses what it writes after the switch',
      seen: `${own.account} without it`,
      where: 'SHOW GRANTS on the source MySQL; target.mysql.source of the config',
      next: `GRANT PROCESS ON *.* TO ${to}; or, to switch without checking, set target.allowStrays: true.`,
    });
  }
  if (!isFenced || holds(own.grants, 'SELECT', 'mysql')) return;
  throw usage({
    what: 'The account may not see who may write to the tables that move, so a fence would not know whom to lock.',
    expected: 'SELECT on the database mysql, for SHOW GRANTS of other accounts',
    seen: `${own.account} without it`,
    where: 'SHOW GRANTS on the source MySQL; target.mysql.source of the config',
    next: `GRANT SELECT ON mysql.* TO ${to}; or remove fence from the config.`,
  });
}

/** Describes a connection for a person. */
export function describe({ id, user, host, database, command, shares }: ForeignConnection): string {
  const of = shares === null ? '' : `, an account of ${shares}`;
  return `connection ${id}: ${user} from ${host}${of}, database ${database ?? 'none'}, ${command}`;
}
