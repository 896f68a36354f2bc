import type { Recorder } from '../history/recorder.ts';
import type { ChecksumObservation, ConstraintObservation, SideName } from '../history/observations.ts';
import { untilAtRest } from '../migration/at-rest.ts';
import { observeTraffic } from '../migration/coherence.ts';
import { primaryEndpoint, type MigrationContext } from '../migration/context.ts';
import type { Migration } from '../migration/migration.ts';
import { compareTables, type TableComparison } from '../observe/checksum.ts';
import { checkConstraints } from '../observe/constraints.ts';

/**
 * Waits until nothing flows any more, then looks at both sides with every eye there is. What is seen goes to the
 * history; what it means is judged from there.
 *
 * @returns what the checksums found; nothing where the MySQLs cannot be asked.
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
  const tables = await recorder.step(
    'checksum',
    'checksums of both sides',
    async ({ progress }) => {
      const source = await primaryEndpoint(context, 'source');
      const target = await primaryEndpoint(context, 'target');
      return await compareTables({ source, target, tables: context.tables, onProgress: progress });
    },
    (all) => `${all.filter(({ equal }) => equal).length} of ${all.length} tables equal`,
  );
  recorder.observed(observationOf(tables));
  await recorder.step('constraints', 'constraints of both sides', async () => {
    recorder.observed(await constraintsOf(context));
  });
  return tables;
}

function observationOf(tables: readonly TableComparison[]): ChecksumObservation {
  return {
    of: 'checksums',
    tables: tables.map(({ table, rows, targetRows, equal, differencesTotal, differences, schemaDifferences }) => ({
      table,
      rows,
      targetRows,
      equal,
      differencesTotal,
      differences: differences.map(({ key, kind, source, target, leaves }) => ({
        key: Object.values(key).join(','),
        kind,
        ...(source === undefined ? {} : { source }),
        ...(target === undefined ? {} : { target }),
        ...(leaves === undefined ? {} : { leaves }),
      })),
      schemaDifferences: schemaDifferences.map(({ what, source, target }) => `${what}: ${source} / ${target}`),
    })),
  };
}

async function constraintsOf(context: MigrationContext): Promise<ConstraintObservation> {
  const sides: readonly SideName[] = ['source', 'target'];
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
