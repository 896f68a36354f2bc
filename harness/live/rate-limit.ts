/**
 * A token bucket that is paid afterwards, because it is only then known how many rows a statement has read: the next
 * statement waits until the rows have been paid for. In any time t, no more rows are read than `perSecond` × t, plus
 * those of one statement.
 */
export class RateLimit {
  readonly perSecond: number;
  #freeAt = -Infinity;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** How long the next statement has to wait, in milliseconds. */
  waitMs(now: number): number {
    return Math.max(0, this.#freeAt - now);
  }

  spend(rows: number, now: number): void {
    this.#freeAt = Math.max(this.#freeAt, now) + (rows * 1000) / this.perSecond;
  }
}
