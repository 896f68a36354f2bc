import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { Side } from '../side.ts';
import { reloadSchemas } from '../vtctl/schemas.ts';
import { lookUntil } from '../wait.ts';
import { primaryEndpoint, sidecarOf, type MigrationContext } from './context.ts';
import { schemaChangesSeenBy } from './vtgate-counters.ts';

/** vtgate applies a change a second after it receives it (go/vt/vtgate/schema/tracker.go, 24.0.1). */
const QUIET_MS = 2_000;
/** This is long enough on a busy machine, with room to spare. */
const TAKEN_UP_MS = 3_000;
const GIVE_UP_MS = 15_000;

/**
 * Does the first half of settling, long before a switch: every tablet reloads its schema now, and vtgate applies the
 * changes while something else is happening.
 */
export async function lookAtSchemas({ cluster, vtctl }: Pick<MigrationContext, 'cluster' | 'vtctl'>): Promise<void> {
  await Promise.all([cluster.sourceKeyspace, cluster.targetKeyspace].map((name) => reloadSchemas(vtctl, name)));
}

/**
 * Makes every tablet reload its schema now, and vtgate apply the changes, so that this does not happen in the middle of
 * a switch. LOCK TABLES makes the tablet that served writes reload, and changes that it then finds cost the switch one
 * or two seconds and may cause errors in the application. See docs/decisions/0012. If nothing is new, nothing changes.
 *
 * @param lookedAtMs when `lookAtSchemas` was called, by `performance.now()`; its changes may still be on their way.
 */
export async function settleSchemas(context: MigrationContext, lookedAtMs = -Infinity): Promise<void> {
  const { cluster } = context;
  const before = await writesToSidecar(context);
  await lookAtSchemas(context);
  const after = await writesToSidecar(context);
  const isLongAgo = performance.now() - lookedAtMs >= TAKEN_UP_MS;
  if (isLongAgo && after !== null && after === before) return;
  const { server } = await cluster.vtgate();
  let last: { readonly count: number | null; readonly sinceMs: number } | undefined;
  // If vtgate never becomes quiet, this only costs time; the result is as if nothing had been settled.
  await lookUntil({ timeoutMs: GIVE_UP_MS }, async () => {
    const count = await schemaChangesSeenBy(server);
    if (last?.count !== count) last = { count, sinceMs: performance.now() };
    return { done: performance.now() - last.sinceMs >= QUIET_MS || undefined, seen: `${count} changes` };
  });
}

/** Returns a number that changes whenever a tablet finds a changed table, or null if MySQL does not count. */
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
