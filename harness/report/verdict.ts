import type { FaultObservation } from '../history/observations.ts';
import type { InvariantResult } from '../history/invariants.ts';
import type { CutoverObservation, PreflightFinding } from '../history/observations.ts';
import type { StepName, PhaseName, Verdict } from '../history/steps.ts';
import type {
  ExercisedTable,
  OperationCounts,
  StaleReads,
  TransactionFigures,
  WorkloadFailures,
} from '../history/workload-findings.ts';
import type { CostResult } from './cost.ts';
import type { Decision } from './decision.ts';
import type { Estimate, Measured } from './estimate.ts';

/** A step in verdict.json; names are those of the sequence. */
export interface StepResult {
  readonly name: StepName;
  readonly durationMs: number;
  readonly verdict: Verdict;
  /** The fault that was striking while it ran. */
  readonly fault?: string;
}

export interface PhaseResult {
  readonly name: PhaseName;
  readonly durationMs: number;
  readonly verdict: Verdict;
  readonly fault?: string;
}

/** The outcome of a fault; see `FaultObservation`. */
export type FaultResult = Omit<FaultObservation, 'of'>;

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
  /** The tables that it was asked to compare; absent if it was asked to compare all that move. */
  readonly asked?: readonly string[];
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

/** A table that moves, in its loaded state. */
export interface TableResult {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

/** A cutover, as in the history, which explains each figure. */
export type CutoverResult = Omit<CutoverObservation, 'of'>;

/** What the application did, from the history. */
export interface WorkloadResult {
  readonly operations: OperationCounts;
  /** The number of operations that did not end `ok`, by class of error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Reads of replica and rdonly tablets, which are reported but not judged. */
  readonly staleReads: StaleReads;
}

export interface Versions {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
  readonly node: string;
}

/** The contents of `verdict.json`. */
export interface RunResult {
  readonly verdict: Verdict;
  readonly decision: Decision;
  readonly fixture: string;
  readonly seed: number;
  readonly versions: Versions | null;
  /** `existing` for servers that were already running, whose flags are not known. */
  readonly profile: 'stock' | 'rehearsal' | 'existing';
  readonly steps: readonly StepResult[];
  readonly phases: readonly PhaseResult[];
  readonly load: { readonly rows: number; readonly rowsPerSecond: number } | null;
  readonly tables: readonly TableResult[];
  readonly preflight: readonly PreflightFinding[];
  readonly copy: CopyResult | null;
  readonly vdiffs: readonly VDiffResult[];
  readonly checksums: readonly ChecksumResult[];
  readonly cutovers: readonly CutoverResult[];
  readonly workload: WorkloadResult;
  readonly invariants: readonly InvariantResult[];
  /** Absent in runs that were judged before these were distinguished. */
  readonly failures?: WorkloadFailures;
  /** The outcome of each planned fault; absent if there was none. */
  readonly faults?: readonly FaultResult[];
  /** What the application's own statements did to each of its tables that move. */
  readonly exercised?: readonly ExercisedTable[];
  /** The application's own transactions; absent if it has none. */
  readonly transactions?: readonly TransactionFigures[];
  /** Largest lag of the workflow in the five seconds before a switch of writes, in milliseconds. */
  readonly lagMs: number | null;
  readonly totalMs: number;
  /** Why the verdict is not `pass`, starting with the first cause. */
  readonly reasons: readonly string[];
  /** Everything that was not done because something ended the run. The last reason summarizes it. */
  readonly missing?: readonly string[];
  /** How much CPU the run used. Absent if it ended before that was read, and in older runs. */
  readonly cost?: CostResult;
  /**
   * What the servers could sustain before anything moved, and the rate of the application from then on, in operations
   * per second.
   */
  readonly capacity?: { readonly perSecond: number; readonly rate: number };
  /** What an estimate is based on. Absent in runs that are older than estimates. */
  readonly measured?: Measured;
  /** What the real migration will take, if the config says how large production is. */
  readonly estimate?: Estimate;
}
