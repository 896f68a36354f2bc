import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { VDiffObservation } from '../history/observations.ts';
import type { RunChecker } from './checker.ts';
import { LastLook } from './last-look.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

/**
 * Judges `vdiff-agrees`: VDiff finds no difference, and compares at least as many rows as there were when it began; the
 * last one runs after the last write.
 */
export class VDiffAgrees implements RunChecker {
  readonly ids: readonly InvariantId[] = ['vdiff-agrees'];
  readonly #ledger: Ledger;
  readonly #last = new LastLook('vdiff-agrees', 'VDiff');
  /** The tables whose rows were not counted for the last VDiff, because writes continued. */
  #uncounted: readonly string[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'vdiff') return;
    this.#last.at(line.index);
    for (const table of line.tables) this.#judge(table, line.workflow, line.index);
    this.#uncounted = line.tables
      .filter(({ rows, atLeast }) => rows === null && atLeast === undefined)
      .map(({ table }) => table);
  }

  end(lastWrite: number): void {
    this.#last.end(lastWrite, this.#ledger);
    if (this.#uncounted.length === 0) return;
    const tables = this.#uncounted.join(', ');
    this.#ledger.cannot('vdiff-agrees', `the rows that the last VDiff had to compare were not counted in ${tables}`);
  }

  #judge(compared: VDiffObservation['tables'][number], workflow: string, index: number): void {
    const { table, rowsCompared, mismatchedRows, keys, rows, atLeast = 0 } = compared;
    const least = rows ?? atLeast;
    this.#ledger.judgedMany('vdiff-agrees', rowsCompared);
    const find = (key: string | null, what: string, weight: number) =>
      this.#ledger.find('vdiff-agrees', { table, key, what: `${what}, says VDiff of ${workflow}`, index, weight });
    for (const key of keys) find(key, 'the row is not the same on both sides', 1);
    const more = mismatchedRows - keys.length;
    if (more > 0) find(null, `${counted(more, keys.length > 0 ? 'more row' : 'row')} differ`, more);
    if (rowsCompared < least) {
      find(null, `${rowsCompared} of ${counted(least, 'row')} were compared`, least - rowsCompared);
    }
  }
}
