/** A rate that holds for a while. */
export interface RateStage {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Operations per second; or stages, one after another, the last of which lasts until the end. */
export type Rate = number | readonly RateStage[];

export function highestRate(rate: Rate): number {
  return typeof rate === 'number' ? rate : Math.max(...rate.map(({ perSecond }) => perSecond));
}

/** Returns for example `200 a second`, or `50 to 400 a second`. */
export function rateText(rate: Rate): string {
  if (typeof rate === 'number') return `${rate} a second`;
  const [first, last] = [rate[0]?.perSecond, rate.at(-1)?.perSecond];
  return rate.length === 1 ? `${first} a second` : `${first} to ${last} a second in ${rate.length} stages`;
}

/** A part of the schedule, starting with one operation. */
interface Piece {
  readonly fromIndex: number;
  readonly dueMs: (index: number) => number;
}

/**
 * Decides when operations are due, and which of them are still waiting; times are milliseconds on the run's clock. They
 * are fixed in advance, except during a burst, in which an operation is due whenever a worker is free.
 */
export class Schedule {
  readonly startedAtMs: number;
  #pieces: readonly Piece[];
  /** Due times of the current burst. */
  #burst: number[] | null = null;
  /** How many operations have become due, and how many of these are no longer waiting; the queue is in between. */
  #due = 0;
  #taken = 0;

  constructor(startedAtMs: number, rate: Rate) {
    this.startedAtMs = startedAtMs;
    this.#pieces = place({ fromIndex: 0, fromMs: startedAtMs }, rate);
  }

  get waiting(): number {
    return this.#due - this.#taken;
  }

  dueMs(index: number): number {
    return this.#pieces.findLast(({ fromIndex }) => fromIndex <= index)!.dueMs(index);
  }

  /** Marks all operations that are due by now. @returns when the next one is due; Infinity during a burst. */
  advance(nowMs: number): number {
    if (this.#burst !== null) return Infinity;
    while (this.dueMs(this.#due) <= nowMs) this.#due += 1;
    return this.dueMs(this.#due);
  }

  get isBurst(): boolean {
    return this.#burst !== null;
  }

  /** Starts a burst, in which operations become due only through `dueNow`. */
  beginBurst(): void {
    const fromIndex = this.#due;
    const times: number[] = [];
    this.#burst = times;
    this.#pieces = [...this.#pieces, { fromIndex, dueMs: (index) => times[index - fromIndex] ?? Infinity }];
  }

  /** During a burst, makes one more operation due. */
  dueNow(nowMs: number): void {
    this.#burst?.push(nowMs);
    this.#due += 1;
  }

  /** Continues at another rate, from its first stage; a burst is over. What is due before must have been marked. */
  continueAt(nowMs: number, rate: Rate): void {
    this.#burst = null;
    this.#pieces = [...this.#pieces, ...place({ fromIndex: this.#due, fromMs: nowMs }, rate)];
  }

  /** Returns how many operations have become due between two times, inclusive. */
  dueBetween(fromMs: number, toMs: number): number {
    return this.#firstDue((dueMs) => dueMs > toMs) - this.#firstDue((dueMs) => dueMs >= fromMs);
  }

  /** The index of the operation that has waited longest; only valid while some are waiting. */
  take(): number {
    return this.#taken++;
  }

  /**
   * Returns the index of the first operation, among those that have become due, for which this is true; it must also be
   * true for all later ones.
   */
  #firstDue(isReached: (dueMs: number) => boolean): number {
    let low = 0;
    let high = this.#due;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isReached(this.dueMs(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function place({ fromIndex, fromMs }: { fromIndex: number; fromMs: number }, rate: Rate): readonly Piece[] {
  if (typeof rate === 'number') return [steady(fromIndex, fromMs, rate)];
  let index = fromIndex;
  let atMs = fromMs;
  return rate.map(({ perSecond, seconds }) => {
    const piece = steady(index, atMs, perSecond);
    // An operation due at the very end of a stage is the first of the next one.
    index += Math.ceil(perSecond * seconds);
    atMs += seconds * 1000;
    return piece;
  });
}

function steady(fromIndex: number, fromMs: number, perSecond: number): Piece {
  return { fromIndex, dueMs: (index) => fromMs + ((index - fromIndex) * 1000) / perSecond };
}
