import type { MigrationServers } from '../cluster/servers.ts';
import { failure, usage } from '../errors.ts';
import { createMoveTables, showWorkflow, type CreateOptions, type WorkflowName } from '../vtctl/move-tables.ts';
import { forwardWorkflow, type LoadedSource, type MigrationContext } from './context.ts';
import { checkRouting } from './coherence.ts';
import { refuseForeignWorkflow } from './existing.ts';

/** @throws usage if the command, which was planned before the tables were known, would stop the stream. */
function refuseUnplannedKeys({ cluster, loaded }: MigrationContext): void {
  const { foreignKeys, needKeys } = loaded();
  if (cluster.existing === null || cluster.existing.resume || foreignKeys !== 'none' || needKeys.length === 0) return;
  throw usage({
    what: 'The secondary keys of a table cannot be deferred.',
    expected: 'an AUTO_INCREMENT column that is the first of its primary key, or foreignKeys: copied in the config',
    seen: `AUTO_INCREMENT by a secondary key in ${needKeys.join(', ')}`,
    where: 'foreignKeys of the config, which decides on --defer-secondary-keys',
    next: 'Set foreignKeys: copied in the config. Nothing was changed.',
  });
}

/**
 * Creates the MoveTables workflow, or uses the one that an interrupted run created.
 *
 * @param isOurs called when the workflow is about to be created, or was found to be one to continue.
 * @returns when it was created, by `performance.now()`; null if it existed already.
 */
export async function create(context: MigrationContext, isOurs: () => void): Promise<number | null> {
  const { cluster, vtctl, tables } = context;
  const name = forwardWorkflow(context);
  const found = await showWorkflow(vtctl, name);
  // Someone else created it after `adopt` looked, so it is not ours to use.
  if (found !== null && cluster.existing?.resume === false) await refuseForeignWorkflow(context);
  if (found === null && cluster.existing?.resume === true) throw nothingToResume(name);
  if (found === null) refuseUnplannedKeys(context);
  isOurs();
  if (found === null) await createMoveTables(vtctl, name, createOptions(context, tables));
  const madeAt = found === null ? performance.now() : null;
  const workflow = await showWorkflow(vtctl, name);
  if (workflow === null || workflow.streams.length === 0) {
    throw failure({
      what: 'The workflow was created but does not exist.',
      expected: `${name.workflow} with a stream`,
      seen: workflow === null ? 'no workflow of that name' : 'no stream',
      where: `MoveTables show in ${name.targetKeyspace}`,
    });
  }
  await checkRouting(context, { reads: 'source', writes: 'source' });
  return madeAt;
}

function nothingToResume({ workflow, targetKeyspace }: WorkflowName) {
  return usage({
    what: 'There is no workflow to continue.',
    expected: `${workflow} in ${targetKeyspace}, because the config has target.resume`,
    seen: 'no workflow of that name',
    where: `MoveTables show in ${targetKeyspace}`,
    next: 'Remove target.resume from the config; then the workflow is created.',
  });
}

export function createOptions({ cluster, loaded }: MigrationContext, tables: readonly string[]): CreateOptions {
  const { foreignKeys, needKeys } = loaded();
  const options = createOptionsOf(cluster, tables, foreignKeys);
  return { ...options, deferSecondaryKeys: options.deferSecondaryKeys && needKeys.length === 0 };
}

export function createOptionsOf(
  { sourceKeyspace, tabletTypes }: Pick<MigrationServers, 'sourceKeyspace' | 'tabletTypes'>,
  tables: readonly string[],
  foreignKeys: LoadedSource['foreignKeys'],
): CreateOptions {
  return {
    sourceKeyspace,
    tables,
    tabletTypes,
    atomicCopy: foreignKeys === 'atomic-copy',
    // A key that a foreign key needs cannot be dropped before the copy: MySQL's error 1553 ends the workflow.
    deferSecondaryKeys: foreignKeys === 'none',
  };
}
