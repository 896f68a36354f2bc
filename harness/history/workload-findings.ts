/**
 * What a failed statement counts against. `application`: it also fails like that without a migration, and counts only
 * around a switch. `resources`: a server lacked disk, memory or connections, and the failure does not count.
 */
export type FailureCause = 'migration' | 'application' | 'resources';

/** The outcomes of one of the application's transactions; several attempts count once, except among the errors. */
export interface TransactionFigures {
  readonly transaction: string;
  readonly committed: number;
  /** Those that found no row whose values they save, so that the application rolled back. */
  readonly rolledBack: number;
  /** Those that certainly failed in the end. */
  readonly failed: number;
  /** Those that may or may not be committed, because their COMMIT was not answered with success. */
  readonly open: number;
  /** Attempts after a first one. */
  readonly retries: number;
  /** How many of those that failed or stayed open had been tried again before. */
  readonly gaveUp: number;
  /** How many were judged by `transaction-atomic`. */
  readonly judgedWhole: number;
  /** Errors of all attempts, by class. */
  readonly errors: Readonly<Record<string, number>>;
  /** The time from when the first attempt was due to the end of the last, for those committed or rolled back. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** Failures of one kind of one of the application's own statements or transactions, as its users saw them. */
export interface StatementFailure {
  readonly statement: string;
  /** The class of the error. */
  readonly error: string;
  /** The server's last message. */
  readonly message: string;
  readonly count: number;
  /** How many of them were due, or under way, around a switch of writes; see `aroundCutovers`. */
  readonly aroundSwitches: number;
  /** How many more attempts failed in this way before the application tried again; absent if none did. */
  readonly retried?: number;
  readonly cause: FailureCause;
}

/** Operations of any kind that failed because a server lacked resources. */
export interface ResourceTrouble {
  readonly count: number;
  /** The server's last message. */
  readonly message: string;
}

/** Failures of the application's own statements, and what counts against the limits. */
export interface WorkloadFailures {
  /** Most frequent first. */
  readonly statements: readonly StatementFailure[];
  /** How many failures outside any switch of writes can be blamed on the migration. */
  readonly outsideSwitches: number;
  /** Null if no server lacked resources. */
  readonly resources: ResourceTrouble | null;
}

/** How often an application did each thing to a table; an update or delete that matched no row does not count. */
export type Exercise = Readonly<Record<'insert' | 'update' | 'delete' | 'read', number>>;

/** What the application's own statements did to a table that moves, before and after the first switch of writes. */
export interface ExercisedTable {
  readonly table: string;
  readonly before: Exercise;
  readonly after: Exercise;
}

/** How often operations ended in each way. */
export interface OutcomeCounts {
  readonly ok: number;
  /** The operation was certainly not applied. */
  readonly fail: number;
  /** It is unknown whether the operation was applied. */
  readonly info: number;
}

/** Kind of workload → what the operation did → how often it ended in each way. */
export type OperationCounts = Readonly<Record<string, Readonly<Record<string, OutcomeCounts>>>>;

/** Reads of replica and rdonly tablets that saw an old state, which are reported but not judged. */
export interface StaleReads {
  readonly reads: number;
  readonly stale: number;
  /** The greatest age of a write that a stale read missed. */
  readonly maxMs: number;
}
