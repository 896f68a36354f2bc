import { countJournals } from '../migration/coherence.ts';
import type { MigrationContext } from '../migration/context.ts';
import { Migration } from '../migration/migration.ts';
import type { Run } from './run.ts';

/** Returns the steps for these tables alone, on the servers of a run that takes one workflow after another. */
export async function migrationOfTables(run: Run, tables: readonly string[]): Promise<Migration> {
  const whole = run.migration.context;
  // Those of the workflows before stay.
  const journals = (await countJournals(whole, 'source')) - (await countJournals(whole, 'target'));
  const context: MigrationContext = { ...whole, tables, before: { ...whole.before, journals } };
  return new Migration(context, run.recorder);
}
