/**
 * Rows of one table that the writer inserted and did not delete, by the index of the operation that inserted them.
 *
 * @typeParam T what is known about a row once its insert was acknowledged.
 */
export class OwnRows<T> {
  readonly #settleOperations: number;
  readonly #retireOperations: number;
  /** Rows that are to be deleted, with the indexes of the operations that chose them. */
  readonly #retired: { readonly inserted: number; readonly at: number }[] = [];
  /**
   * Inserts that are too recent to be referred to, because they are probably not acknowledged yet. Those before
   * `#grown` are old enough.
   */
  #young: number[] = [];
  #grown = 0;
  readonly #old: number[] = [];
  readonly #rows = new Map<number, T>();

  /**
   * @param settleOperations after how many operations a row can be referred to, as its insert should be acknowledged by
   *   then.
   * @param retireOperations how many operations after the last one that could refer to a row it is deleted, at the
   *   earliest.
   */
  constructor(settleOperations: number, retireOperations = 0) {
    this.#settleOperations = settleOperations;
    this.#retireOperations = retireOperations;
  }

  planned(index: number): void {
    this.#young.push(index);
  }

  acknowledged(index: number, row: T): void {
    this.#rows.set(index, row);
  }

  /** Returns rows that the operation with this index can refer to. */
  settled(index: number): number {
    while ((this.#young[this.#grown] ?? Infinity) <= index - this.#settleOperations) {
      this.#old.push(this.#young[this.#grown++] ?? 0);
    }
    // Old ones are dropped together from time to time, because removing each would move all others.
    if (this.#grown > 1024) {
      this.#young = this.#young.slice(this.#grown);
      this.#grown = 0;
    }
    return this.#old.length;
  }

  /**
   * Picks one of them. The choice depends only on the plan, not on what was acknowledged when.
   *
   * @param point at least 0, below 1.
   * @returns undefined if there is none, or if its insert was not acknowledged.
   */
  pick(index: number, point: number): T | undefined {
    const chosen = this.#old[Math.floor(point * this.settled(index))];
    return chosen === undefined ? undefined : this.#rows.get(chosen);
  }

  /**
   * Picks one of them for deletion, so that it cannot be picked again, and returns one whose time to be deleted has
   * come: this one, or one that was picked before.
   *
   * @param point at least 0, below 1.
   * @returns undefined if there is none yet, or if its insert was not acknowledged.
   */
  take(index: number, point: number): T | undefined {
    const at = Math.floor(point * this.settled(index));
    const chosen = this.#old[at];
    if (chosen !== undefined) {
      this.#old[at] = this.#old.at(-1) ?? chosen;
      this.#old.pop();
      this.#retired.push({ inserted: chosen, at: index });
    }
    const [due] = this.#retired;
    if (due === undefined || due.at > index - this.#retireOperations) return undefined;
    this.#retired.shift();
    const row = this.#rows.get(due.inserted);
    this.#rows.delete(due.inserted);
    return row;
  }
}
