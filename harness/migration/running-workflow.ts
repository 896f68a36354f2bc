import type { Side } from '../side.ts';
import { showWorkflow, type WorkflowName } from '../vtctl/move-tables.ts';
import { forwardWorkflow, reverseWorkflow, type MigrationContext } from './context.ts';
import { refuseEnded } from './stream-watch.ts';

/**
 * Returns the workflow that follows the side that serves writes. If writes are half switched, Vitess does the rest.
 */
export function runningWorkflow(context: MigrationContext, writes: Side | null): WorkflowName {
  return writes === 'target' ? reverseWorkflow(context) : forwardWorkflow(context);
}

/** @throws if a stream that follows the side that serves writes cannot continue. */
export async function refuseBrokenStream(context: MigrationContext, writes: Side): Promise<void> {
  const name = runningWorkflow(context, writes);
  const workflow = await showWorkflow(context.vtctl, name);
  if (workflow !== null) refuseEnded(name, workflow.streams);
}
