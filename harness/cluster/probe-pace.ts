/** A server that has just written something is asked again this soon. */
const SHORTEST_MS = 40;
/** A server that is silent is asked at least this often. */
const LONGEST_MS = 400;

/**
 * Decides when a server that is starting is asked again whether it is ready. What it writes is news: it has just done
 * something, and may be ready. After a question it is left alone for as long as it has been silent, because each question
 * takes CPU time from the servers that start beside it: a failed connection to MySQL takes 2 ms. All times are
 * milliseconds of one clock.
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

  /** Returns how long to wait before the next question if nothing is heard until then; 0 or less if it is due. */
  rest(nowMs: number): number {
    const silence = this.#askedAtMs - this.#heardAtMs;
    return this.#askedAtMs + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, silence)) - nowMs;
  }
}
