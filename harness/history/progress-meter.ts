import type { Progress } from './steps.ts';

export interface ProgressMeterOptions {
  /** The total, which may be an estimate. */
  readonly total: number;
  readonly unit: 'rows' | 'bytes';
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Milliseconds between two reports; by default every addition is reported. */
  readonly intervalMs?: number;
}

/** Counts what is done and reports it, with the rate since the meter was created. */
export class ProgressMeter {
  done = 0;
  readonly #options: ProgressMeterOptions;
  readonly #startedAt = performance.now();
  #reportedAt = this.#startedAt;

  constructor(options: ProgressMeterOptions) {
    this.#options = options;
  }

  /** Units per second so far. */
  get perSecond(): number {
    return Math.round((this.done * 1000) / Math.max(1, performance.now() - this.#startedAt));
  }

  add(count: number, detail?: string): void {
    this.done += count;
    const { total, intervalMs = 0 } = this.#options;
    const isDue = performance.now() - this.#reportedAt >= intervalMs || this.done >= total;
    if (isDue) this.report(detail);
  }

  report(detail?: string): void {
    this.#reportedAt = performance.now();
    const { total, unit, onProgress } = this.#options;
    const { done, perSecond } = this;
    // The total is an estimate that can be too low.
    onProgress?.({ done, total: Math.max(done, total), unit, perSecond, ...(detail === undefined ? {} : { detail }) });
  }
}
