import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { StepLine } from '../history/lines.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

/**
 * Judges `leaves-nothing`: complete and cancel leave no rule, denied table, row of Vitess or table of the target
 * behind, and each of them is followed by a look.
 */
export class LeavesNothing implements RunChecker {
  readonly ids: readonly InvariantId[] = ['leaves-nothing'];
  readonly #ledger: Ledger;
  /** The last `complete` or `cancel` that has begun and has not been followed by a look yet. */
  #unseen: string | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'step') this.#step(line);
    if (line.type !== 'observation' || line.of !== 'leftovers') return;
    if (line.after === this.#unseen) this.#unseen = null;
    this.#ledger.judgedMany('leaves-nothing', line.compared);
    for (const { table, what } of line.left) {
      const left = `after ${line.after}: ${what}`;
      this.#ledger.find('leaves-nothing', { table, key: null, what: left, index: line.index, weight: 1 });
    }
  }

  #step({ name, event, verdict }: StepLine): void {
    if (name !== 'complete' && name !== 'cancel') return;
    if (event === 'start') this.#unseen = name;
    // If it failed, the step reports that.
    else if (verdict === 'pass' && this.#unseen !== null) {
      this.#ledger.cannot('leaves-nothing', `what ${this.#unseen} left behind was not checked`);
    }
  }
}
