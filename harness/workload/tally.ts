import { messageOf } from '../errors.ts';
import type { ErrorClass } from './classify.ts';
import { Numbers } from './numbers.ts';

/** What the writer saw in a window of time, of writes but for the errors; milliseconds on the run's clock. */
export interface Figures {
  readonly acknowledged: number;
  /** Longest time without an acknowledgement, the window's ends counted as if they were ones. */
  readonly writeGapMs: number;
  /** By class, those of reads included. */
  readonly errors: Readonly<Record<string, number>>;
  /** Those of the fixture's own statements. */
  readonly statementErrors: number;
  /** From when an operation was due to its acknowledgement; null when there was none in the window. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** Errors of one class: how many, and three of them. */
export interface ErrorSample {
  readonly count: number;
  readonly first: ErrorSeen;
  /** The one that took longest since it was due. */
  readonly worst: ErrorSeen;
  readonly last: ErrorSeen;
}

export interface ErrorSeen {
  readonly atMs: number;
  readonly latencyMs: number;
  readonly message: string;
}

/** Counts acknowledgements and errors in the order in which they come; 16 bytes each. */
export class Tally {
  readonly #ackedAt = new Numbers();
  readonly #latencies = new Numbers();
  readonly #failedAt = new Numbers();
  readonly #failedClass = new Numbers();
  /** Those of the fixture's own statements. */
  readonly #statementFailedAt = new Numbers();
  readonly #classes: ErrorClass[] = [];
  readonly #samples = new Map<ErrorClass, ErrorSample>();

  get acknowledged(): number {
    return this.#ackedAt.length;
  }

  get samples(): ReadonlyMap<ErrorClass, ErrorSample> {
    return this.#samples;
  }

  /** To be called in order of time. */
  ack(atMs: number, dueMs: number): void {
    this.#ackedAt.push(atMs);
    this.#latencies.push(atMs - dueMs);
  }

  /** To be called in order of time. @param isStatement whether it was one of the fixture's own. */
  fail(kind: ErrorClass, error: unknown, atMs: number, dueMs: number, isStatement: boolean): void {
    let id = this.#classes.indexOf(kind);
    if (id < 0) id = this.#classes.push(kind) - 1;
    this.#failedAt.push(atMs);
    this.#failedClass.push(id);
    if (isStatement) this.#statementFailedAt.push(atMs);
    const seen = { atMs, latencyMs: atMs - dueMs, message: messageOf(error).slice(0, 1000) };
    const before = this.#samples.get(kind);
    this.#samples.set(kind, {
      count: (before?.count ?? 0) + 1,
      first: before?.first ?? seen,
      worst: before !== undefined && before.worst.latencyMs >= seen.latencyMs ? before.worst : seen,
      last: seen,
    });
  }

  acknowledgedSince(fromMs: number): number {
    return this.#ackedAt.length - this.#ackedAt.firstNotBefore(fromMs);
  }

  /** Both ends belong to the window. */
  figures(fromMs: number, toMs: number): Figures {
    const begin = this.#ackedAt.firstNotBefore(fromMs);
    const end = this.#ackedAt.firstAfter(toMs);
    let previous = fromMs;
    let writeGapMs = 0;
    for (let at = begin; at < end; at += 1) {
      const atMs = this.#ackedAt.at(at);
      writeGapMs = Math.max(writeGapMs, atMs - previous);
      previous = atMs;
    }
    const sorted = this.#latencies.slice(begin, end).toSorted();
    // The smallest latency that at least this share of the operations did not exceed.
    const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
    return {
      acknowledged: end - begin,
      writeGapMs: Math.max(writeGapMs, toMs - previous),
      errors: this.#errors(fromMs, toMs),
      statementErrors: this.#statementFailedAt.firstAfter(toMs) - this.#statementFailedAt.firstNotBefore(fromMs),
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      p999Ms: quantile(0.999),
      maxMs: sorted.at(-1) ?? null,
    };
  }

  #errors(fromMs: number, toMs: number): Record<string, number> {
    const errors: Record<string, number> = {};
    const end = this.#failedAt.firstAfter(toMs);
    for (let at = this.#failedAt.firstNotBefore(fromMs); at < end; at += 1) {
      const kind = this.#classes[this.#failedClass.at(at)] ?? 'other: unknown';
      errors[kind] = (errors[kind] ?? 0) + 1;
    }
    return errors;
  }
}
