import { grown } from '../typed-arrays.ts';
import { KeyIndex } from '../key-index.ts';
import type { CompletedOperation } from '../operation.ts';

/** A version that was not read; greater than any that was. */
export const UNREAD = 0xffff_ffff;

/** What an operation did to its row or saw of it. */
export const READ = 0;
export const INSERT = 1;
export const UPDATE = 2;
export const DELETE = 3;
const ACTION = 3;

/** This bit marks an acknowledged operation; without it the outcome is `info`. Failed operations are not kept. */
export const OK = 4;
/** An acknowledged update or delete that matched its row. */
export const FOUND = 8;
/** An acknowledged update or delete that matched no row. */
export const MISSED = 16;
/** A read that was not sent to the primary. */
export const REPLICA = 32;

/** The value of a read that found no row. */
export const ABSENT = Number.NaN;

export function actionOf(flags: number): number {
  return flags & ACTION;
}

/** Positions of an operation's fields in its record, so that reading an operation touches one place in memory. */
const NUMBERS = 3;
const VALUE = 0;
const TIME = 1;
const PROCESS = 2;
const WHOLES = 4;
const INVOKED = 0;
const COMPLETED = 1;
const VERSION = 2;
const FLAGS = 3;

/** All operations of a table that matter to its rows, in the order in which they completed: 44 bytes each. */
export class OperationStore {
  readonly keys = new KeyIndex();
  size = 0;
  #capacity = 1024;
  #slots = new Uint32Array(this.#capacity);
  #numbers = new Float64Array(this.#capacity * NUMBERS);
  #wholes = new Uint32Array(this.#capacity * WHOLES);

  add(key: number, flags: number, operation: CompletedOperation): void {
    const at = this.size;
    if (at === this.#capacity) this.#grow();
    const isRead = actionOf(flags) === READ;
    const value = isRead ? operation.value : operation.sent;
    this.#slots[at] = this.keys.add(key);
    const number = at * NUMBERS;
    this.#numbers[number + VALUE] = typeof value === 'number' ? value : ABSENT;
    this.#numbers[number + TIME] = isRead ? operation.invokedAt : operation.completedAt;
    this.#numbers[number + PROCESS] = operation.process;
    const whole = at * WHOLES;
    this.#wholes[whole + INVOKED] = operation.invoked;
    this.#wholes[whole + COMPLETED] = operation.completed;
    this.#wholes[whole + VERSION] = operation.version ?? UNREAD;
    this.#wholes[whole + FLAGS] = flags;
    this.size = at + 1;
  }

  flagsOf(at: number): number {
    return this.#wholes[at * WHOLES + FLAGS]!;
  }

  invokedOf(at: number): number {
    return this.#wholes[at * WHOLES + INVOKED]!;
  }

  /** NEVER if it did not complete. */
  completedOf(at: number): number {
    return this.#wholes[at * WHOLES + COMPLETED]!;
  }

  /** UNREAD if it is unknown. */
  versionOf(at: number): number {
    return this.#wholes[at * WHOLES + VERSION]!;
  }

  /** The value that was written or read; ABSENT if there was no row. */
  storedValueOf(at: number): number {
    return this.#numbers[at * NUMBERS + VALUE]!;
  }

  /** In nanoseconds: when a read was invoked, or when anything else completed. */
  timeOf(at: number): number {
    return this.#numbers[at * NUMBERS + TIME]!;
  }

  processOf(at: number): number {
    return this.#numbers[at * NUMBERS + PROCESS]!;
  }

  /** The operations by key: those of key number n are `order[starts[n]]` to `order[starts[n + 1] - 1]`. */
  byKey(): { starts: Uint32Array; order: Uint32Array } {
    const { size } = this;
    const slot = this.#slots;
    const starts = new Uint32Array(this.keys.size + 1);
    for (let at = 0; at < size; at++) starts[slot[at]! + 1]!++;
    for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
    const filled = starts.slice();
    const order = new Uint32Array(size);
    for (let at = 0; at < size; at++) order[filled[slot[at]!]!++] = at;
    return { starts, order };
  }

  #grow(): void {
    // Unused space costs no memory, but copying does.
    this.#capacity *= 4;
    this.#slots = grown(this.#slots, this.#capacity);
    this.#numbers = grown(this.#numbers, this.#capacity * NUMBERS);
    this.#wholes = grown(this.#wholes, this.#capacity * WHOLES);
  }
}
