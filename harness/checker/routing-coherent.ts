import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { StepLine } from '../history/lines.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

const SWITCHES: ReadonlySet<string> = new Set(['switchReads', 'switchWrites', 'reverseReads', 'reverseWrites']);

/**
 * `routing-coherent`: routing rules, denied tables, workflows and probe writes agree on one side, at every look; and
 * somebody looks after every switch.
 */
export class RoutingCoherent implements RunChecker {
  readonly ids: readonly InvariantId[] = ['routing-coherent'];
  readonly #ledger: Ledger;
  /** The switch that began last, once it has passed, while nobody has looked since its beginning. */
  #unseen: string | null = null;
  #hasLooked = true;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'step' && SWITCHES.has(line.name)) this.#switched(line);
    if (line.type !== 'observation' || line.of !== 'routing') return;
    this.#hasLooked = true;
    this.#unseen = null;
    this.#ledger.judged('routing-coherent', line.compared);
    for (const { table, what } of line.differences) {
      const expected = `reads belong to the ${line.reads}, writes to the ${line.writes}: ${what}`;
      this.#ledger.find('routing-coherent', { table, key: null, what: expected, index: line.index, weight: 1 });
    }
  }

  end(): void {
    if (this.#unseen === null) return;
    this.#ledger.cannot('routing-coherent', `nobody looked at the routing after ${this.#unseen}`);
    this.#unseen = null;
  }

  #switched({ name, event, verdict }: StepLine): void {
    if (event === 'start') {
      this.end();
      this.#hasLooked = false;
    } else if (verdict === 'pass' && !this.#hasLooked) {
      this.#unseen = name;
    }
  }
}
