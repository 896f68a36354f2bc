import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

/** `leaves-nothing`: complete and cancel leave no rule, denied table, row of Vitess or table of the target behind. */
export class LeavesNothing implements RunChecker {
  readonly ids: readonly InvariantId[] = ['leaves-nothing'];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'leftovers') return;
    this.#ledger.judged('leaves-nothing', line.compared);
    for (const { table, what } of line.left) {
      const left = `after ${line.after}: ${what}`;
      this.#ledger.find('leaves-nothing', { table, key: null, what: left, index: line.index, weight: 1 });
    }
  }
}
