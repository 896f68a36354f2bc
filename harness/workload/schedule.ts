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

/** A stage and where it begins. */
interface Placed {
  readonly fromIndex: number;
  readonly fromMs: number;
  readonly perSecond: number;
}

/** When operations are due, fixed in advance, and which of them still wait; times are milliseconds on the run's clock. */
export class Schedule {
  readonly startedAtMs: number;
  readonly #stages: readonly Placed[];
  /** Operations that were due so far, and how many of these wait no longer; what lies between is the queue. */
  #due = 0;
  #taken = 0;

  constructor(startedAtMs: number, rate: Rate) {
    this.startedAtMs = startedAtMs;
    this.#stages = place(startedAtMs, rate);
  }

  get waiting(): number {
    return this.#due - this.#taken;
  }

  dueMs(index: number): number {
    const { fromIndex, fromMs, perSecond } = this.#stages.findLast((stage) => stage.fromIndex <= index)!;
    return fromMs + ((index - fromIndex) * 1000) / perSecond;
  }

  /** Lets all become due that are. @returns when the next one is. */
  advance(nowMs: number): number {
    while (this.dueMs(this.#due) <= nowMs) this.#due += 1;
    return this.dueMs(this.#due);
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

function place(startedAtMs: number, rate: Rate): readonly Placed[] {
  if (typeof rate === 'number') return [{ fromIndex: 0, fromMs: startedAtMs, perSecond: rate }];
  let fromIndex = 0;
  let fromMs = startedAtMs;
  return rate.map(({ perSecond, seconds }) => {
    const placed = { fromIndex, fromMs, perSecond };
    // What was due at the very end of a stage is the first of the next.
    fromIndex += Math.ceil(perSecond * seconds);
    fromMs += seconds * 1000;
    return placed;
  });
}
