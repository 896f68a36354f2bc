/**
 * A token bucket that is paid afterwards, as how many rows a statement reads is known only then: the next one waits until
 * what was read is paid for. In any time t no more rows are read than `perSecond` × t, and those of one statement.
 */
export class RateLimit {
  readonly perSecond: number;
  #freeAt = -Infinity;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** How long the next statement has to wait, milliseconds. */
  waitMs(now: number): number {
    return Math.max(0, this.#freeAt - now);
  }

  spend(rows: number, now: number): void {
    this.#freeAt = Math.max(this.#freeAt, now) + (rows * 1000) / this.perSecond;
  }
}
