import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableLine } from '../history/lines.ts';
import type { TableChecker, Unnamed } from './checker.ts';
import { grown } from './typed-arrays.ts';
import { ExactKeys, isGreater } from './exact-keys.ts';
import type { Ledger } from './ledger.ts';
import { NEVER, type CompletedOperation } from './operation.ts';

const INSERTED = 1;
const DELETED = 2;
const MAYBE_INSERTED = 4;
const MAYBE_DELETED = 8;
const FOUND = 16;
/** More than one insert of the key was sent. */
const INSERTED_AGAIN = 32;

/** Positions of a key's lines in its record. */
const LINES = 4;
const INSERT_INVOKED = 0;
const INSERT_COMPLETED = 1;
const DELETE_INVOKED = 2;
const DELETE_COMPLETED = 3;

/**
 * Judges `no-lost-write` and `no-resurrected-row` for the application's own statements, by exact key.
 *
 * A row must be there at the end if its insert was acknowledged and nothing that can have removed it ended after the
 * insert was sent. It must not be there if its delete was acknowledged and no insert of its key ended after the delete
 * was sent. Keys can be used again, so the order decides; operations that overlapped, or whose outcome is unknown,
 * decide nothing. Other rows are not judged.
 */
export class SqlChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = ['no-lost-write', 'no-resurrected-row'];
  readonly #table: string;
  readonly #hasKeys: boolean;
  readonly #readAbove: number | string | null;
  readonly #ledger: Ledger;
  readonly #keys = new ExactKeys();
  #flags = new Uint8Array(1024);
  /** The last line of each kind. */
  #lines = new Uint32Array(1024 * LINES);
  /** Up to this line, rows that the history does not name may have been removed, or may have got other keys. */
  #removedUntil = 0;
  #rekeyedUntil = 0;
  /** Whether all lines have been received, and the final state of the table was read completely. */
  #isFinal = false;

  constructor({ table, keyColumn, readAbove }: TableLine, ledger: Ledger) {
    this.#table = table;
    this.#hasKeys = typeof keyColumn === 'string';
    this.#readAbove = readAbove ?? null;
    this.#ledger = ledger;
  }

  completed(operation: CompletedOperation): void {
    const { f, key, outcome, matched, invoked, completed } = operation;
    if (outcome === 'fail' || (outcome === 'ok' && matched === 0)) return;
    if (f === 'insert' && key !== null) {
      if (outcome === 'ok') this.#mark(key, INSERTED, INSERT_INVOKED, invoked, completed);
      else this.#mark(key, MAYBE_INSERTED, INSERT_INVOKED, 0, 0);
    }
    if (f !== 'delete') return;
    if (key === null) this.unnamed('removes', operation);
    else if (outcome === 'ok') this.#mark(key, DELETED, DELETE_INVOKED, invoked, completed);
    else this.#mark(key, MAYBE_DELETED, DELETE_INVOKED, 0, 0);
  }

  /** A statement on any table may have changed rows of this one without naming them. */
  unnamed(what: Unnamed, { outcome, completed }: CompletedOperation): void {
    const until = outcome === 'ok' ? completed : NEVER;
    this.#removedUntil = Math.max(this.#removedUntil, until);
    if (what === 'rekeys') this.#rekeyedUntil = Math.max(this.#rekeyedUntil, until);
  }

  finalRow({ key }: FinalRowRead): void {
    if (key === null) return;
    const slot = this.#keys.find(key);
    if (slot >= 0) this.#flags[slot]! |= FOUND;
  }

  end(isFinal: boolean): void {
    if (!this.#hasKeys) return;
    this.#isFinal = isFinal;
    if (!isFinal) {
      for (const id of this.ids) this.#ledger.cannot(id, `the final state of ${this.#table} was not read whole`);
      return;
    }
    this.#keys.each((key, slot) => {
      if (this.#isRead(key)) this.#judge(key, slot);
    });
  }

  /**
   * Returns whether the row of an insert is there at the end, or null if something else may have added or removed it,
   * or if the final state was not read. Call it after the last line.
   *
   * @param invoked the line that invoked the insert.
   */
  isThere(key: number | string, invoked: number): boolean | null {
    const slot = this.#keys.find(key);
    if (!this.#isFinal || slot < 0 || !this.#isRead(key)) return null;
    const flags = this.#flags[slot]!;
    if (flags & (DELETED | MAYBE_DELETED | INSERTED_AGAIN)) return null;
    if (invoked <= Math.max(this.#removedUntil, this.#rekeyedUntil)) return null;
    return (flags & FOUND) !== 0;
  }

  /** Whether the final state would contain the row if the table did. */
  #isRead(key: number | string): boolean {
    return this.#readAbove === null || isGreater(key, this.#readAbove);
  }

  #judge(key: number | string, slot: number): void {
    const flags = this.#flags[slot]!;
    const at = slot * LINES;
    const lines = this.#lines;
    const inserted = lines[at + INSERT_COMPLETED]!;
    const deleted = lines[at + DELETE_COMPLETED]!;
    if (flags & DELETED && !(flags & MAYBE_INSERTED)) {
      if (lines[at + DELETE_INVOKED]! > Math.max(inserted, this.#rekeyedUntil)) {
        this.#ledger.judged('no-resurrected-row');
        if (flags & FOUND) {
          this.#find(
            'no-resurrected-row',
            key,
            deleted,
            `the row is there at the end, though line ${deleted} deleted it`,
          );
        }
      }
    }
    if (flags & INSERTED && !(flags & MAYBE_DELETED)) {
      if (lines[at + INSERT_INVOKED]! <= this.#removedUntil) return;
      if (flags & DELETED && lines[at + INSERT_INVOKED]! <= deleted) return;
      this.#ledger.judged('no-lost-write');
      if (!(flags & FOUND)) {
        this.#find(
          'no-lost-write',
          key,
          inserted,
          `the row is missing at the end, though line ${inserted} acknowledged it`,
        );
      }
    }
  }

  #find(id: InvariantId, key: number | string, index: number, what: string): void {
    this.#ledger.find(id, { table: this.#table, key, what, index, weight: 1 });
  }

  /** @param place of the invocation; the completion comes after it. */
  #mark(key: number | string, flag: number, place: number, invoked: number, completed: number): void {
    const slot = this.#keys.add(key);
    if (slot >= this.#flags.length) {
      this.#flags = grown(this.#flags, 4 * slot);
      this.#lines = grown(this.#lines, 4 * slot * LINES);
    }
    const isAgain = place === INSERT_INVOKED && (this.#flags[slot]! & (INSERTED | MAYBE_INSERTED)) !== 0;
    this.#flags[slot]! |= isAgain ? flag | INSERTED_AGAIN : flag;
    const at = slot * LINES + place;
    this.#lines[at] = Math.max(this.#lines[at]!, invoked);
    this.#lines[at + 1] = Math.max(this.#lines[at + 1]!, completed);
  }
}
