import type { ScannedOperation } from '../history/history-reader.ts';
import { Latencies } from '../history/latencies.ts';

/** What the application saw, in equal parts of the run; every list has one entry for each part. */
export interface Series {
  readonly fromMs: number;
  readonly stepMs: number;
  /** Writes per second. */
  readonly acknowledged: readonly number[];
  /** Operations per second that did not end `ok`, including reads. */
  readonly errors: readonly number[];
  /** The median latency of writes, from when they were due; null if none ended. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  readonly maxMs: readonly (number | null)[];
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Counts the operations of a history in windows of time, in one pass. */
export class SeriesBuilder {
  /** When operations in flight were due, by process. */
  readonly #due = new Map<number, number>();
  readonly #windows: readonly Bins[];

  constructor(windows: readonly Window[]) {
    this.#windows = windows.map((window) => new Bins(window));
  }

  operation({ type, process, time, answered = time, late, f }: ScannedOperation): void {
    if (type === 'invoke') {
      this.#due.set(process, time - (late ?? 0));
      return;
    }
    const atMs = answered / 1e6;
    const latencyMs = (answered - (this.#due.get(process) ?? answered)) / 1e6;
    this.#due.delete(process);
    for (const window of this.#windows) window.add(atMs, type === 'ok', f === 'read', latencyMs);
  }

  /** Returns the series in the order of the windows. */
  series(): Series[] {
    return this.#windows.map((window) => window.series());
  }
}

class Bins {
  readonly #window: Window;
  readonly #acknowledged: Uint32Array;
  readonly #errors: Uint32Array;
  readonly #latencies: Latencies[];

  constructor(window: Window) {
    const count = Math.max(1, Math.ceil((window.toMs - window.fromMs) / window.stepMs));
    this.#window = window;
    this.#acknowledged = new Uint32Array(count);
    this.#errors = new Uint32Array(count);
    this.#latencies = Array.from({ length: count }, () => new Latencies());
  }

  add(atMs: number, isOk: boolean, isRead: boolean, latencyMs: number): void {
    const at = Math.floor((atMs - this.#window.fromMs) / this.#window.stepMs);
    if (at < 0 || at >= this.#acknowledged.length) return;
    if (!isOk) this.#errors[at]! += 1;
    else if (!isRead) {
      this.#acknowledged[at]! += 1;
      this.#latencies[at]!.add(latencyMs);
    }
  }

  series(): Series {
    const { fromMs, stepMs } = this.#window;
    const perSecond = (counts: Uint32Array) => [...counts].map((count) => (count * 1000) / stepMs);
    return {
      fromMs,
      stepMs,
      acknowledged: perSecond(this.#acknowledged),
      errors: perSecond(this.#errors),
      p50Ms: this.#latencies.map((each) => each.quantile(0.5)),
      p99Ms: this.#latencies.map((each) => each.quantile(0.99)),
      maxMs: this.#latencies.map((each) => each.maxMs),
    };
  }
}

const MOST_PARTS = 300;
const STEPS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];

/** Returns the smallest round length with which a run does not have too many parts to distinguish. */
export function stepFor(totalMs: number): number {
  return STEPS_MS.find((stepMs) => totalMs / stepMs <= MOST_PARTS) ?? Math.ceil(totalMs / MOST_PARTS);
}
