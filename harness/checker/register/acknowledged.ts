/**
 * Writes that certainly took effect, in the order in which they completed. It answers in logarithmic time whether a
 * write that was invoked after `since` completed before `until`.
 */
export class Acknowledged {
  readonly #completed: number[] = [];
  /** The latest invocation among the writes up to here. */
  readonly #latest: number[] = [];
  readonly #times: number[] = [];

  get size(): number {
    return this.#completed.length;
  }

  clear(): void {
    this.#completed.length = 0;
    this.#latest.length = 0;
    this.#times.length = 0;
  }

  /** Writes are added in the order of `completed`. */
  add(invoked: number, completed: number, time: number): void {
    const before = this.#latest.at(-1) ?? -1;
    this.#completed.push(completed);
    this.#latest.push(Math.max(before, invoked));
    this.#times.push(time);
  }

  /** Returns the latest invocation of a write that completed before this line; -1 if there is none. */
  latestBefore(until: number): number {
    const count = this.#countBefore(until);
    return count === 0 ? -1 : this.#latest[count - 1]!;
  }

  hasBefore(until: number): boolean {
    return this.size > 0 && this.#completed[0]! < until;
  }

  /** Returns when and where the last write before this line completed. */
  lastBefore(until: number): { completed: number; time: number } | null {
    const count = this.#countBefore(until);
    return count === 0 ? null : { completed: this.#completed[count - 1]!, time: this.#times[count - 1]! };
  }

  #countBefore(until: number): number {
    let low = 0;
    let high = this.#completed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#completed[middle]! < until) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
