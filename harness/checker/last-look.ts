import type { InvariantId } from '../history/invariants.ts';
import type { Ledger } from './ledger.ts';

/** When a run was last looked at by one kind of comparison: what was written later, it says nothing of. */
export class LastLook {
  readonly #id: InvariantId;
  readonly #what: string;
  #index = -1;

  /** @param what it is called, as `checksums`. */
  constructor(id: InvariantId, what: string) {
    this.#id = id;
    this.#what = what;
  }

  at(index: number): void {
    this.#index = index;
  }

  /** @param lastWrite the line that acknowledged the last write; -1 where there was none. */
  end(lastWrite: number, ledger: Ledger): void {
    if (this.#index < 0 || lastWrite < this.#index) return;
    const what = `a write was acknowledged at line ${lastWrite}, after the last ${this.#what} (line ${this.#index})`;
    ledger.cannot(this.#id, what);
  }
}
