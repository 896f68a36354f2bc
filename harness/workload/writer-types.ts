import type { Application } from '../fixture/fixture.ts';
import type { CountsByKind } from './operation-statistics.ts';
import type { WorkerContext } from './worker.ts';
import type { Rate } from './schedule.ts';
import type { WriteEndpoint } from './session.ts';
import type { KindWeights } from './tables.ts';
import type { ErrorSample, WindowFigures } from './writer-tally.ts';

export interface WriterOptions extends WorkerContext {
  readonly to: WriteEndpoint;
  /** What the kind `sql` does. */
  readonly application: Application;
  readonly seed: number;
  /** Operations per second of all kinds together. */
  readonly rate: Rate;
  /** The highest rate at which it may continue after a burst; by default the highest of `rate`. */
  readonly rateAtMost?: number;
  readonly kinds: KindWeights;
  /** Whether it writes beside another writer, whose rows it must leave alone. */
  readonly isStray?: boolean;
  /** The run's monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** The most writes in flight at once, each by a process on a connection of its own; 8 by default. */
  readonly connections?: number;
  /** A statement that takes longer counts as `timeout` and costs its connection; 30 s by default. */
  readonly statementTimeoutMs?: number;
  /**
   * How many operations may wait for a free connection, by default a minute's worth; the oldest beyond that count as
   * `not-sent`.
   */
  readonly queueLimit?: number;
}

/** How long the writer ran, in milliseconds. */
export interface WriterTotals extends WindowFigures {
  /** Operations that were given to a connection. */
  readonly sent: number;
  /** Operations that were due but still waiting for a connection when the writer was stopped. */
  readonly unsent: number;
  /** Acknowledged operations of all kinds. */
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  /** Acknowledged updates and deletes that matched no row. */
  readonly unmatched: number;
  /** The number of operations by kind, by what was done, and by outcome. */
  readonly operations: CountsByKind;
  /** Connections opened after the first ones, except those of `moveTo`. */
  readonly reconnects: number;
  readonly samples: ReadonlyMap<string, ErrorSample>;
}
