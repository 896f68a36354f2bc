import { messageOf } from '../errors.ts';
import type { Side } from '../side.ts';
import { listWorkflows } from '../vtctl/move-tables.ts';
import { waitFor } from '../wait.ts';
import { keyspaceOf, type MigrationContext } from './context.ts';

const TIMEOUT_MS = 60_000;

/** What a tablet answers until then (Vitess 24.0.1, vreplication/engine.go, exec). */
const NOT_OPEN = /vreplication engine is closed|engine is still trying to open/;

/**
 * Waits until the primary of a side accepts workflows. On a new MySQL it does not for a second after its promotion:
 * vttablet opens its VReplication engine before it creates the sidecar database, fails, and tries again a second later
 * (Vitess 24.0.1, tabletmanager/tm_state.go and vreplication/engine.go). The engine of VDiff opens right after it.
 */
export async function untilEngineIsOpen(context: MigrationContext, side: Side): Promise<void> {
  const keyspace = keyspaceOf(context, side);
  const wait = {
    what: `the VReplication engine of the primary of ${keyspace} to be open`,
    where: `Workflow --keyspace=${keyspace} list; vttablet logs why it could not open it`,
    timeoutMs: TIMEOUT_MS,
  };
  await waitFor(wait, async () => {
    try {
      await listWorkflows(context.vtctl, keyspace);
      return { done: true, seen: 'open' };
    } catch (error) {
      const [notOpen] = NOT_OPEN.exec(messageOf(error)) ?? [];
      if (notOpen === undefined) throw error;
      return { done: undefined, seen: notOpen };
    }
  });
}
