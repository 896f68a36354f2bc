import type { TableLine } from '../history/lines.ts';
import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableChecker } from './checker.ts';
import { grown } from './typed-arrays.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';
import { judgeFinalRow } from './register/final-row.ts';
import {
  DELETE,
  FOUND,
  INSERT,
  MISSED,
  OK,
  OperationStore,
  READ,
  REPLICA,
  UPDATE,
} from './register/operation-store.ts';
import { RowJudge } from './register/row-judge.ts';
import { FOR_GOOD, RowReport } from './register/row-report.ts';
import type { StaleReadCounter } from './register/stale-read-counter.ts';

const FINAL_IDS = ['no-lost-write', 'no-resurrected-row', 'no-phantom', 'no-duplicate'] as const;

const ACTIONS: Readonly<Record<string, number>> = { read: READ, insert: INSERT, update: UPDATE, delete: DELETE };

/**
 * Judges `no-lost-write`, `no-resurrected-row`, `no-phantom`, `no-duplicate` and `monotonic` for rows that are written
 * and read by their key. Each row is a register, which is judged by itself once everything is known; the rules are in
 * `register/row-judge.ts`.
 */
export class RowsChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = [...FINAL_IDS, 'monotonic'];
  readonly #table: TableLine;
  readonly #ledger: Ledger;
  readonly #store = new OperationStore();
  readonly #report: RowReport;
  readonly #judge: RowJudge;
  /** The final value of each row, by the number of its key; ABSENT if the final state has no such row. */
  #finalValues = new Float64Array(1024).fill(Number.NaN);
  #finalVersions = new Float64Array(1024);

  constructor(table: TableLine, ledger: Ledger, stale: StaleReadCounter) {
    this.#table = table;
    this.#ledger = ledger;
    this.#report = new RowReport(table.table, ledger);
    this.#judge = new RowJudge(this.#store, this.#report, stale);
  }

  completed(operation: CompletedOperation): void {
    const { f, outcome, key } = operation;
    if (outcome === 'fail' || (f === 'read' && outcome !== 'ok')) return;
    const action = ACTIONS[f];
    if (action === undefined || typeof key !== 'number') throw new TypeError(`${f} of key ${key} is not of this table`);
    this.#store.add(key, action | flagsOf(operation), operation);
    this.#count(operation);
  }

  finalRow({ key, value, version }: FinalRowRead): void {
    if (typeof key !== 'number') throw new TypeError('a row of the final state has no key');
    if (version === undefined) throw new TypeError('a row of the final state does not count its updates');
    const slot = this.#store.keys.add(key);
    if (slot >= this.#finalValues.length) this.#growFinal(slot);
    if (!Number.isNaN(this.#finalValues[slot])) {
      const what = 'the final state contains the row more than once';
      this.#ledger.find('no-duplicate', { table: this.#table.table, key, what, index: null, weight: FOR_GOOD });
    }
    // A row without a value still exists, and has a value that was never sent.
    this.#finalValues[slot] = value ?? Infinity;
    this.#finalVersions[slot] = version;
  }

  end(isFinal: boolean): void {
    const { rows, table } = this.#table;
    const keys = this.#store.keys.keys();
    const { starts, order } = this.#store.byKey();
    for (let slot = 0; slot < keys.length; slot++) {
      const key = keys[slot]!;
      const initial = key >= 1 && key <= rows ? -key : null;
      this.#report.begin(key);
      this.#judge.judge(order, starts[slot]!, starts[slot + 1]!, initial);
      if (isFinal) this.#finalOf(slot);
      this.#report.end();
    }
    if (isFinal) this.#untouched();
    else for (const id of FINAL_IDS) this.#ledger.cannot(id, `the final state of ${table} was not read whole`);
  }

  #finalOf(slot: number): void {
    const value = slot < this.#finalValues.length ? this.#finalValues[slot]! : Number.NaN;
    const isThere = !Number.isNaN(value);
    judgeFinalRow(this.#judge.writes, isThere ? { value, version: this.#finalVersions[slot]! } : null, this.#report);
    if (isThere) {
      this.#ledger.judged('no-phantom');
      this.#ledger.judged('no-duplicate');
    }
  }

  /** Reports rows that were loaded, never written to, and not found at the end. */
  #untouched(): void {
    const { rows, table } = this.#table;
    const what = 'the row was loaded before the first operation, nothing deleted it, and it is missing at the end';
    for (let key = 1; key <= rows; key++) {
      if (this.#store.keys.find(key) >= 0) continue;
      this.#ledger.find('no-lost-write', { table, key, what, index: null, weight: FOR_GOOD });
    }
  }

  #count({ f, outcome, isReplicaRead, matched }: CompletedOperation): void {
    if (f === 'read' && !isReplicaRead) this.#ledger.judged('monotonic');
    // A write that matched no row left nothing that could be lost or come back.
    if (outcome !== 'ok' || matched === 0) return;
    if (f === 'insert' || f === 'update') this.#ledger.judged('no-lost-write');
    if (f === 'delete') this.#ledger.judged('no-resurrected-row');
  }

  #growFinal(slot: number): void {
    const { length } = this.#finalValues;
    const capacity = Math.max(2 * length, slot + 1);
    this.#finalValues = grown(this.#finalValues, capacity).fill(Number.NaN, length);
    this.#finalVersions = grown(this.#finalVersions, capacity);
  }
}

function flagsOf({ f, outcome, matched, isReplicaRead }: CompletedOperation): number {
  if (f === 'read') return OK | (isReplicaRead ? REPLICA : 0);
  if (outcome !== 'ok') return 0;
  if (f === 'insert' || matched === undefined) return OK;
  return OK | (matched === 0 ? MISSED : FOUND);
}
