import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { StepLine } from '../history/lines.ts';
import type { RoutingObservation } from '../history/observations.ts';
import { SWITCHES } from '../history/steps.ts';
import type { Side } from '../side.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

/**
 * Judges `routing-coherent`: at every look, routing rules, denied tables, workflows and probe writes agree on one side,
 * and after every switch there is a look at the traffic that it moved, on the side to which it moved.
 */
export class RoutingCoherent implements RunChecker {
  readonly ids: readonly InvariantId[] = ['routing-coherent'];
  readonly #ledger: Ledger;
  /** The last switch that began, if it has passed and there has been no look since it began. */
  #unseen: string | null = null;
  #hasLooked = true;
  /** What that switch moves. */
  #moved: readonly ['reads' | 'writes', Side] | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'step') this.#step(line);
    if (line.type !== 'observation' || line.of !== 'routing' || line.fault !== undefined) return;
    this.#look(line);
    this.#ledger.judgedMany('routing-coherent', line.compared);
    for (const { table, what } of line.differences) {
      const expected = `reads belong to the ${line.reads}, writes to the ${line.writes}: ${what}`;
      this.#ledger.find('routing-coherent', { table, key: null, what: expected, index: line.index, weight: 1 });
    }
  }

  end(): void {
    if (this.#unseen === null) return;
    this.#ledger.cannot('routing-coherent', `the routing was not checked after ${this.#unseen}`);
    this.#unseen = null;
  }

  /** A look that expects traffic where it was before, or that compares nothing, does not show where it goes now. */
  #look({ compared, ...traffic }: Pick<RoutingObservation, 'compared' | 'reads' | 'writes'>): void {
    const [types, to] = this.#moved ?? [];
    if (!(compared > 0) || (types !== undefined && traffic[types] !== to)) return;
    this.#hasLooked = true;
    this.#unseen = null;
  }

  #step({ name, event, verdict }: StepLine): void {
    const moved = SWITCHES[name];
    if (moved === undefined) return;
    if (event === 'start') {
      this.end();
      this.#hasLooked = false;
      this.#moved = moved;
    } else if (verdict === 'pass' && !this.#hasLooked) {
      this.#unseen = name;
    }
  }
}
