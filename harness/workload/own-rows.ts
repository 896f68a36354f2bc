/**
 * Rows of one table that the writer inserted and did not delete, by the index of the operation that inserted them.
 *
 * @typeParam T what is known about a row once its insert was acknowledged.
 */
export class OwnRows<T> {
  readonly #settleOperations: number;
  /**
   * Inserts that are too recent to be referred to, because they are probably not acknowledged yet. Those before
   * `#grown` are old enough.
   */
  #young: number[] = [];
  #grown = 0;
  readonly #old: number[] = [];
  readonly #rows = new Map<number, T>();

  constructor(settleOperations: number) {
    this.#settleOperations = settleOperations;
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
   * @param takes whether it cannot be picked again.
   * @returns undefined if there is none, or if its insert was not acknowledged.
   */
  pick(index: number, point: number, takes: boolean): T | undefined {
    const at = Math.floor(point * this.settled(index));
    const chosen = this.#old[at];
    if (chosen === undefined) return undefined;
    const row = this.#rows.get(chosen);
    if (takes) {
      this.#old[at] = this.#old.at(-1) ?? chosen;
      this.#old.pop();
      this.#rows.delete(chosen);
    }
    return row;
  }
}
