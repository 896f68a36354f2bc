import type { ChecksumObservation } from '../history/observations.ts';
import type { Recorder } from '../history/recorder.ts';
import { hasFollowed } from '../migration/at-rest.ts';
import { primaryEndpoint } from '../migration/context.ts';
import type { Migration } from '../migration/migration.ts';
import { compareTables, type TableComparison } from '../observe/checksum.ts';

export interface ChecksumStep {
  readonly tables: readonly string[];
  /** Whether the application writes during the comparison. */
  readonly underWrites?: boolean;
}

/**
 * How long it may take until rows that the application keeps changing are seen equal once, not counting the wait for
 * the stream.
 */
const SETTLE_MS = 5_000;

/** Compares the primaries of both sides by our own checksums, as a step, and records the result in the history. */
export async function compareChecksums(
  { context, writesOn }: Migration,
  recorder: Recorder,
  { tables, underWrites = false }: ChecksumStep,
): Promise<readonly TableComparison[]> {
  const compared = await recorder.step(
    'checksum',
    `checksums of both sides${underWrites ? ', while writes go on' : ''}`,
    async ({ progress }) => {
      const source = await primaryEndpoint(context, 'source');
      const target = await primaryEndpoint(context, 'target');
      let isBehind = false;
      const follows = async () => {
        // If a stream was too far behind once, later ranges do not wait for it.
        if (!isBehind) isBehind = !(await hasFollowed(context, writesOn));
        return !isBehind;
      };
      const meanwhile = underWrites ? { underWrites, settleMs: SETTLE_MS, follows } : {};
      return await compareTables({ source, target, tables, onProgress: progress, ...meanwhile });
    },
    (all) => `${all.filter(({ equal }) => equal).length} of ${all.length} tables equal${unsettledIn(all)}`,
  );
  recorder.observed(observationOf(compared, underWrites));
  return compared;
}

function unsettledIn(all: readonly TableComparison[]): string {
  const tables = all.filter(({ unsettled }) => unsettled > 0).map(({ table }) => table);
  return tables.length === 0 ? '' : `, rows changed all the time in ${tables.join(', ')}`;
}

function observationOf(tables: readonly TableComparison[], underWrites: boolean): ChecksumObservation {
  return {
    of: 'checksums',
    ...(underWrites ? { underWrites } : {}),
    tables: tables.map(({ table, rows, targetRows, equal, unsettled, differencesTotal, ...more }) => ({
      table,
      rows,
      targetRows,
      equal,
      ...(unsettled > 0 ? { unsettled } : {}),
      differencesTotal,
      differences: more.differences.map(({ key, kind, source, target, leaves }) => ({
        key: Object.values(key).join(','),
        kind,
        ...(source === undefined ? {} : { source }),
        ...(target === undefined ? {} : { target }),
        ...(leaves === undefined ? {} : { leaves }),
      })),
      schemaDifferences: more.schemaDifferences.map(({ what, source, target }) => `${what}: ${source} / ${target}`),
    })),
  };
}
