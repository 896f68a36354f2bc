/** A rate that holds for a while. */
export interface RateStage {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Operations a second; or stages, one after another, the last of which goes on to the end. */
export type Rate = number | readonly RateStage[];

export function highestRate(rate: Rate): number {
  return typeof rate === 'number' ? rate : Math.max(...rate.map(({ perSecond }) => perSecond));
}

/** As `200 a second`, `50 to 400 a second`. */
export function rateText(rate: Rate): string {
  if (typeof rate === 'number') return `${rate} a second`;
  const [first, last] = [rate[0]?.perSecond, rate.at(-1)?.perSecond];
  return rate.length === 1 ? `${first} a second` : `${first} to ${last} a second in ${rate.length} stages`;
}

/** A part of the schedule, from one operation on. */
interface Piece {
  readonly fromIndex: number;
  readonly dueMs: (index: number) => number;
}

/**
 * When operations are due, and which of them still wait; times are milliseconds on the run's clock. They are fixed in
 * advance, but in a burst, in which an operation is due whenever somebody is free to do one.
 */
export class Schedule {
  readonly startedAtMs: number;
  #pieces: readonly Piece[];
  /** Due times of the burst that is on. */
  #burst: number[] | null = null;
  /** Operations that were due so far, and how many of these wait no longer; what lies between is the queue. */
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

  /** Lets all become due that are. @returns when the next one is; Infinity in a burst. */
  advance(nowMs: number): number {
    if (this.#burst !== null) return Infinity;
    while (this.dueMs(this.#due) <= nowMs) this.#due += 1;
    return this.dueMs(this.#due);
  }

  get isBurst(): boolean {
    return this.#burst !== null;
  }

  /** Nothing is due from now on but by `dueNow`. */
  beginBurst(): void {
    const fromIndex = this.#due;
    const times: number[] = [];
    this.#burst = times;
    this.#pieces = [...this.#pieces, { fromIndex, dueMs: (index) => times[index - fromIndex] ?? Infinity }];
  }

  /** In a burst, one more operation is due. */
  dueNow(nowMs: number): void {
    this.#burst?.push(nowMs);
    this.#due += 1;
  }

  /** After a burst, at another rate, from its first stage on. */
  endBurst(nowMs: number, rate: Rate): void {
    this.#burst = null;
    this.#pieces = [...this.#pieces, ...place({ fromIndex: this.#due, fromMs: nowMs }, rate)];
  }

  /** How many of the operations that have become due were so from one time to another, both included. */
  dueBetween(fromMs: number, toMs: number): number {
    return this.#firstDue((dueMs) => dueMs > toMs) - this.#firstDue((dueMs) => dueMs >= fromMs);
  }

  /** The index of the operation that waited longest; only while some wait. */
  take(): number {
    return this.#taken++;
  }

  /** Index of the first operation of which this is true, as it is of all that follow; of those that have become due. */
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
    // What was due at the very end of a stage is the first of the next.
    index += Math.ceil(perSecond * seconds);
    atMs += seconds * 1000;
    return piece;
  });
}

function steady(fromIndex: number, fromMs: number, perSecond: number): Piece {
  return { fromIndex, dueMs: (index) => fromMs + ((index - fromIndex) * 1000) / perSecond };
}
