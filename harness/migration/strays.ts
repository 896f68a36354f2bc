import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { failure } from '../errors.ts';
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

/**
 * Looks for clients that a switch of writes would not stop: it denies the tables inside vttablet, and whoever is
 * connected straight to the source goes on, and loses what he writes without an error.
 *
 * @throws `fail` that names every one of them. Nothing has been touched.
 */
export async function refuseStrays(context: MigrationContext): Promise<void> {
  // Where the source cannot be asked nobody knows; the run says so.
  if (!context.cluster.hasMysqls) return;
  const strays = await withConnection(context.cluster.source.harnessEndpoint, async (connection) => {
    let found: Stray[] = [];
    await lookUntil({ timeoutMs: LEAVING_MS }, async () => {
      found = await connectedStrays(context, connection);
      return { done: found.length === 0 || undefined, seen: `${found.length}` };
    });
    return found;
  });
  if (strays.length === 0) return;
  throw failure({
    what: 'Clients are connected straight to the source MySQL: what they write after the switch would be lost.',
    expected: 'no connection but those of Vitess',
    seen: strays.map(describe).join('\n'),
    where: 'performance_schema.processlist of the source MySQL',
    next:
      'Send these clients through vtgate, or fence them (--fence, or switchWrites({ fence: true })); ' +
      'to switch all the same: --allow-strays, or switchWrites({ allowStrays: true }).',
  });
}

/** The strays that are connected now. Replicas that read the binary log are none: they do not write. */
export async function connectedStrays(context: MigrationContext, connection: Connection): Promise<Stray[]> {
  return await queryRows<Stray>(
    connection,
    `SELECT ID AS id, USER AS user, HOST AS host, DB AS \`database\`, COMMAND AS command
       FROM performance_schema.processlist
      WHERE USER NOT IN (?) AND COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')
      ORDER BY ID`,
    [[...SYSTEM_USERS, ...context.cluster.ownUsers]],
  );
}

/** Accounts of MySQL itself. */
export const SYSTEM_USERS = ['event_scheduler', 'system user', 'mysql.session', 'mysql.sys', 'mysql.infoschema'];

function describe({ id, user, host, database, command }: Stray): string {
  return `connection ${id}: ${user} from ${host}, database ${database ?? 'none'}, ${command}`;
}
