import { showWorkflow, type WorkflowName } from '../vtctl/move-tables.ts';
import type { MigrationContext } from './context.ts';
import { refuseFailing } from './stream-watch.ts';

/**
 * Reports a stream's error instead of the error of a command that failed because of it.
 *
 * @throws the error of the stream, if one has any; otherwise it returns, and the command's own error stands.
 */
export async function blameStreams(context: MigrationContext, name: WorkflowName): Promise<void> {
  const workflow = await showWorkflow(context.vtctl, name).catch(() => null);
  if (workflow === null) return;
  refuseFailing(name, workflow.streams);
}
