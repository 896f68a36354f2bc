import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { failure, usage } from '../errors.ts';
import { readAccounts } from '../preflight/accounts.ts';
import { accountAsSql, holds } from '../preflight/grants.ts';
import { readVariables } from '../preflight/variables.ts';
import { openForReading } from '../schema/read.ts';
import { lookUntil } from '../wait.ts';
import type { MigrationContext } from './context.ts';

/** A client that is connected to the source MySQL and neither Vitess, nor MySQL itself, nor this harness. */
export interface Stray {
  readonly id: string;
  readonly user: string;
  /** Where it comes from, as the server sees it. */
  readonly host: string;
  readonly database: string | null;
  /** What it does, as `Sleep`, `Query`. */
  readonly command: string;
}

/** A connection that its client has closed can stand in the process list for a moment. */
const LEAVING_MS = 1_000;

const ALLOW = '--allow-strays, target.allowStrays of a config, or switchWrites({ allowStrays: true })';

/**
 * Looks for clients that a switch of writes would not stop: it denies the tables inside vttablet, and whoever is
 * connected straight to the source goes on, and loses what he writes without an error.
 *
 * @param isFenced whether the applications are locked out: who is still there is `root`, which no fence locks.
 * @throws `fail` that names every one of them. Nothing has been switched.
 */
export async function refuseStrays(context: MigrationContext, isFenced = false): Promise<void> {
  // Where the source cannot be asked nobody knows; the run says so.
  if (!context.cluster.hasMysqls) return;
  const strays = await remainingStrays(context);
  if (strays.length === 0) return;
  throw failure({
    what: 'Clients are connected straight to the source MySQL: what they write after the switch would be lost.',
    expected: `no connection but those of Vitess${isFenced ? '; a fence locks every other account but root' : ''}`,
    seen: strays.map(describe).join('\n'),
    where: 'performance_schema.processlist of the source MySQL',
    next: isFenced
      ? `End these connections; to switch all the same: ${ALLOW}.`
      : 'Send these clients through vtgate, or fence them (--fence, or switchWrites({ fence: true })); ' +
        `to switch all the same: ${ALLOW}.`,
  });
}

async function remainingStrays(context: MigrationContext): Promise<readonly Stray[]> {
  return await withConnection(context.cluster.source.harnessEndpoint, async (connection) => {
    let found: Stray[] = [];
    await lookUntil({ timeoutMs: LEAVING_MS }, async () => {
      found = await connectedStrays(context, connection);
      return { done: found.length === 0 || undefined, seen: `${found.length}` };
    });
    return found;
  });
}

/**
 * Without PROCESS a client sees its own connections alone, without an error (MySQL manual, “The processlist Table”).
 *
 * @throws usage that names the account, and the statement that mends it.
 */
export async function requireSight({ source }: Pick<MigrationServers, 'source'>): Promise<void> {
  await using connection = await openForReading(source.harnessEndpoint, 'the source');
  const { own } = await readAccounts(connection.read, null, await readVariables(connection.read));
  if (holds(own.grants, 'PROCESS', null)) return;
  throw usage({
    what: 'The account may not see who else is connected to the source MySQL.',
    expected: 'PROCESS, as a client that writes past vtgate loses what it writes after the switch',
    seen: `${own.account} without it`,
    where: 'SHOW GRANTS on the source MySQL; target.mysql.source of the config',
    next: `GRANT PROCESS ON *.* TO ${accountAsSql(own.account)}; or, to switch without a look, target.allowStrays: true.`,
  });
}

/**
 * The strays that are connected now. Replicas that read the binary log are none: they do not write.
 *
 * @param others accounts that are none either.
 */
export async function connectedStrays(
  context: MigrationContext,
  connection: Connection,
  others: readonly string[] = [],
): Promise<Stray[]> {
  return await queryRows<Stray>(
    connection,
    `SELECT ID AS id, USER AS user, HOST AS host, DB AS \`database\`, COMMAND AS command
       FROM performance_schema.processlist
      WHERE USER NOT IN (?) AND COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')
      ORDER BY ID`,
    [[...SYSTEM_USERS, ...context.cluster.ownUsers, ...others]],
  );
}

/** Accounts of MySQL itself. */
export const SYSTEM_USERS = ['event_scheduler', 'system user', 'mysql.session', 'mysql.sys', 'mysql.infoschema'];

function describe({ id, user, host, database, command }: Stray): string {
  return `connection ${id}: ${user} from ${host}, database ${database ?? 'none'}, ${command}`;
}
