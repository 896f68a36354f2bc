import type { Side } from '../side.ts';
import { listCommand } from '../vtctl/move-tables.ts';
import { getShard } from '../vtctl/shards.ts';
import { refreshState } from '../vtctl/tablets.ts';
import { waitFor } from '../wait.ts';
import { keyspaceOf, shardOf, type MigrationContext } from './context.ts';

const TIMEOUT_MS = 60_000;

/**
 * Waits until the primary of a side accepts workflows. On a new MySQL it does not for a second after its promotion:
 * vttablet opens its VReplication engine before it creates the sidecar database, fails, and tries again a second later,
 * or when it is told to read its record (Vitess 24.0.1, tabletmanager/tm_state.go and vreplication/engine.go). The engine
 * of VDiff opens right after it.
 */
export async function untilEngineIsOpen(context: MigrationContext, side: Side): Promise<void> {
  const { cluster, vtctl } = context;
  // Servers that this run did not start have had their engines open for long, or never will.
  if (cluster.starts === null) return;
  const keyspace = keyspaceOf(context, side);
  const wait = {
    what: `the VReplication engine of the primary of ${keyspace} to be open`,
    where: `Workflow --keyspace=${keyspace} list; vttablet logs why it could not open it`,
    timeoutMs: TIMEOUT_MS,
  };
  await waitFor(wait, async () => {
    const refusal = await vtctl.refusal(listCommand(keyspace));
    if (refusal === null) return { done: true, seen: 'open' };
    const { primaryAlias } = await getShard(vtctl, shardOf(context, side));
    // This only makes it sooner, and a tablet that has just started may refuse it.
    if (primaryAlias !== null) await refreshState(vtctl, primaryAlias).catch(() => undefined);
    return { done: undefined, seen: refusal };
  });
}
