import { z } from 'zod';
import type { CopyObservation } from '../history/observations.ts';
import { forwardWorkflow, type MigrationContext } from './context.ts';

/**
 * Keyed by `keyspace.shard.workflow.type.stream.table` (Vitess 24, go/vt/vttablet/tabletmanager/vreplication/stats.go).
 */
const byTable = z.record(z.string(), z.number()).default({});
const variables = z.object({ VReplicationTableCopyRowCounts: byTable, VReplicationTableCopyTimings: byTable });

/**
 * Returns what the copy wrote to each table, as the tablets of the target count it.
 *
 * @returns rows, and the milliseconds spent writing them; empty if no tablet reports any.
 */
export async function copiedTables(context: MigrationContext): Promise<NonNullable<CopyObservation['tables']>> {
  const { workflow } = forwardWorkflow(context);
  const tablets = await context.cluster.managedTablets();
  const seen = await Promise.all(
    tablets.map(async (tablet) => {
      const page = await tablet.page('/debug/vars').catch(() => '{}');
      return variables.safeParse(JSON.parse(page)).data ?? null;
    }),
  );
  const figures = new Map<string, { rows: number; ms: number }>();
  for (const each of seen) {
    for (const [key, rows] of Object.entries(each?.VReplicationTableCopyRowCounts ?? {})) {
      const [, table] = new RegExp(`\\.${RegExp.escape(workflow)}\\.[^.]+\\.\\d+\\.(.+)$`, 's').exec(key) ?? [];
      if (table === undefined) continue;
      const before = figures.get(table) ?? { rows: 0, ms: 0 };
      const ns = each?.VReplicationTableCopyTimings[key] ?? 0;
      figures.set(table, { rows: before.rows + rows, ms: before.ms + ns / 1e6 });
    }
  }
  return [...figures].map(([table, { rows, ms }]) => ({ table, rows, ms }));
}
