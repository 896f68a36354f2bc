import type { StepName, PhaseName, Verdict } from '../history/steps.ts';

/** A step as it stands in verdict.json; names are those of the sequence. */
export interface StepResult {
  readonly name: StepName;
  readonly durationMs: number;
  readonly verdict: Verdict;
}

export interface PhaseResult {
  readonly name: PhaseName;
  readonly durationMs: number;
  readonly verdict: Verdict;
}

export interface CopyResult {
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly bytes: number;
}

export interface VDiffResult {
  readonly workflow: string;
  readonly keyspace: string;
  readonly rowsCompared: number;
  readonly mismatchedRows: number;
  readonly tables: readonly {
    readonly table: string;
    readonly rowsCompared: number;
    readonly mismatchedRows: number;
  }[];
}

export interface ChecksumResult {
  readonly table: string;
  /** Rows on the source; the target's count is the same when `equal`. */
  readonly rows: number;
  readonly equal: boolean;
}

export interface CutoverResult {
  readonly direction: 'forward' | 'reverse';
  /** Longest time between two acknowledged writes around the switch. */
  readonly writeGapMs: number;
  /** Writes acknowledged in the window around the switch. */
  readonly acknowledged: number;
  /** Errors of the application's writes in the same window, counted by class. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Versions {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
  readonly node: string;
}

/** What `verdict.json` holds. */
export interface RunResult {
  readonly verdict: Verdict;
  readonly fixture: string;
  readonly seed: number;
  readonly versions: Versions | null;
  readonly profile: 'stock' | 'rehearsal';
  readonly steps: readonly StepResult[];
  readonly phases: readonly PhaseResult[];
  readonly load: { readonly rows: number; readonly rowsPerSecond: number } | null;
  readonly copy: CopyResult | null;
  readonly vdiffs: readonly VDiffResult[];
  readonly checksums: readonly ChecksumResult[];
  readonly cutovers: readonly CutoverResult[];
  /** Largest transaction lag seen when a step waited for it, milliseconds. */
  readonly lagMs: number | null;
  readonly totalMs: number;
  /** Why the verdict is not `pass`, first cause first. */
  readonly reasons: readonly string[];
}
