/** When operations are due, fixed in advance, and which of them still wait; times are milliseconds on the run's clock. */
export class Schedule {
  readonly #startedAtMs: number;
  readonly #perSecond: number;
  /** Operations that were due so far, and how many of these wait no longer; what lies between is the queue. */
  #due = 0;
  #taken = 0;

  constructor(startedAtMs: number, perSecond: number) {
    this.#startedAtMs = startedAtMs;
    this.#perSecond = perSecond;
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get waiting(): number {
    return this.#due - this.#taken;
  }

  dueMs(index: number): number {
    return this.#startedAtMs + (index * 1000) / this.#perSecond;
  }

  /** Lets all become due that are. @returns when the next one is. */
  advance(nowMs: number): number {
    while (this.dueMs(this.#due) <= nowMs) this.#due += 1;
    return this.dueMs(this.#due);
  }

  /** The index of the operation that waited longest; only while some wait. */
  take(): number {
    return this.#taken++;
  }
}
