import { failure, trouble } from '../errors.ts';
import type { TableComparison } from '../observe/checksum.ts';

/**
 * Fails when the sides differ.
 *
 * @param mayBeEmpty tables that had no row when the run began; if they still have none, there is nothing to compare.
 * @throws `fail` naming tables and rows if the sides differ; `unknown` if no row was compared.
 */
export function refuseDifferences(
  tables: readonly TableComparison[],
  mayBeEmpty: ReadonlySet<string> = new Set(),
): void {
  const compared = tables.filter(({ table }) => !mayBeEmpty.has(table));
  const empty = compared.filter(({ rows, targetRows }) => rows + targetRows === 0).map(({ table }) => table);
  if (compared.length === 0 || empty.length > 0) {
    throw trouble({
      what: 'The checksums compared no rows.',
      expected: 'rows on at least one side of every table',
      seen: compared.length === 0 ? 'no table' : `no row of ${empty.join(', ')}`,
    });
  }
  refuseUnequal(tables, 'at rest');
}

/**
 * Fails when the tables differ.
 *
 * @param when they were compared, such as `at rest`.
 * @throws `fail` naming tables and rows if the sides differ; `unknown` if the comparison proves nothing.
 */
export function refuseUnequal(tables: readonly TableComparison[], when: string): void {
  const unequal = tables.filter(({ equal }) => !equal);
  if (unequal.length === 0) return;
  if (unequal.every(isOnlyUnsettled)) {
    throw trouble({
      what: 'The checksums could not be compared: the two sides never came to rest.',
      expected: 'every chunk to be equal, or to differ in the same rows, for a while',
      seen: unequal.map(({ table, unsettled }) => `${table}: ${unsettled} chunk(s) kept changing`).join('\n'),
      next: 'Compare again with fewer writes, or when they have been stopped.',
    });
  }
  throw failure({
    what: 'The two sides do not hold the same rows.',
    expected: 'equal checksums of every table',
    seen: unequal
      .map(({ table, differencesTotal, differences, schemaDifferences }) =>
        [
          `${table}: ${differencesTotal} row(s)`,
          ...[...schemaDifferences, ...differences.slice(0, 3)].map((each) => JSON.stringify(each)),
        ].join('\n'),
      )
      .join('\n'),
    where: `our own checksums, ${when}`,
    next: 'Do not cut over. The rows above are named by key, with both images.',
  });
}

/** Whether it is unknown if the table is equal: no row is known to differ, but some changed all the time. */
export function isOnlyUnsettled({ unsettled, differencesTotal, schemaDifferences }: TableComparison): boolean {
  return unsettled > 0 && differencesTotal === 0 && schemaDifferences.length === 0;
}
