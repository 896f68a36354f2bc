import type { InvariantId } from '../history/invariants.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';

/** A row that a transaction inserted. */
interface InsertedRow {
  readonly table: string;
  readonly key: number | string;
}

/** A transaction that may have been committed, with the rows that it inserted. */
interface Candidate {
  readonly name: string;
  readonly rows: readonly InsertedRow[];
  readonly invoked: number;
  readonly completed: number;
}

/** Whether a row is there at the end; null if anything but the insert that this line invoked could be the reason. */
type IsThere = (row: InsertedRow, invoked: number) => boolean | null;

/**
 * Judges `transaction-atomic` for the application's own transactions: either all rows that one inserted are there at
 * the end, or none. A transaction is judged if two or more of these rows have exact keys that nothing else may have
 * added or removed, whether its COMMIT was acknowledged or not. `no-lost-write` judges that the rows of an acknowledged
 * one exist.
 */
export class TransactionAtomic implements RunChecker {
  readonly ids: readonly InvariantId[] = ['transaction-atomic'];
  readonly #ledger: Ledger;
  readonly #isThere: IsThere;
  readonly #candidates: Candidate[] = [];
  readonly #judged = new Map<string, number>();

  /** @param isThere is called once the final state has been read. */
  constructor(ledger: Ledger, isThere: IsThere) {
    this.#ledger = ledger;
    this.#isThere = isThere;
  }

  /** How many transactions were judged, by name. */
  get judged(): ReadonlyMap<string, number> {
    return this.#judged;
  }

  completed({ f, outcome, statement = '', executed = [], invoked, completed }: CompletedOperation): void {
    if (f !== 'transaction' || outcome === 'fail') return;
    const rows = executed.flatMap(({ f: kind, table, key, matched }): InsertedRow[] =>
      kind === 'insert' && key !== null && matched !== 0 ? [{ table, key }] : [],
    );
    if (rows.length >= 2) this.#candidates.push({ name: statement, rows, invoked, completed });
  }

  end(): void {
    for (const { name, rows, invoked, completed } of this.#candidates) {
      const seen = rows.map((row) => ({ ...row, isThere: this.#isThere(row, invoked) }));
      const there = seen.filter(({ isThere }) => isThere === true);
      const missing = seen.filter(({ isThere }) => isThere === false);
      if (there.length + missing.length < 2) continue;
      this.#ledger.judged('transaction-atomic');
      this.#judged.set(name, (this.#judged.get(name) ?? 0) + 1);
      const [first] = missing;
      if (first === undefined || there.length === 0) continue;
      const what = `a part of ${name} is missing at the end: ${namesOf(missing)}; ${namesOf(there)} of the same transaction, which line ${completed} ended, is there`;
      this.#ledger.find('transaction-atomic', {
        table: first.table,
        key: first.key,
        what,
        index: completed,
        weight: missing.length,
      });
    }
  }
}

function namesOf(rows: readonly InsertedRow[]): string {
  return rows.map(({ table, key }) => `${table} ${key}`).join(', ');
}
