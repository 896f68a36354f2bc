import type { Cluster } from '../cluster/cluster.ts';
import type { ConnectionOptions } from 'mysql2/promise';
import { trouble } from '../errors.ts';
import { getShard } from '../vtctl/shards.ts';
import type { WorkflowName } from '../vtctl/move-tables.ts';
import type { Vtctldclient } from '../vtctl/vtctldclient.ts';

/** What every step works on. */
export interface MigrationContext {
  readonly cluster: Cluster;
  readonly vtctl: Vtctldclient;
  /** The tables that move, in order. */
  readonly tables: readonly string[];
  readonly vschema: object;
}

export type Side = 'source' | 'target';

/** The workflow that copies from the source and follows it. */
export function forwardWorkflow({ cluster }: MigrationContext): WorkflowName {
  const { sourceKeyspace, targetKeyspace } = cluster;
  return { workflow: `${sourceKeyspace}2${targetKeyspace}`, targetKeyspace };
}

/** The workflow that Vitess makes when writes are switched; it writes to the source. */
export function reverseWorkflow(context: MigrationContext): WorkflowName {
  return { workflow: `${forwardWorkflow(context).workflow}_reverse`, targetKeyspace: context.cluster.sourceKeyspace };
}

export function keyspaceOf({ cluster }: MigrationContext, side: Side): string {
  return side === 'source' ? cluster.sourceKeyspace : cluster.targetKeyspace;
}

export function otherSide(side: Side): Side {
  return side === 'source' ? 'target' : 'source';
}

/** The harness' own way to the MySQL that is primary on a side. */
export async function primaryEndpoint(context: MigrationContext, side: Side): Promise<ConnectionOptions> {
  const { cluster, vtctl } = context;
  if (side === 'source') return cluster.source.harnessEndpoint;
  const { primaryAlias } = await getShard(vtctl, `${cluster.targetKeyspace}/0`);
  const primary = (await cluster.managedTablets()).find(({ alias }) => alias === primaryAlias);
  if (primary) return primary.harnessEndpoint;
  throw trouble({
    what: `The keyspace ${cluster.targetKeyspace} has no primary that this run started.`,
    seen: primaryAlias ?? 'no primary',
    where: `GetShard ${cluster.targetKeyspace}/0`,
  });
}
