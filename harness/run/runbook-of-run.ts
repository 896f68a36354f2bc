import type { RunbookStep } from '../history/observations.ts';
import { forwardWorkflow, reverseWorkflow, sidecarOf, type MigrationContext } from '../migration/context.ts';
import { createOptions } from '../migration/create.ts';
import { runbook } from '../migration/runbook.ts';

/** Returns the commands with which a team migrates these tables on its own servers. */
export function runbookOf(context: MigrationContext, tables: readonly string[]): readonly RunbookStep[] {
  const { cluster } = context;
  return runbook({
    workflow: forwardWorkflow(context),
    reverse: reverseWorkflow(context),
    create: createOptions(context, tables),
    shards: cluster.shards,
    sidecar: sidecarOf(context, 'source'),
    database: cluster.hasMysqls ? cluster.source.database : cluster.sourceKeyspace,
    cell: cluster.cell,
  });
}
