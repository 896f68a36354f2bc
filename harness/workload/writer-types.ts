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
  /** Of all kinds together. */
  readonly rate: Rate;
  /** The highest rate that it may go on at after a burst; that of `rate` unless told. */
  readonly rateAtMost?: number;
  readonly kinds: KindWeights;
  /** Whether it writes beside another writer, so that it must leave that one's rows alone. */
  readonly isStray?: boolean;
  /** The run's monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Writes in flight at once at most, each by a process on a connection of its own; 8 unless told. */
  readonly connections?: number;
  /** A statement that takes longer counts as `timeout` and costs its connection; 30 s unless told. */
  readonly statementTimeoutMs?: number;
  /** Operations that may wait for a free connection; the oldest beyond count as `not-sent`. A minute's worth unless told. */
  readonly queueLimit?: number;
}

/** The writer's whole life. */
export interface WriterTotals extends WindowFigures {
  /** Operations handed to a connection. */
  readonly sent: number;
  /** Operations that were due but still waited for a connection when the writer was stopped. */
  readonly unsent: number;
  /** Acknowledged, of all kinds. */
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  /** Acknowledged updates and deletes that found no row. */
  readonly unmatched: number;
  /** By kind, by what was done, by outcome. */
  readonly operations: CountsByKind;
  /** Connections opened after the first ones, but for those of `moveTo`. */
  readonly reconnects: number;
  readonly samples: ReadonlyMap<string, ErrorSample>;
}
