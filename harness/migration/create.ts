import { failure } from '../errors.ts';
import { createMoveTables, showWorkflow, type CreateOptions } from '../vtctl/move-tables.ts';
import { forwardWorkflow, type MigrationContext } from './context.ts';
import { checkRouting } from './coherence.ts';

/**
 * Makes the MoveTables workflow; a workflow that an interrupted run made is taken as it is.
 *
 * @returns when it was made, by `performance.now()`; null where it was there.
 */
export async function create(context: MigrationContext): Promise<number | null> {
  const { vtctl, tables } = context;
  const name = forwardWorkflow(context);
  const isThere = (await showWorkflow(vtctl, name)) !== null;
  if (!isThere) await createMoveTables(vtctl, name, createOptions(context, tables));
  const madeAt = isThere ? null : performance.now();
  const workflow = await showWorkflow(vtctl, name);
  if (workflow === null || workflow.streams.length === 0) {
    throw failure({
      what: 'The workflow was created but is not there.',
      expected: `${name.workflow} with a stream`,
      seen: workflow === null ? 'no workflow of that name' : 'no stream',
      where: `MoveTables show in ${name.targetKeyspace}`,
    });
  }
  await checkRouting(context, { reads: 'source', writes: 'source' });
  return madeAt;
}

export function createOptions({ cluster, loaded }: MigrationContext, tables: readonly string[]): CreateOptions {
  const { foreignKeys } = loaded();
  return {
    sourceKeyspace: cluster.sourceKeyspace,
    tables,
    atomicCopy: foreignKeys === 'atomic-copy',
    // A key that a foreign key needs cannot be dropped before the copy: MySQL's error 1553 ends the workflow.
    deferSecondaryKeys: foreignKeys === 'none',
  };
}
