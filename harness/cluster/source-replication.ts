import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { failure } from '../errors.ts';
import { waitFor } from '../wait.ts';
import type { Account } from './credentials.ts';
import { queryRows, withConnection } from './mysql-endpoint.ts';
import { readReplicaStatus } from './replica-status.ts';

/** How a follower reaches the MySQL that it replicates from. */
export interface ReplicatedFrom {
  readonly host: string;
  readonly port: number;
  readonly account: Account;
}

const APPLY_SECONDS = 60;
const REPLICATES_TIMEOUT_MS = 60_000;
/**
 * The error with which CLONE INSTANCE ends, once the clone is done, on a mysqld that nothing restarts automatically.
 */
const NOT_SUPERVISED = 3707;

/** A MySQL of the source, and how others replicate from it. */
interface Member {
  readonly harnessEndpoint: ConnectionOptions;
  readonly replicated: ReplicatedFrom;
}

/**
 * Makes a MySQL a follower: it applies every transaction that it lacks, and accepts no other writes. Returns when it
 * replicates. From then on every commit on the primary waits until a follower has received it.
 */
export async function follow(follower: Member, primary: Member): Promise<void> {
  const { host, port, account } = primary.replicated;
  await withConnection(follower.harnessEndpoint, async (connection) => {
    await connection.query('STOP REPLICA');
    // A follower that waited for followers of its own would not commit what it applies.
    await connection.query('SET PERSIST rpl_semi_sync_source_enabled = OFF');
    await connection.query(
      'CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ?, SOURCE_USER = ?, SOURCE_PASSWORD = ?, ' +
        'SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400',
      [host, port, account.user, account.password],
    );
    await connection.query('START REPLICA');
    await connection.query('SET GLOBAL super_read_only = ON');
    const wait = { what: 'a follower of the source that replicates', where: host, timeoutMs: REPLICATES_TIMEOUT_MS };
    await waitFor(wait, async () => {
      const { isRunning, seen } = await readReplicaStatus(connection);
      return { done: isRunning || undefined, seen };
    });
  });
  await waitForFollowers(primary.harnessEndpoint);
}

/**
 * Makes a follower the primary: it applies what it has received, and accepts writes.
 *
 * @param executed what its primary had executed, if that is known; this waits until the follower has it too.
 */
export async function takeOver(endpoint: ConnectionOptions, executed = ''): Promise<void> {
  await withConnection(endpoint, async (connection) => {
    await untilExecuted(connection, executed);
    await connection.query('STOP REPLICA IO_THREAD');
    const [status] = await queryRows<{ Retrieved_Gtid_Set: string }>(connection, 'SHOW REPLICA STATUS');
    await untilExecuted(connection, status?.Retrieved_Gtid_Set ?? '');
    await connection.query('STOP REPLICA');
    await connection.query('RESET REPLICA ALL');
    await connection.query('SET GLOBAL super_read_only = OFF');
    await connection.query('SET GLOBAL read_only = OFF');
  });
}

/** Refuses writes from now on, and returns what the server has executed, as a GTID set. */
export async function refuseWrites(endpoint: ConnectionOptions): Promise<string> {
  return await withConnection(endpoint, async (connection) => {
    await connection.query('SET GLOBAL super_read_only = ON');
    const [row] = await queryRows<{ executed: string }>(connection, 'SELECT @@GLOBAL.gtid_executed AS executed');
    return row!.executed;
  });
}

async function untilExecuted(connection: Connection, set: string): Promise<void> {
  const sql = `SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ${APPLY_SECONDS}) AS late`;
  const [row] = await queryRows<{ late: string }>(connection, sql, [set]);
  if (Number(row!.late) === 0) return;
  throw failure({
    what: 'A follower of the source is too far behind to take over.',
    expected: set,
    seen: `not executed after ${APPLY_SECONDS} s`,
  });
}

/** Makes commits wait for a follower, also after a restart. */
async function waitForFollowers(endpoint: ConnectionOptions): Promise<void> {
  await withConnection(endpoint, async (connection) => {
    await connection.query('SET PERSIST rpl_semi_sync_source_enabled = ON');
  });
}

/**
 * Returns whether a commit on this primary waits until a follower has received it. If not, acknowledged writes may be
 * lost when it dies, whatever Vitess does.
 */
export async function isSemiSync(endpoint: ConnectionOptions): Promise<boolean> {
  return await withConnection(endpoint, async (connection) => {
    const sql = "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_status'";
    const [row] = await queryRows<{ Value: string }>(connection, sql);
    return row?.Value === 'ON';
  });
}

/** Returns the follower that has received the most, which must be all that any other has. */
export async function mostAdvanced<T extends { readonly harnessEndpoint: ConnectionOptions }>(
  followers: readonly T[],
): Promise<T> {
  const all = await Promise.all(
    followers.map(async (follower) => ({ follower, received: await receivedBy(follower.harnessEndpoint) })),
  );
  for (const { follower, received } of all) {
    const others = all.map((each) => each.received).join(',');
    if (await includes(follower.harnessEndpoint, received, others)) return follower;
  }
  throw failure({
    what: 'No follower of the source has everything that the others have.',
    seen: all.map(({ received }) => received).join('; ') || 'no follower',
  });
}

/** Returns what a follower has executed or still has to execute, as a GTID set. */
async function receivedBy(endpoint: ConnectionOptions): Promise<string> {
  return await withConnection(endpoint, async (connection) => {
    const [row] = await queryRows<Record<string, string>>(connection, 'SHOW REPLICA STATUS');
    return [row?.['Executed_Gtid_Set'], row?.['Retrieved_Gtid_Set']].filter(Boolean).join(',');
  });
}

async function includes(endpoint: ConnectionOptions, set: string, other: string): Promise<boolean> {
  return await withConnection(endpoint, async (connection) => {
    const [row] = await queryRows<{ has: string }>(connection, 'SELECT GTID_SUBSET(?, ?) AS `has`', [other, set]);
    return Number(row!.has) === 1;
  });
}

/** Replaces everything in a MySQL with what another one has, which ends its mysqld. */
export async function cloneFrom(recipient: Member, donor: Member): Promise<void> {
  const { host, port, account } = donor.replicated;
  await withConnection(recipient.harnessEndpoint, async (connection) => {
    await connection.query('SET GLOBAL clone_valid_donor_list = ?', [`${host}:${port}`]);
    const sql = `CLONE INSTANCE FROM ?@?:${port} IDENTIFIED BY ?`;
    await connection.query(sql, [account.user, host, account.password]).catch((error: unknown) => {
      const isDone = error instanceof Error && 'errno' in error && error.errno === NOT_SUPERVISED;
      const isGone = error instanceof Error && 'code' in error && error.code === 'PROTOCOL_CONNECTION_LOST';
      if (!isDone && !isGone) throw error;
    });
  });
}
