import type { Finding, InvariantId } from '../../history/invariants.ts';
import type { Ledger } from '../ledger.ts';

/** A row that is wrong at the end outweighs every read that was wrong during the run. */
export const FOR_GOOD = 1e9;

/** The worst finding about one row for each invariant, so that a row counts once. */
export class RowReport {
  readonly #table: string;
  readonly #ledger: Ledger;
  readonly #findings = new Map<InvariantId, Finding>();
  #key = 0;

  constructor(table: string, ledger: Ledger) {
    this.#table = table;
    this.#ledger = ledger;
  }

  begin(key: number): void {
    this.#key = key;
  }

  add(id: InvariantId, weight: number, index: number | null, what: string): void {
    const known = this.#findings.get(id);
    if (known && known.weight >= weight) return;
    this.#findings.set(id, { table: this.#table, key: this.#key, what, index, weight });
  }

  end(): void {
    if (this.#findings.size === 0) return;
    for (const [id, finding] of this.#findings) this.#ledger.find(id, finding);
    this.#findings.clear();
  }
}
