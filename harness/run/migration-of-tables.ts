import { countJournals } from '../migration/coherence.ts';
import type { MigrationContext } from '../migration/context.ts';
import { Migration } from '../migration/migration.ts';
import type { Run } from './run.ts';

/** Returns the steps for only these tables, on the servers of a run that takes one workflow after another. */
export async function migrationOfTables(run: Run, tables: readonly string[]): Promise<Migration> {
  const whole = run.migration.context;
  // Those of earlier workflows stay.
  const journals = (await countJournals(whole, 'source')) - (await countJournals(whole, 'target'));
  const context: MigrationContext = { ...whole, tables, before: { ...whole.before, journals } };
  return new Migration(context, run.recorder);
}
