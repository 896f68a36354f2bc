/**
 * A token bucket that is charged afterwards, because only then is it known how many rows a statement has read: the next
 * statement waits until they have been paid for. In any time t, at most `perSecond` × t rows are read, plus those of
 * one statement.
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
