import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

/** `constraints-hold`: no row on either side breaks a foreign key, a unique key or a CHECK. */
export class ConstraintsHold implements RunChecker {
  readonly ids: readonly InvariantId[] = ['constraints-hold'];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'constraints') return;
    this.#ledger.judged('constraints-hold', line.compared);
    for (const { side, table, constraint, rows, key } of line.violations) {
      const what = `on the ${side}, ${constraint} is broken by ${counted(rows, 'row')}`;
      this.#ledger.find('constraints-hold', { table, key, what, index: line.index, weight: rows });
    }
  }
}
