import type { InvariantId } from '../history/invariants.ts';
import type { Ledger } from './ledger.ts';

/** When one kind of comparison last ran; it says nothing about what was written later. */
export class LastLook {
  readonly #id: InvariantId;
  readonly #what: string;
  #index = -1;

  /** @param what the name of the comparison, such as `checksums`. */
  constructor(id: InvariantId, what: string) {
    this.#id = id;
    this.#what = what;
  }

  at(index: number): void {
    this.#index = index;
  }

  /** @param lastWrite the line that acknowledged the last write; -1 if there was none. */
  end(lastWrite: number, ledger: Ledger): void {
    if (this.#index < 0 || lastWrite < this.#index) return;
    const what = `a write was acknowledged at line ${lastWrite}, after the last ${this.#what} (line ${this.#index})`;
    ledger.cannot(this.#id, what);
  }
}
