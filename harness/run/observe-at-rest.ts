import type { Recorder } from '../history/recorder.ts';
import type { ConstraintObservation } from '../history/observations.ts';
import { untilAtRest } from '../migration/at-rest.ts';
import { observeTraffic } from '../migration/coherence.ts';
import { primaryEndpoint, type MigrationContext } from '../migration/context.ts';
import type { Migration } from '../migration/migration.ts';
import type { TableComparison } from '../observe/checksum.ts';
import { checkConstraints } from '../observe/constraints.ts';
import type { Side } from '../side.ts';
import { compareChecksums } from './compare-checksums.ts';

/**
 * Waits until the streams are at rest, then looks at both sides in every possible way. The observations go to the
 * history, from which they are judged.
 *
 * @returns what the checksums found; nothing if the MySQLs cannot be asked.
 */
export async function observeAtRest(migration: Migration, recorder: Recorder): Promise<readonly TableComparison[]> {
  const { context, writesOn: writes, readsOn: reads } = migration;
  const { hasMysqls } = context.cluster;
  await recorder.step('rest', 'streams come to rest', async () => {
    if (hasMysqls) await untilAtRest(context, writes);
    await observeTraffic(context, { reads, writes });
  });
  await migration.vdiffAtRest();
  if (!hasMysqls) return [];
  const tables = await compareChecksums(migration, recorder, { tables: context.tables });
  await recorder.step('constraints', 'constraints of both sides', async () => {
    recorder.observed(await constraintsOf(context));
  });
  return tables;
}

async function constraintsOf(context: MigrationContext): Promise<ConstraintObservation> {
  const sides: readonly Side[] = ['source', 'target'];
  const all = await Promise.all(
    sides.map(async (side) => {
      const { compared, violations } = await checkConstraints(await primaryEndpoint(context, side), context.tables);
      return { compared, violations: violations.map((violation) => ({ side, ...violation })) };
    }),
  );
  return {
    of: 'constraints',
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    violations: all.flatMap(({ violations }) => violations),
  };
}
