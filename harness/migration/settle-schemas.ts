import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { reloadSchemas } from '../vtctl/schemas.ts';
import { lookUntil } from '../wait.ts';
import { keyspaceOf, primaryEndpoint, sidecarOf, type MigrationContext, type Side } from './context.ts';
import { schemaChangesSeenBy } from './vtgate-counters.ts';

/** vtgate takes a change up a second after it hears of it (go/vt/vtgate/schema/tracker.go, 24.0.1). */
const QUIET_MS = 2_000;
const GIVE_UP_MS = 15_000;

/**
 * Has every tablet look at its tables now, and vtgate take up what they find, rather than in the middle of a switch:
 * LOCK TABLES makes the tablet that served writes do so, and what it then finds costs the switch one or two seconds and
 * may cost the application errors. See docs/decisions/0012. Changes nothing where nothing was new.
 */
export async function settleSchemas(context: MigrationContext): Promise<void> {
  const { cluster, vtctl } = context;
  const before = await writesToSidecar(context);
  await Promise.all((['source', 'target'] as const).map((side) => reloadSchemas(vtctl, keyspaceOf(context, side))));
  const after = await writesToSidecar(context);
  if (after !== null && after === before) return;
  const { server } = await cluster.vtgate();
  let last: { readonly count: number | null; readonly sinceMs: number } | undefined;
  // A vtgate that is never quiet costs time only, as if nothing had been settled.
  await lookUntil({ timeoutMs: GIVE_UP_MS }, async () => {
    const count = await schemaChangesSeenBy(server);
    if (last?.count !== count) last = { count, sinceMs: performance.now() };
    return { done: performance.now() - last.sinceMs >= QUIET_MS || undefined, seen: `${count} changes` };
  });
}

/** Changes as often as a tablet finds a table that it did not know as it is. Null where MySQL does not count. */
async function writesToSidecar(context: MigrationContext): Promise<string | null> {
  const counts = await Promise.all((['source', 'target'] as const).map((side) => writesOn(context, side)));
  return counts.includes(null) ? null : counts.join();
}

async function writesOn(context: MigrationContext, side: Side): Promise<string | null> {
  return await withConnection(await primaryEndpoint(context, side), async (connection) => {
    const [row] = await queryRows<{ writes: string }>(
      connection,
      `SELECT COUNT_WRITE AS writes FROM performance_schema.table_io_waits_summary_by_table
        WHERE OBJECT_SCHEMA = ? AND OBJECT_NAME = 'tables'`,
      [sidecarOf(context, side)],
    );
    return row?.writes ?? null;
  });
}
