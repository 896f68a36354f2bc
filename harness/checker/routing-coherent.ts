import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

/** `routing-coherent`: routing rules, denied tables, workflows and probe writes agree on one side, at every look. */
export class RoutingCoherent implements RunChecker {
  readonly ids: readonly InvariantId[] = ['routing-coherent'];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'routing') return;
    this.#ledger.judged('routing-coherent', line.compared);
    for (const { table, what } of line.differences) {
      const expected = `reads belong to the ${line.reads}, writes to the ${line.writes}: ${what}`;
      this.#ledger.find('routing-coherent', { table, key: null, what: expected, index: line.index, weight: 1 });
    }
  }
}
