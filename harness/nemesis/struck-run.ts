import type { Cluster } from '../cluster/cluster.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Migration } from '../migration/migration.ts';

/** What a fault and its points work on: a run on servers of its own, with an application that writes. */
export interface StruckRun {
  readonly cluster: Cluster;
  readonly migration: Migration;
  readonly recorder: Recorder;
  readonly workload: {
    /** Waits until this many more writes have been acknowledged. @throws when that takes longer. */
    untilAcknowledged(count: number, timeoutMs?: number): Promise<void>;
    /** Begins a transaction that has inserted a row and stays open until `commit`. */
    openTransaction(): Promise<{
      readonly key: number;
      commit(): Promise<{ readonly outcome: 'ok' | 'fail' | 'info'; readonly message: string | null }>;
    }>;
    /** What the application saw between two times on the run's clock, in milliseconds; null if nobody wrote. */
    figures(
      fromMs: number,
      toMs: number,
    ): Promise<{
      readonly writeGapMs: number;
      readonly errors: Readonly<Record<string, number>>;
      /** The median time from when an operation was due until it was acknowledged; null if none was. */
      readonly p50Ms: number | null;
    } | null>;
  };
}
