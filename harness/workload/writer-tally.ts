import { messageOf } from '../errors.ts';
import { isOfRows, type ErrorClass } from '../error-classes.ts';
import { Numbers } from './numbers.ts';
import { lengthOf, type Gap } from './silences.ts';
import { WriteGaps, type AnswerKind, type InFlight, type Times } from './write-gaps.ts';

/**
 * What the writer saw in a window of time: figures about writes, and errors of all operations. Times are milliseconds
 * on the run's clock.
 */
export interface WindowFigures {
  readonly acknowledged: number;
  /**
   * The longest time in which writes had been sent, were waiting or being refused, and none was acknowledged. It counts
   * in full even if only a part of it is in the window.
   */
  readonly writeGapMs: number;
  /** Operations of all kinds that were due in that time. */
  readonly dueInGap: number;
  /** Errors of operations, including reads, that were due or under way in the window, by class. */
  readonly errors: Readonly<Record<string, number>>;
  /** Errors of the fixture's own statements that were sent. */
  readonly statementErrors: number;
  /** The median time from the due time of an operation to its acknowledgement; null if there was none in the window. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** The number of errors of one class, and three of them. */
export interface ErrorSample {
  readonly count: number;
  readonly first: ErrorSeen;
  /** The error that came longest after the operation was due. */
  readonly worst: ErrorSeen;
  readonly last: ErrorSeen;
}

export interface ErrorSeen {
  readonly atMs: number;
  readonly latencyMs: number;
  readonly message: string;
}

/** Errors of an operation that was abandoned, or whose connection was, without an answer from the server. */
const WITHOUT_ANSWER: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['timeout', 'lost-connection']);

/** What kind of operation failed. */
export interface Failed {
  readonly isWrite: boolean;
  /** Whether it was one of the fixture's own statements. */
  readonly isStatement: boolean;
}

/** Counts acknowledgements and errors in the order in which they arrive; some 40 bytes each. */
export class WriterTally {
  readonly #ackedAt = new Numbers();
  readonly #latencies = new Numbers();
  readonly #gaps = new WriteGaps();
  readonly #failedAt = new Numbers();
  readonly #failedDue = new Numbers();
  readonly #failedClass = new Numbers();
  readonly #failedIsStatement = new Numbers();
  readonly #classes: ErrorClass[] = [];
  readonly #samples = new Map<ErrorClass, ErrorSample>();

  get acknowledged(): number {
    return this.#ackedAt.length;
  }

  get samples(): ReadonlyMap<string, ErrorSample> {
    return this.#samples;
  }

  /** Records that a write was acknowledged; must be called in order of time. */
  ack(times: Times): void {
    this.#ackedAt.push(times.endedMs);
    this.#latencies.push(times.endedMs - times.dueMs);
    this.#gaps.add(times, 'acknowledged', true);
  }

  /** Records that a read was answered; must be called in order of time. */
  read(times: Times): void {
    this.#gaps.add(times, 'answered', false);
  }

  /** Must be called in order of time. */
  fail(kind: ErrorClass, error: unknown, times: Times, { isWrite, isStatement }: Failed): void {
    this.#gaps.add(times, answerOf(kind), isWrite);
    this.#failed(kind, error, times.dueMs, times.endedMs, isStatement);
  }

  /**
   * Records an operation that was not sent at all: no statement failed, and no server refused it. Must be called in
   * order of time.
   */
  dropped(error: unknown, dueMs: number, atMs: number): void {
    this.#failed('not-sent', error, dueMs, atMs, false);
  }

  acknowledgedSince(fromMs: number): number {
    return this.#ackedAt.length - this.#ackedAt.firstNotBefore(fromMs);
  }

  /** Returns what was seen in a window of time, inclusive. */
  figures(fromMs: number, toMs: number, { nowMs, dueIn, ...inFlight }: Waiting): WindowFigures {
    const begin = this.#ackedAt.firstNotBefore(fromMs);
    const end = this.#ackedAt.firstAfter(toMs);
    const sorted = this.#latencies.slice(begin, end).toSorted();
    // This is the smallest latency that at least this share of the operations did not exceed.
    const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
    const gap = this.#gaps.longest(fromMs, toMs, inFlight, nowMs);
    return {
      acknowledged: end - begin,
      writeGapMs: gap === null ? 0 : lengthOf(gap),
      dueInGap: gap === null ? 0 : dueIn(gap),
      ...this.#errors(fromMs, toMs),
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      p999Ms: quantile(0.999),
      maxMs: sorted.at(-1) ?? null,
    };
  }

  #failed(kind: ErrorClass, error: unknown, dueMs: number, endedMs: number, isStatement: boolean): void {
    let id = this.#classes.indexOf(kind);
    if (id < 0) id = this.#classes.push(kind) - 1;
    this.#failedAt.push(endedMs);
    this.#failedDue.push(dueMs);
    this.#failedClass.push(id);
    this.#failedIsStatement.push(isStatement ? 1 : 0);
    const seen = { atMs: endedMs, latencyMs: endedMs - dueMs, message: messageOf(error).slice(0, 1000) };
    const before = this.#samples.get(kind);
    this.#samples.set(kind, {
      count: (before?.count ?? 0) + 1,
      first: before?.first ?? seen,
      worst: before !== undefined && before.worst.latencyMs >= seen.latencyMs ? before.worst : seen,
      last: seen,
    });
  }

  /**
   * An operation belongs to every window in which it was due or under way, because it may end long after it was due.
   */
  #errors(fromMs: number, toMs: number): Pick<WindowFigures, 'errors' | 'statementErrors'> {
    const errors: Record<string, number> = {};
    let statementErrors = 0;
    for (let at = this.#failedAt.firstNotBefore(fromMs); at < this.#failedAt.length; at += 1) {
      if (this.#failedDue.at(at) > toMs) continue;
      const kind = this.#classes[this.#failedClass.at(at)] ?? 'other: unknown';
      errors[kind] = (errors[kind] ?? 0) + 1;
      statementErrors += this.#failedIsStatement.at(at);
    }
    return { errors, statementErrors };
  }
}

/** What the writer knows about operations that have not ended. */
export interface Waiting extends InFlight {
  readonly nowMs: number;
  /** How many operations were due in a gap. */
  readonly dueIn: (gap: Gap) => number;
}

function answerOf(kind: ErrorClass): AnswerKind {
  if (isOfRows(kind)) return 'answered';
  return WITHOUT_ANSWER.has(kind) ? 'none' : 'refused';
}
