import type { MigrationServers, SideServer } from '../cluster/servers.ts';
import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import type { ServerLine } from '../history/lines.ts';
import type { Observation } from '../history/observations.ts';
import type { ForeignKeyHandling } from '../preflight/rule.ts';
import type { Side } from '../side.ts';
import { getShard } from '../vtctl/shards.ts';
import type { WorkflowName } from '../vtctl/move-tables.ts';
import type { Vtctl } from '../vtctl/vtctl.ts';

/** What is known about the source once its rows are there. */
export interface LoadedSource {
  /** Tables that had no row. */
  readonly beganEmpty: ReadonlySet<string>;
  readonly foreignKeys: ForeignKeyHandling | 'none';
  /** Tables whose secondary keys the copy must keep: see `tablesThatNeedTheirKeys`. */
  readonly needKeys: readonly string[];
}

/** What the servers contained before the migration. */
export interface Before {
  /** How many more journals the source has than the target. */
  journals: number;
  /** GTID sets by `@@server_uuid`. */
  readonly executed: Map<string, string>;
}

/** What every step works on. */
export interface MigrationContext {
  readonly cluster: MigrationServers;
  readonly vtctl: Vtctl;
  /** Vitess' own database on the MySQLs of each side. */
  readonly sidecars: Readonly<Record<Side, string>>;
  /** The tables that move, in order. */
  readonly tables: readonly string[];
  readonly vschema: object;
  /** What the source had at the beginning. */
  readonly loaded: () => LoadedSource;
  readonly before: Before;
  /** Receives what a step saw on the servers, for the history. */
  readonly observed: (observation: Observation) => void;
  /** Receives every MySQL of the target as soon as it exists; the endpoint is null if it cannot be queried. */
  readonly met: (server: Pick<ServerLine, 'server' | 'side' | 'name'>, endpoint: ConnectionOptions | null) => void;
}

/** Returns the workflow that copies from the source and follows it. */
export function forwardWorkflow({ cluster }: MigrationContext): WorkflowName {
  const { workflow, targetKeyspace } = cluster;
  return { workflow, targetKeyspace };
}

/** Returns the workflow that Vitess creates when writes are switched; it writes to the source. */
export function reverseWorkflow(context: MigrationContext): WorkflowName {
  return { workflow: `${forwardWorkflow(context).workflow}_reverse`, targetKeyspace: context.cluster.sourceKeyspace };
}

export function keyspaceOf({ cluster }: MigrationContext, side: Side): string {
  return side === 'source' ? cluster.sourceKeyspace : cluster.targetKeyspace;
}

/** Returns the name of the shard, such as `commerce/0`. */
export function shardOf(context: MigrationContext, side: Side): string {
  return `${keyspaceOf(context, side)}/${context.cluster.shards[side]}`;
}

/** Returns Vitess' own database on a side's MySQLs. */
export function sidecarOf({ sidecars }: MigrationContext, side: Side): string {
  return sidecars[side];
}

export function otherSide(side: Side): Side {
  return side === 'source' ? 'target' : 'source';
}

/** Returns how the harness itself connects to the primary MySQL of a side. */
export async function primaryEndpoint(context: MigrationContext, side: Side): Promise<ConnectionOptions> {
  // The run itself knows which of the source's MySQLs is the primary.
  if (side === 'source') return context.cluster.source.harnessEndpoint;
  const [primary] = await serversOf(context, side);
  return primary!.endpoint;
}

/** Returns every MySQL of a side, its primary first. */
export async function serversOf(context: MigrationContext, side: Side): Promise<readonly SideServer[]> {
  const { cluster, vtctl } = context;
  if (side === 'source') {
    return [cluster.source, ...cluster.sourceFollowers].map(({ server, harnessEndpoint }) => ({
      name: server.name,
      endpoint: harnessEndpoint,
    }));
  }
  if (cluster.targetPrimary !== null) return [cluster.targetPrimary];
  const shard = shardOf(context, side);
  const { primaryAlias } = await getShard(vtctl, shard);
  const tablets = await cluster.managedTablets();
  const primary = tablets.find(({ alias }) => alias === primaryAlias);
  if (!primary) {
    throw trouble({
      what: `The keyspace ${cluster.targetKeyspace} has no primary that this run started.`,
      seen: primaryAlias ?? 'no primary',
      where: `GetShard ${shard}`,
    });
  }
  return [primary, ...tablets.filter((tablet) => tablet !== primary)].map(({ server, harnessEndpoint }) => ({
    name: server.name,
    endpoint: harnessEndpoint,
  }));
}

/** Returns the `@@server_uuid` of a MySQL. */
export async function uuidOf(endpoint: ConnectionOptions): Promise<string> {
  return await withConnection(endpoint, async (connection) => {
    const [row] = await queryRows<{ server: string }>(connection, 'SELECT @@server_uuid AS server');
    return row!.server;
  });
}
