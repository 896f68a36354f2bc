import type { Cluster } from '../cluster/cluster.ts';
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
