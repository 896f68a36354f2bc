import type { Fixture } from '../fixture/fixture.ts';
import type { WriteEndpoint } from './session.ts';
import type { ErrorSample, Figures } from './tally.ts';

export interface WriterOptions {
  readonly to: WriteEndpoint;
  readonly fixture: Fixture;
  readonly seed: number;
  readonly operationsPerSecond: number;
  /** The run's monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Writes in flight at once at most; 8 unless told. */
  readonly connections?: number;
  /** A statement that takes longer counts as `timeout` and costs its connection; 30 s unless told. */
  readonly statementTimeoutMs?: number;
  /** Operations that may wait for a free connection; the oldest beyond count as `not-sent`. A minute's worth unless told. */
  readonly queueLimit?: number;
}

/** The writer's whole life. */
export interface WriterTotals extends Figures {
  /** Operations handed to a connection. */
  readonly sent: number;
  /** Operations that were due but still waited for a connection when the writer was stopped. */
  readonly unsent: number;
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  /** Acknowledged updates and deletes that found no row. */
  readonly unmatched: number;
  /** Connections opened after the first ones, but for those of `moveTo`. */
  readonly reconnects: number;
  readonly samples: ReadonlyMap<string, ErrorSample>;
}
