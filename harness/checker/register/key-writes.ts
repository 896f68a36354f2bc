import { NEVER } from '../operation.ts';
import { Acknowledged } from './acknowledged.ts';
import { actionOf, DELETE, MISSED, OK, READ, REPLICA, UPDATE, type OperationStore } from './operation-store.ts';

/** From this many writes on, a map is used to look them up. */
const MANY = 16;
/** The line of what is there from the beginning, which comes before every operation. */
const BEGINNING = 0;

/**
 * The writes of one key. An indeterminate write counts as acknowledged from the completion of the first read that saw
 * it. For an indeterminate delete, that is the first read without a row that was certainly there, if no other delete
 * explains its absence.
 */
export class KeyWrites {
  /** Inserts and updates that were acknowledged. */
  readonly stored = new Acknowledged();
  /** Inserts and updates that are known because they were read. */
  readonly observed = new Acknowledged();
  /** Where the first acknowledged delete was invoked and completed; NEVER if there was none. */
  deleteInvoked = NEVER;
  deleteCompleted = NEVER;
  /** When it completed, nanoseconds. */
  deleteAt = 0;
  /** Where an indeterminate delete was first invoked, and where it was first seen to have happened. */
  maybeDeleteInvoked = NEVER;
  maybeDeleteSeen = NEVER;
  okUpdates = 0;
  infoUpdates = 0;
  reads = 0;
  readonly #values: number[] = [];
  readonly #invoked: number[] = [];
  readonly #completed: number[] = [];
  readonly #places = new Map<number, number>();
  #maybeDeletes: number[] = [];

  /** @param initial the value that was loaded, or null. */
  load(store: OperationStore, order: Uint32Array, from: number, to: number, initial: number | null): void {
    this.#clear();
    if (initial !== null) {
      this.#write(initial, BEGINNING, BEGINNING);
      this.stored.add(BEGINNING, BEGINNING, 0);
    }
    for (let place = from; place < to; place++) this.#take(store, order[place]!);
    if (this.#values.length > MANY) this.#values.forEach((value, write) => this.#places.set(value, write));
    if (this.reads === 0) return;
    for (let place = from; place < to; place++) this.#observe(store, order[place]!);
  }

  /** Returns the write of this value, or -1. */
  find(value: number): number {
    return this.#values.length > MANY ? (this.#places.get(value) ?? -1) : this.#values.indexOf(value);
  }

  invokedOf(write: number): number {
    return this.#invoked[write]!;
  }

  /** NEVER while it may still take effect. */
  completedOf(write: number): number {
    return this.#completed[write]!;
  }

  /** Whether a delete may have taken effect before this line. */
  mayBeDeletedBefore(line: number): boolean {
    return this.deleteInvoked < line || this.maybeDeleteInvoked < line;
  }

  #clear(): void {
    this.stored.clear();
    this.observed.clear();
    this.deleteInvoked = NEVER;
    this.deleteCompleted = NEVER;
    this.maybeDeleteInvoked = NEVER;
    this.maybeDeleteSeen = NEVER;
    this.okUpdates = 0;
    this.infoUpdates = 0;
    this.reads = 0;
    this.#values.length = 0;
    this.#invoked.length = 0;
    this.#completed.length = 0;
    if (this.#places.size > 0) this.#places.clear();
    this.#maybeDeletes.length = 0;
  }

  #take(store: OperationStore, at: number): void {
    const flags = store.flagsOf(at);
    const action = actionOf(flags);
    if (action === READ || flags & MISSED) {
      if (!(flags & REPLICA)) this.reads++;
      return;
    }
    const isOk = (flags & OK) !== 0;
    const invoked = store.invokedOf(at);
    const completed = store.completedOf(at);
    if (action === DELETE) {
      if (isOk) {
        this.deleteInvoked = Math.min(this.deleteInvoked, invoked);
        // They arrive in the order in which they completed.
        if (this.deleteCompleted === NEVER) this.deleteAt = store.timeOf(at);
        this.deleteCompleted = Math.min(this.deleteCompleted, completed);
      } else {
        this.maybeDeleteInvoked = Math.min(this.maybeDeleteInvoked, invoked);
        this.#maybeDeletes.push(invoked);
      }
      return;
    }
    this.#write(store.storedValueOf(at), invoked, isOk ? completed : NEVER);
    if (isOk) this.stored.add(invoked, completed, store.timeOf(at));
    if (action === UPDATE && isOk) this.okUpdates++;
    if (action === UPDATE && !isOk) this.infoUpdates++;
  }

  #write(value: number, invoked: number, completed: number): void {
    this.#values.push(value);
    this.#invoked.push(invoked);
    this.#completed.push(completed);
  }

  /** Records what a read of the row shows about indeterminate writes. */
  #observe(store: OperationStore, at: number): void {
    const flags = store.flagsOf(at);
    if (flags & REPLICA) return;
    const completed = store.completedOf(at);
    if (flags & MISSED || (actionOf(flags) === READ && Number.isNaN(store.storedValueOf(at)))) {
      this.#observeAbsence(store.invokedOf(at), completed);
      return;
    }
    if (actionOf(flags) !== READ) return;
    const write = this.find(store.storedValueOf(at));
    if (write < 0 || this.#completed[write] !== NEVER || this.#invoked[write]! > completed) return;
    this.#completed[write] = completed;
    this.observed.add(this.#invoked[write]!, completed, store.timeOf(at));
  }

  #observeAbsence(invoked: number, completed: number): void {
    if (this.maybeDeleteSeen !== NEVER || this.maybeDeleteInvoked > completed) return;
    const wasThere = this.stored.hasBefore(invoked) || this.observed.hasBefore(invoked);
    if (!wasThere || this.deleteInvoked < completed) return;
    const possible = this.#maybeDeletes.filter((each) => each < completed).length;
    if (possible === 1) this.maybeDeleteSeen = completed;
  }
}
