/** A server that has just written something is asked again this soon. */
const SHORTEST_MS = 40;
/** A server that is silent is asked at least this often. */
const LONGEST_MS = 400;
/** The rest between two questions is this share of the silence. */
const SHARE = 0.5;

/**
 * Decides when a server that is starting is asked again whether it is ready. What it writes is news: it has just done
 * something, and may be ready. The longer it has been silent, the rarer the questions, because each one takes CPU time
 * from the servers that start beside it: a failed connection to MySQL takes 2 ms. All times are milliseconds of one
 * clock.
 */
export class ProbePace {
  #heardAtMs: number;
  #askedAtMs = -Infinity;

  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
  }

  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  asked(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }

  isDue(nowMs: number): boolean {
    const rest = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (nowMs - this.#heardAtMs) * SHARE));
    return nowMs - this.#askedAtMs >= rest;
  }
}
