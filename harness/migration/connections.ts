import { BlockList, isIP } from 'node:net';
import type { Connection } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';
import { clientAttributes } from '../cluster/own-connections.ts';
import type { MigrationServers, Ownership } from '../cluster/servers.ts';
import { trouble } from '../errors.ts';
import { ownConnectionIds } from '../mysql-connection.ts';
import { SYSTEM_USERS } from '../preflight/system-users.ts';
import type { MigrationContext } from './context.ts';

/** The part of a migration that says who is connected to its source, and who may write there. */
export interface SourceSide extends Pick<MigrationContext, 'tables'> {
  readonly cluster: Pick<
    MigrationServers,
    'source' | 'hasMysqls' | 'accounts' | 'vtgate' | 'sourceKeyspace' | 'shards'
  >;
}

/** A client that is connected to the source MySQL and is neither Vitess, nor MySQL itself, nor this harness. */
export interface ForeignConnection {
  readonly id: string;
  readonly user: string;
  /** Where it connects from, as the server sees it. */
  readonly host: string;
  readonly database: string | null;
  /** What it is doing, such as `Sleep` or `Query`. */
  readonly command: string;
  /** Who else uses the account. If it is shared, the name proves nothing, and a fence cannot lock it. */
  readonly shares: 'Vitess' | 'this harness' | null;
}

/** Where the source's tablet connects from. */
export interface TabletOrigin {
  /** The host that the source sees, without a port. */
  readonly host: string;
  /** The id of one of its connections. */
  readonly id: string;
}

/**
 * Asks the source, through its tablet, where the tablet connects from. The answer matches the source's list of
 * connections, whatever proxy or address translation lies between. It is null if Vitess' accounts were made for this
 * run, because nobody else has their passwords.
 */
export async function tabletOrigin({ cluster }: SourceSide): Promise<TabletOrigin | null> {
  if (cluster.accounts.ofVitess.length === 0) return null;
  const vtgate = await cluster.vtgate();
  const shard = `${cluster.sourceKeyspace}/${cluster.shards.source}@primary`;
  return await withLook(vtgate.harnessEndpoint(shard), async (connection) => {
    // A session that names a shard is not planned, so the source itself answers.
    const sql = 'SELECT USER() AS account, CAST(CONNECTION_ID() AS CHAR) AS id';
    const [row] = await queryRows<{ account: string; id: string }>(connection, sql);
    return { host: row!.account.slice(row!.account.lastIndexOf('@') + 1), id: row!.id };
  });
}

/**
 * Returns the connections to the source that belong to others. Replicas that read the binary log are left out, because
 * they do not write. A name alone proves nothing, because an application can use the account of Vitess or of this
 * harness:
 *
 * - A connection of this harness is recognised by the attributes with which it connected, or by its id.
 * - A connection of Vitess has an account of Vitess and comes from the same place as the source's tablet, or from
 *   `target.vitessHosts`. Vitess sends no attributes when it connects (go/mysql/client.go of 24.0.1), but the drivers
 *   of applications do. A client that sends some is therefore not Vitess, whatever its address.
 */
export async function foreignConnections(
  context: SourceSide,
  connection: Connection,
  tablet: TabletOrigin | null,
): Promise<ForeignConnection[]> {
  const { accounts, source } = context.cluster;
  const attributes = await clientAttributes(connection);
  const all = await queryRows<Omit<ForeignConnection, 'shares'> & { readonly isThis: string }>(
    connection,
    // Unlike performance_schema.processlist, it exists and is complete even if performance_schema is off or full.
    `SELECT CAST(ID AS CHAR) AS id, USER AS user, HOST AS host, DB AS \`database\`, COMMAND AS command,
            IF(ID = CONNECTION_ID(), 'yes', 'no') AS isThis
       FROM information_schema.processlist
      WHERE USER NOT IN (?) AND COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')
      ORDER BY ID`,
    [SYSTEM_USERS],
  );
  const self = all.filter(({ isThis }) => isThis === 'yes').map(({ id }) => id);
  if (self.length === 0) throw blind(all.length);
  const own = new Set([...self, ...attributes.own, ...ownConnectionIds(source.harnessEndpoint)]);
  const vitess = hostsOfVitess(accounts, tablet);
  // If a later Vitess sends attributes, this test becomes useless.
  const isVitessSilent = all.some(({ id }) => id === tablet?.id) && !attributes.any.has(tablet!.id);
  return all.flatMap(({ isThis, ...each }) => {
    if (isThis === 'yes' || own.has(each.id) || accounts.madeForRun.includes(each.user)) return [];
    const isOfVitess = accounts.ofVitess.includes(each.user);
    const saysWhatItIs = isVitessSilent && attributes.any.has(each.id);
    if (isOfVitess && vitess.has(hostOf(each.host)) && !saysWhatItIs) return [];
    const isOfHarness = each.user === source.harnessEndpoint.user;
    return [{ ...each, shares: isOfHarness ? 'this harness' : isOfVitess ? 'Vitess' : null } as const];
  });
}

function blind(seen: number) {
  return trouble({
    what: 'The source MySQL does not show who is connected to it.',
    expected: 'at least this connection',
    seen: `${seen} others`,
    where: 'information_schema.processlist of the source MySQL',
  });
}

function hostOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

function hostsOfVitess({ vitessHosts }: Ownership, tablet: TabletOrigin | null): { has(host: string): boolean } {
  const named = new Set(tablet === null ? vitessHosts : [...vitessHosts, tablet.host]);
  const networks = new BlockList();
  for (const each of vitessHosts) {
    const [, address, prefix] = /^(.+)\/(\d{1,3})$/.exec(each) ?? [];
    if (address !== undefined) networks.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  const isInside = (host: string) => isIP(host) > 0 && networks.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
  return { has: (host) => named.has(host) || isInside(host) };
}
