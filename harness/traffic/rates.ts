const MINUTE_MS = 60_000;
/** Five weeks of minutes. */
const MOST_BUCKETS = 50_000;

/** Executions over time according to a log. */
export interface SeenRates {
  /** From the first entry with a time to the last. */
  readonly seconds: number;
  readonly averagePerSecond: number;
  /** The rate in the busiest stretch. */
  readonly peakPerSecond: number;
  /** When that stretch began, in milliseconds since 1970. */
  readonly peakAtMs: number;
  /** The length of a stretch in seconds: a minute, or more for a log of many weeks. */
  readonly stretchSeconds: number;
}

/** Counts executions by the minute, or by several minutes if there are too many. */
export class Rates {
  #counts = new Map<number, number>();
  #stretchMs = MINUTE_MS;
  #first = Infinity;
  #last = -Infinity;
  #count = 0;

  add(atMs: number | null, times: number): void {
    if (atMs === null || times === 0) return;
    this.#count += times;
    if (atMs < this.#first) this.#first = atMs;
    if (atMs > this.#last) this.#last = atMs;
    const bucket = Math.floor(atMs / this.#stretchMs);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times);
    if (this.#counts.size > MOST_BUCKETS) this.#coarsen();
  }

  /** Null if no entry has a time, or all have the same. */
  get seen(): SeenRates | null {
    const seconds = (this.#last - this.#first) / 1000;
    if (!(seconds > 0)) return null;
    let [peak, at] = [0, 0];
    for (const [bucket, count] of this.#counts) if (count > peak) [peak, at] = [count, bucket];
    // The log may be shorter than a stretch.
    const stretchSeconds = Math.min(this.#stretchMs / 1000, seconds);
    return {
      seconds,
      averagePerSecond: this.#count / seconds,
      peakPerSecond: Math.max(peak / stretchSeconds, this.#count / seconds),
      peakAtMs: at * this.#stretchMs,
      stretchSeconds,
    };
  }

  #coarsen(): void {
    this.#stretchMs *= 2;
    const coarser = new Map<number, number>();
    for (const [bucket, count] of this.#counts) {
      const at = Math.floor(bucket / 2);
      coarser.set(at, (coarser.get(at) ?? 0) + count);
    }
    this.#counts = coarser;
  }
}
