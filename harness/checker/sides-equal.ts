import type { InvariantId } from '../history/invariants.ts';
import type { ChecksumObservation } from '../history/observations.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import { LastLook } from './last-look.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

const KINDS = {
  'missing-on-target': 'the row is on the source but not on the target',
  'extra-on-target': 'the row is on the target but not on the source',
  different: 'the row is not the same on both sides',
} as const;

type ChecksumDifference = ChecksumObservation['tables'][number]['differences'][number];
type Leaf = NonNullable<ChecksumDifference['leaves']>[number];

/**
 * Judges `sides-equal`: source and target have the same rows each time that our own checksums are taken, and the last
 * time comes after the last write.
 */
export class SidesEqual implements RunChecker {
  readonly ids: readonly InvariantId[] = ['sides-equal'];
  readonly #ledger: Ledger;
  readonly #last = new LastLook('sides-equal', 'checksums');

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'checksums') return;
    this.#last.at(line.index);
    for (const table of line.tables) this.#judge(table, line);
  }

  end(lastWrite: number): void {
    this.#last.end(lastWrite, this.#ledger);
  }

  #judge(
    compared: ChecksumObservation['tables'][number],
    { index, underWrites }: Pick<ChecksumObservation, 'underWrites'> & { readonly index: number },
  ): void {
    const {
      table,
      rows,
      targetRows,
      equal,
      differences,
      differencesTotal,
      schemaDifferences,
      unsettled = 0,
    } = compared;
    // Under writes, rows are counted at different moments, and rows that changed all the time are not compared.
    const isUnknown = underWrites === true && unsettled > 0;
    if (!isUnknown) this.#ledger.judgedMany('sides-equal', Math.max(rows, targetRows));
    const find = (key: string | null, what: string, weight: number) =>
      this.#ledger.find('sides-equal', { table, key, what, index, weight });
    for (const { key, kind, source, target, leaves = [] } of differences) {
      const images = [source && `source ${JSON.stringify(source)}`, target && `target ${JSON.stringify(target)}`];
      find(key, [KINDS[kind], ...leaves.map(told), ...images.filter((image) => image !== undefined)].join('; '), 1);
    }
    for (const difference of schemaDifferences) find(null, `the schemas differ: ${difference}`, 2);
    const more = differencesTotal - differences.length;
    if (more > 0) find(null, `${counted(more, 'more row')} differ`, more);
    const isUnnamed = differences.length === 0 && schemaDifferences.length === 0 && more <= 0 && !isUnknown;
    if (isUnnamed && rows !== targetRows && underWrites === undefined) {
      find(null, `the source holds ${counted(rows, 'row')}, the target ${targetRows}`, Math.abs(rows - targetRows));
    } else if (isUnnamed && !equal) {
      find(null, 'the checksums differ, but no row was found that does', 1);
    }
  }
}

function told({ column, path, source, target }: Leaf): string {
  return `${column}, ${path}: ${source} on the source, ${target} on the target`;
}
