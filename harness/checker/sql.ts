import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableLine } from '../history/lines.ts';
import type { TableChecker } from './checker.ts';
import { grown } from './columns.ts';
import { KeyIndex } from './key-index.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';

const INSERTED = 1;
const DELETED = 2;
const MAYBE_DELETED = 4;
const FOUND = 8;

/**
 * `no-lost-write` and `no-resurrected-row` for a fixture's own statements: rows whose inserts were acknowledged with a key
 * are there at the end, unless something deleted them. What else is there is not judged: indeterminate inserts have no
 * key. Nor is what is missing where rows were deleted that the history does not name.
 */
export class SqlChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = ['no-lost-write', 'no-resurrected-row'];
  readonly #table: string;
  readonly #hasKeys: boolean;
  readonly #ledger: Ledger;
  readonly #keys = new KeyIndex();
  #flags = new Uint8Array(1024);
  /** Of what is the last to be known: the insert, then the delete. */
  #lines = new Uint32Array(1024);
  #hasUnknownDeletes = false;

  constructor({ table, keyColumn }: TableLine, ledger: Ledger) {
    this.#table = table;
    this.#hasKeys = typeof keyColumn === 'string';
    this.#ledger = ledger;
  }

  completed({ f, key, outcome, matched, completed }: CompletedOperation): void {
    if (outcome === 'fail') return;
    if (f === 'insert' && outcome === 'ok' && typeof key === 'number') this.#mark(key, INSERTED, completed);
    if (f !== 'delete' || (outcome === 'ok' && matched === 0)) return;
    if (typeof key === 'number') this.#mark(key, outcome === 'ok' ? DELETED : MAYBE_DELETED, completed);
    else this.#hasUnknownDeletes = true;
  }

  finalRow({ key }: FinalRowRead): void {
    if (key === null) return;
    const slot = this.#keys.find(key);
    if (slot >= 0) this.#flags[slot]! |= FOUND;
  }

  end(isFinal: boolean): void {
    if (!this.#hasKeys) return;
    if (!isFinal) {
      for (const id of this.ids) this.#ledger.cannot(id, `the final state of ${this.#table} was not read whole`);
      return;
    }
    const keys = this.#keys.keys();
    for (let slot = 0; slot < keys.length; slot++) this.#judge(keys[slot]!, this.#flags[slot]!, this.#lines[slot]!);
  }

  #judge(key: number, flags: number, line: number): void {
    const isGone = (flags & (DELETED | MAYBE_DELETED)) !== 0;
    if (flags & DELETED) {
      this.#ledger.judged('no-resurrected-row');
      if (flags & FOUND) {
        this.#find('no-resurrected-row', key, line, `the row is there at the end, though line ${line} deleted it`);
      }
    } else if (flags & INSERTED && !isGone && !this.#hasUnknownDeletes) {
      this.#ledger.judged('no-lost-write');
      if (!(flags & FOUND)) {
        this.#find('no-lost-write', key, line, `the row is missing at the end, though line ${line} acknowledged it`);
      }
    }
  }

  #find(id: InvariantId, key: number, index: number, what: string): void {
    this.#ledger.find(id, { table: this.#table, key, what, index, weight: 1 });
  }

  #mark(key: number, flag: number, line: number): void {
    const slot = this.#keys.add(key);
    if (slot === this.#flags.length) {
      this.#flags = grown(this.#flags, 4 * slot);
      this.#lines = grown(this.#lines, 4 * slot);
    }
    this.#flags[slot]! |= flag;
    this.#lines[slot] = line;
  }
}
