import { BlockList, isIP } from 'node:net';
import type { Connection } from 'mysql2/promise';
import { queryRows, withLook } from '../cluster/mysql-endpoint.ts';
import { clientAttributes, openIds } from '../cluster/own-connections.ts';
import type { MigrationServers, Ownership } from '../cluster/servers.ts';
import { trouble } from '../errors.ts';
import { SYSTEM_USERS } from '../preflight/system-users.ts';
import type { MigrationContext } from './context.ts';

/** What of a migration tells who is connected to its source, and who may write there. */
export interface SourceSide extends Pick<MigrationContext, 'tables'> {
  readonly cluster: Pick<
    MigrationServers,
    'source' | 'hasMysqls' | 'accounts' | 'vtgate' | 'sourceKeyspace' | 'shards'
  >;
}

/** A client that is connected to the source MySQL and neither Vitess, nor MySQL itself, nor this harness. */
export interface ForeignConnection {
  readonly id: string;
  readonly user: string;
  /** Where it comes from, as the server sees it. */
  readonly host: string;
  readonly database: string | null;
  /** What it does, as `Sleep`, `Query`. */
  readonly command: string;
  /** Who else uses the account: then a name says nothing, and no fence can lock it. */
  readonly shares: 'Vitess' | 'this harness' | null;
}

/** Where the source's tablet connects from. */
export interface TabletOrigin {
  /** As the source sees it; without a port. */
  readonly host: string;
  /** Of one of its connections. */
  readonly id: string;
}

/**
 * Asks the source, by way of its tablet, where that connects from: whatever proxy or address translation lies between,
 * it is what the source's list of connections has. Null where Vitess' accounts were made for this run, so that nobody
 * else has their passwords.
 */
export async function tabletOrigin({ cluster }: SourceSide): Promise<TabletOrigin | null> {
  if (cluster.accounts.ofVitess.length === 0) return null;
  const vtgate = await cluster.vtgate();
  const shard = `${cluster.sourceKeyspace}/${cluster.shards.source}@primary`;
  return await withLook(vtgate.harnessEndpoint(shard), async (connection) => {
    // A session that names a shard is not planned: the source itself answers.
    const sql = 'SELECT USER() AS account, CAST(CONNECTION_ID() AS CHAR) AS id';
    const [row] = await queryRows<{ account: string; id: string }>(connection, sql);
    return { host: row!.account.slice(row!.account.lastIndexOf('@') + 1), id: row!.id };
  });
}

/**
 * The connections to the source that are somebody else's. Replicas that read the binary log are left out: they do not
 * write. Names alone are not believed, as an application can have the account of Vitess or of this harness:
 *
 * - A connection of this harness is known by what it said of itself when it connected, or by its id.
 * - One of Vitess has an account of Vitess and comes from where the source's tablet does, or from `target.vitessHosts`.
 *   Vitess says nothing of itself when it connects (go/mysql/client.go of 24.0.1), and the drivers of applications do:
 *   so a client that does is none of Vitess, whatever its address.
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
    // Unlike performance_schema.processlist it is there, and complete, where performance_schema is off or full.
    `SELECT CAST(ID AS CHAR) AS id, USER AS user, HOST AS host, DB AS \`database\`, COMMAND AS command,
            IF(ID = CONNECTION_ID(), 'yes', 'no') AS isThis
       FROM information_schema.processlist
      WHERE USER NOT IN (?) AND COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')
      ORDER BY ID`,
    [SYSTEM_USERS],
  );
  const self = all.filter(({ isThis }) => isThis === 'yes').map(({ id }) => id);
  if (self.length === 0) throw blind(all.length);
  const own = new Set([...self, ...attributes.own, ...openIds(source.harnessEndpoint)]);
  const vitess = hostsOfVitess(accounts, tablet);
  // Should a later Vitess say something of itself, this tells nothing any more.
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
