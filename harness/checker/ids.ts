import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableLine } from '../history/lines.ts';
import type { TableChecker } from './checker.ts';
import { grown } from './typed-arrays.ts';
import { KeyIndex } from './key-index.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';

const GENERATED = 1;
/** Acknowledged more than once. */
const TWICE = 2;
const DELETED = 4;
const MAYBE_DELETED = 8;
/** A delete matched no row. */
const MISSED = 16;
const FOUND = 32;
/** The id was given out of turn, which has been reported. */
const REPORTED = 64;

const FINAL_IDS = ['no-lost-write', 'no-resurrected-row', 'no-phantom', 'no-duplicate'] as const;

/**
 * Judges `ids-advance`: no id is given out twice or collides with an existing row, and each is greater than those that
 * had been acknowledged before it was requested. For the rows with these ids it also judges `no-lost-write`,
 * `no-resurrected-row`, `no-phantom` and, for the values of indeterminate inserts, `no-duplicate`.
 */
export class IdsChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = ['ids-advance', ...FINAL_IDS];
  readonly #table: string;
  readonly #ledger: Ledger;
  readonly #ids = new KeyIndex();
  #flags = new Uint8Array(1024);
  #values = new Float64Array(1024);
  /** The line of the acknowledgement. */
  #lines = new Uint32Array(1024);
  /** The line of the acknowledged delete, or of the one that matched no row. */
  #deleteLines = new Uint32Array(1024);
  /** Further values of ids that were acknowledged more than once. */
  readonly #otherValues = new Map<number, number[]>();
  /** Values of indeterminate inserts, and how often they were found. */
  readonly #maybes = new Map<number, number>();
  #greatest = 0;

  constructor({ table, rows, index }: TableLine, ledger: Ledger) {
    this.#table = table;
    this.#ledger = ledger;
    // What was there at the beginning must stay, as if it had been acknowledged.
    for (let id = 1; id <= rows; id++) {
      const slot = this.#slotOf(id);
      this.#flags[slot] = GENERATED;
      this.#values[slot] = -id;
      this.#lines[slot] = index;
    }
    this.#greatest = rows;
  }

  /** Stores in the operation which ids had been given out by then. */
  invoked(operation: CompletedOperation): void {
    operation.mark = this.#greatest;
  }

  completed(operation: CompletedOperation): void {
    if (operation.f === 'generate') this.#generate(operation);
    else if (operation.f === 'delete') this.#delete(operation);
  }

  finalRow({ key, value }: FinalRowRead): void {
    if (typeof key !== 'number') throw new TypeError('a row of the final state has no id');
    const slot = this.#slotOf(key);
    const isAgain = (this.#flags[slot]! & FOUND) !== 0;
    this.#flags[slot]! |= FOUND;
    this.#ledger.judged('no-phantom');
    this.#ledger.judged('no-duplicate');
    if (isAgain) this.#find('no-duplicate', key, null, 'the final state contains the id more than once', 2);
    else if (this.#flags[slot]! & GENERATED) this.#acknowledgedRow(slot, key, value);
    else this.#unacknowledgedRow(key, value);
  }

  end(isFinal: boolean): void {
    const keys = this.#ids.keys();
    for (let slot = 0; slot < keys.length; slot++) this.#judge(keys[slot]!, slot, isFinal);
    if (isFinal) return;
    for (const id of FINAL_IDS) this.#ledger.cannot(id, `the final state of ${this.#table} was not read whole`);
  }

  #generate({ outcome, key, sent, completed, duplicate, mark, invoked }: CompletedOperation): void {
    if (typeof sent !== 'number') throw new TypeError('an insert has no value');
    if (outcome === 'info') this.#maybes.set(sent, 0);
    // No insert of this table names an id, so a collision is the server's fault whether or not vtgate tried before.
    if (outcome !== 'ok' && duplicate !== undefined) {
      this.#ledger.judged('ids-advance');
      this.#find('ids-advance', duplicate, completed, 'the id was handed out although a row already had it', 2);
    }
    if (outcome !== 'ok') return;
    if (typeof key !== 'number') throw new TypeError('an acknowledged insert has no id');
    this.#ledger.judged('ids-advance');
    this.#ledger.judged('no-lost-write');
    const slot = this.#slotOf(key);
    const before = this.#flags[slot]!;
    if (before & GENERATED) {
      this.#otherValues.set(slot, [...(this.#otherValues.get(slot) ?? []), sent]);
      this.#flags[slot]! |= TWICE;
      this.#outOfTurn(slot, key, completed, `the id was handed out again, after line ${this.#lines[slot]}`, 3);
      return;
    }
    this.#flags[slot]! |= GENERATED;
    this.#values[slot] = sent;
    this.#lines[slot] = completed;
    if (key <= mark) {
      const what = `the id was handed out after line ${invoked} asked for one, although ${mark} had already been acknowledged`;
      this.#outOfTurn(slot, key, completed, what, 1);
    }
    if (key > this.#greatest) this.#greatest = key;
  }

  #outOfTurn(slot: number, key: number, completed: number, what: string, weight: number): void {
    if (this.#flags[slot]! & REPORTED) return;
    this.#flags[slot]! |= REPORTED;
    this.#find('ids-advance', key, completed, what, weight);
  }

  #delete({ outcome, key, matched, completed, invoked }: CompletedOperation): void {
    if (outcome === 'fail') return;
    if (typeof key !== 'number') throw new TypeError('a delete has no id');
    const slot = this.#slotOf(key);
    if (outcome === 'info') {
      this.#flags[slot]! |= MAYBE_DELETED;
      return;
    }
    if (matched === 0) {
      // Only a row that was acknowledged before had to be there.
      const wasThere = (this.#flags[slot]! & GENERATED) !== 0 && this.#lines[slot]! < invoked;
      if (!wasThere || this.#flags[slot]! & DELETED) return;
      this.#flags[slot]! |= MISSED;
    } else {
      this.#ledger.judged('no-resurrected-row');
      this.#flags[slot]! |= DELETED;
    }
    this.#deleteLines[slot] = completed;
  }

  #judge(key: number, slot: number, isFinal: boolean): void {
    const flags = this.#flags[slot]!;
    const line = this.#lines[slot]!;
    const isGone = (flags & (DELETED | MAYBE_DELETED)) !== 0;
    if (flags & DELETED && flags & FOUND && !(flags & TWICE)) {
      const what = `the row is there at the end, though line ${this.#deleteLines[slot]} acknowledged its delete`;
      this.#find('no-resurrected-row', key, this.#deleteLines[slot]!, what, 1);
    } else if (flags & GENERATED && !isGone && isFinal && !(flags & FOUND)) {
      this.#find('no-lost-write', key, line, `the row is missing at the end, though line ${line} acknowledged it`, 2);
    } else if (flags & MISSED && !isGone) {
      const what = `a delete found no row, though line ${line} acknowledged it and nothing else deleted it`;
      this.#find('no-lost-write', key, this.#deleteLines[slot]!, what, 1);
    }
  }

  #acknowledgedRow(slot: number, key: number, value: number | null): void {
    const others = this.#otherValues.get(slot);
    if (value === this.#values[slot] || (value !== null && others?.includes(value))) return;
    const what = `the row has the value ${value} at the end, but was sent with ${this.#values[slot]}`;
    this.#find('no-phantom', key, this.#lines[slot]!, what, 1);
  }

  #unacknowledgedRow(key: number, value: number | null): void {
    const found = value === null ? undefined : this.#maybes.get(value);
    if (value === null || found === undefined) {
      this.#find(
        'no-phantom',
        key,
        null,
        `the row is there at the end with the value ${value}, but was never sent with it`,
        1,
      );
      return;
    }
    this.#maybes.set(value, found + 1);
    if (found === 0) return;
    this.#find(
      'no-duplicate',
      key,
      null,
      `the value ${value} is there under ${found + 1} ids, but was sent only once`,
      found + 1,
    );
  }

  #find(id: InvariantId, key: number, index: number | null, what: string, weight: number): void {
    this.#ledger.find(id, { table: this.#table, key, what, index, weight });
  }

  #slotOf(key: number): number {
    const slot = this.#ids.add(key);
    if (slot === this.#flags.length) {
      this.#flags = grown(this.#flags, 4 * slot);
      this.#values = grown(this.#values, 4 * slot);
      this.#lines = grown(this.#lines, 4 * slot);
      this.#deleteLines = grown(this.#deleteLines, 4 * slot);
    }
    return slot;
  }
}
