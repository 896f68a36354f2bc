import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableLine } from '../history/lines.ts';
import type { TableChecker } from './checker.ts';
import { grown } from './typed-arrays.ts';
import { KeyIndex } from './key-index.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';

const NOT_SENT = 0;
const FAILED = 1;
const MAYBE = 2;
const ACKNOWLEDGED = 3;
const MOST_COUNTED = 255;

/**
 * Judges `no-lost-write`, `no-phantom` and `no-duplicate` for a set that only grows, in a table without a primary key:
 * at the end each acknowledged value is there exactly once, each indeterminate value at most once, and nothing else.
 */
export class AppendChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = ['no-lost-write', 'no-phantom', 'no-duplicate'];
  readonly #table: string;
  readonly #ledger: Ledger;
  readonly #values = new KeyIndex();
  #states = new Uint8Array(1024);
  #found = new Uint8Array(1024);
  /** The line of the completion. */
  #lines = new Uint32Array(1024);

  constructor({ table, rows, index }: TableLine, ledger: Ledger) {
    this.#table = table;
    this.#ledger = ledger;
    // What was there at the beginning must stay, as if it had been acknowledged.
    for (let value = -1; value >= -rows; value--) {
      const slot = this.#slotOf(value);
      this.#states[slot] = ACKNOWLEDGED;
      this.#lines[slot] = index;
    }
  }

  completed({ f, sent, outcome, completed }: CompletedOperation): void {
    if (f === 'read') return;
    if (f !== 'append' || typeof sent !== 'number') throw new TypeError(`${f} of ${String(sent)} is not of this table`);
    const slot = this.#slotOf(sent);
    const state = outcome === 'ok' ? ACKNOWLEDGED : outcome === 'info' ? MAYBE : FAILED;
    // If a value were sent twice, the more certain outcome would count.
    if (state < this.#states[slot]!) return;
    this.#states[slot] = state;
    this.#lines[slot] = completed;
  }

  finalRow({ value }: FinalRowRead): void {
    if (value === null) throw new TypeError('a row of the final state has no value');
    const slot = this.#slotOf(value);
    this.#found[slot] = Math.min(MOST_COUNTED, this.#found[slot]! + 1);
  }

  end(isFinal: boolean): void {
    if (!isFinal) {
      for (const id of this.ids) this.#ledger.cannot(id, `the final state of ${this.#table} was not read whole`);
      return;
    }
    const values = this.#values.keys();
    for (let slot = 0; slot < values.length; slot++) this.#judge(values[slot]!, slot);
  }

  #judge(value: number, slot: number): void {
    const state = this.#states[slot]!;
    const found = this.#found[slot]!;
    const line = this.#lines[slot]!;
    if (state === ACKNOWLEDGED) this.#ledger.judged('no-lost-write');
    if (found > 0) {
      this.#ledger.judged('no-phantom');
      this.#ledger.judged('no-duplicate');
    }
    if (state === ACKNOWLEDGED && found === 0) {
      this.#find(
        'no-lost-write',
        value,
        line,
        `the value is missing at the end, though line ${line} acknowledged it`,
        1,
      );
    } else if (state >= MAYBE && found > 1) {
      const times = found === MOST_COUNTED ? `${MOST_COUNTED} times or more` : `${found} times`;
      this.#find('no-duplicate', value, line, `the value is there ${times} at the end, but was sent only once`, found);
    } else if (state === FAILED && found > 0) {
      this.#find(
        'no-phantom',
        value,
        line,
        `the value is there at the end, though line ${line} says that it failed`,
        1,
      );
    } else if (state === NOT_SENT) {
      this.#find('no-phantom', value, null, 'the value is there at the end, but was never sent', 1);
    }
  }

  #find(id: InvariantId, key: number, index: number | null, what: string, weight: number): void {
    this.#ledger.find(id, { table: this.#table, key, what, index, weight });
  }

  #slotOf(value: number): number {
    const slot = this.#values.add(value);
    if (slot === this.#states.length) {
      this.#states = grown(this.#states, 4 * slot);
      this.#found = grown(this.#found, 4 * slot);
      this.#lines = grown(this.#lines, 4 * slot);
    }
    return slot;
  }
}
