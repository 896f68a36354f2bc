import type { Side } from '../side.ts';
import type { Observation } from './observations.ts';
import type { PhaseName, StepName, Verdict } from './steps.ts';

/**
 * The lines of `history.jsonl`: what every client did, and what was observed, in the order in which it was written, on
 * one clock. Each line is one JSON object without line breaks.
 *
 * An operation is two lines: `invoke`, which is in the file before the first statement is sent, and one of `ok`, `fail`
 * (certainly not applied) or `info` (not known). A process has at most one operation in flight; an operation that ends
 * with `info` is the last of its process, and a new process takes over. An operation that was in flight when the runner
 * died has no second line, and counts as `info`.
 */
export type HistoryLine =
  | RunLine
  | ServerLine
  | TableLine
  | OperationLine
  | StepLine
  | NoteLine
  | FaultLine
  | ObservationLine;

interface Line {
  /** Number of the line in its file, from 0. */
  readonly index: number;
  /** Nanoseconds since the run began, from a monotonic clock: a whole number that never decreases from line to line. */
  readonly time: number;
}

/** The first line. */
export interface RunLine extends Line {
  readonly type: 'run';
  readonly version: 1;
  readonly fixture: string;
  readonly seed: number;
  readonly profile: string;
  /** The tables that move, including those of the workload. */
  readonly tables: readonly string[];
  /** The steps that must run, as often as they must; empty if no steps are required beyond those that ran. */
  readonly plannedSteps: readonly StepName[];
  /** Invariants that must have been judged for the run to pass. */
  readonly required: readonly string[];
  /** Flags of the Vitess programs beyond those that every run has, by program. */
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  /** The limits for the run's figures; absent if none were requested. */
  readonly thresholds?: Thresholds;
  /** What production is like; absent if it was not described. */
  readonly production?: ProductionSizes;
  /** The config that was rehearsed, as it was read; it never contains passwords. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The command that runs the same again, with its seed; scenarios and older histories have none. */
  readonly again?: string;
}

/** What production is like. */
export interface ProductionSizes {
  /** The tables that move; `bytes` is data plus indexes, as information_schema reports them. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly bytes?: number | undefined }>>;
  readonly writesPerSecond: number;
  /** Time from the end of the catch-up to the last switch, during which the workflow keeps running. */
  readonly soakHours: number;
}

/** The limits for a real migration: no figure of the rehearsal may be greater. */
export interface Thresholds {
  /** How long the application may be unable to write around a switch, in milliseconds. */
  readonly writeGapMs: number;
  /** How many of the application's own statements may fail around one switch of writes. */
  readonly errorsPerCutover: number;
  /** How many of them may fail at any other time of the run; older histories lack it. */
  readonly failedStatements?: number | undefined;
  /** Lag of the workflow in the five seconds before a switch of writes, in milliseconds. */
  readonly lagMs: number;
  /** Duration of the whole rehearsal, in minutes. */
  readonly totalMinutes?: number | undefined;
}

/** A MySQL of the cluster. */
export interface ServerLine extends Line {
  readonly type: 'server';
  /** Its `@@server_uuid`. */
  readonly server: string;
  readonly side: Side;
  /** The name of the server, such as `source-mysql` or `customer-200`. */
  readonly name: string;
}

/** The kinds of workload. `sql` is the fixture's own statements and transactions. */
export type WorkloadKind = 'rows' | 'append' | 'bank' | 'ids' | 'sql';

/** A table that operations write to, with its contents before the first of them. */
export interface TableLine extends Line {
  readonly type: 'table';
  readonly table: string;
  readonly kind: WorkloadKind;
  /**
   * Rows at the beginning. `rows`: keys 1 to `rows`, version 1, and as value the negative key. `bank`: accounts 1 to
   * `rows`, each with `balance`, 0 transfers. `append`: values -1 to -`rows`. `ids`: ids 1 to `rows`, with the negative
   * id as value. `sql`: rows loaded from the fixture's seed.
   */
  readonly rows: number;
  /** For `bank`: the balance of each account. */
  readonly balance?: number;
  /** For `sql`: the columns of the primary key, separated by commas, if its values are known exactly; else null. */
  readonly keyColumn?: string | null;
  /**
   * For `sql`: the final state has only rows with a greater key, because the table is large; absent if it has all rows.
   */
  readonly readAbove?: number | string;
  /**
   * For `sql`: statements that can remove rows of this table without naming their keys: by a WHERE clause on other
   * columns, by a foreign key with ON DELETE CASCADE, or by a trigger.
   */
  readonly removedBy?: readonly string[];
  /** For `sql`: statements that can change primary keys of this table, or insert rows with unknown keys. */
  readonly rekeyedBy?: readonly string[];
}

export type OperationType = 'invoke' | 'ok' | 'fail' | 'info';

/**
 * What an operation does:
 *
 * | kind | f | key | value | on `ok` |
 * | --- | --- | --- | --- | --- |
 * | rows | `insert`, `update` | row | unique | `matched`: rows that the update found, 0 or 1 |
 * | rows | `delete` | row | null | `matched` |
 * | rows | `read` | row | null | `value` and `version` as read; `value` null and no `version` where there is no row |
 * | append | `append` | null | unique | |
 * | append | `read` | null | null | not used while writing; the final state holds the set |
 * | bank | `transfer` | account debited | amount | `to`: account credited, on every line |
 * | bank | `read` | null | null | `value`: all balances in one statement, in the order of the accounts |
 * | ids | `generate` | null | unique | `key`: the id that the server handed out |
 * | ids | `delete` | id | null | `matched` |
 * | sql | `insert`, `update`, `delete` | where known | unique | `key` for an insert with auto_increment; `matched` |
 * | sql | `transaction` | null | null | `executed`; or `matched` 0: rolled back, as a row that it saves values of was not there |
 *
 * The key of `sql` is exact, and a row has the same key in the whole run: a whole number that a double holds exactly is
 * a JSON number, and a greater one is a string of its digits; bytes are a string of hexadecimal digits after `0x`; text
 * is itself, in lower case if the collation ignores case; the parts of a composite key are in one string, separated by
 * commas. A key that could have more than one form is null. See `exact-key.ts` of the workload.
 *
 * An update of `rows` adds 1 to the row's version; a transfer adds 1 to the transfers of both accounts. Row keys are
 * never used again after a delete.
 */
export type OperationName =
  | 'insert'
  | 'update'
  | 'delete'
  | 'read'
  | 'append'
  | 'transfer'
  | 'generate'
  | 'transaction';

/** What one statement of a transaction did, described like an operation of its own. */
export interface ExecutedStatement {
  readonly f: 'insert' | 'update' | 'delete' | 'read';
  readonly table: string;
  readonly key: number | string | null;
  /** How many rows it found; absent for a read, and for an insert that added a row. */
  readonly matched?: number;
}

export interface OperationLine extends Line {
  readonly type: OperationType;
  /** A whole number that is unique for a client's whole life, so that operations of two connections are never mixed. */
  readonly process: number;
  readonly f: OperationName;
  readonly table: string;
  readonly key: number | string | null;
  readonly value: number | readonly number[] | null;
  readonly version?: number;
  readonly matched?: number;
  readonly to?: number;
  /** On `ok`: the `@@server_uuid` of the server that executed it. */
  readonly server?: string;
  /**
   * On `ok`: when it was acknowledged, on the clock of `time`, if the server that executed it was asked for only after
   * that. The answer can take long, because vtgate holds such a question back during a switch. Latencies and gaps count
   * from then; what happened before what is judged by the order of the lines, so such a write counts as not yet
   * acknowledged until its line.
   */
  readonly answered?: number;
  /** On `fail` and `info`: the class of the error, and the server's message. */
  readonly error?: string;
  readonly message?: string;
  /** For `ids`: the id that a duplicate-key error names. */
  readonly duplicate?: number;
  /** On `invoke`: by how many nanoseconds it was sent later than it was due. */
  readonly late?: number;
  /** For `sql`: the name of the statement, or of the transaction. */
  readonly statement?: string;
  /** For `read`: where it was sent, if not to the primary; such reads may be stale. */
  readonly tablet?: 'replica' | 'rdonly';
  /**
   * For `transaction`, which is one operation from before BEGIN to after COMMIT; `table` is the first that it writes
   * to. On `ok` and `info`: what its statements did, in order. On `info` it is unknown whether that was committed.
   */
  readonly executed?: readonly ExecutedStatement[];
  /**
   * For a transaction that is tried again, on its lines: the number of this attempt, from 2, and the index of the
   * line that invoked the first. Each attempt is an operation of its own; `late` counts from when the first was due.
   */
  readonly attempt?: number;
  readonly of?: number;
  /** On `fail`: true if the application tries again, so that its user does not see this error. */
  readonly retried?: boolean;
}

export interface StepLine extends Line {
  readonly type: 'step';
  readonly event: 'start' | 'end';
  /** Number of the step, the same at its start and its end. */
  readonly step: number;
  readonly name: StepName | PhaseName;
  readonly title: string;
  /** How it ended; only in the line of its end. */
  readonly verdict?: Verdict;
  readonly durationMs?: number;
  readonly error?: string;
  /** The fault that was striking while it ran; in the line of its end. */
  readonly fault?: string;
}

export interface NoteLine extends Line {
  readonly type: 'note';
  readonly text: string;
}

/** A planned fault. A fault that was planned and never struck was not exercised. */
export interface FaultLine extends Line {
  readonly type: 'fault';
  readonly event: 'plan' | 'strike' | 'heal';
  readonly name: string;
}

export type ObservationLine = Line & { readonly type: 'observation' } & Observation;

/**
 * The lines of `final-state.jsonl`: the tables that operations write to, at rest on the side that serves writes. A
 * table without an `end` line was not read completely.
 */
export type FinalStateLine =
  | { readonly type: 'begin'; readonly table: string; readonly kind: WorkloadKind; readonly side: Side }
  | FinalRow
  | { readonly type: 'end'; readonly table: string; readonly rows: number };

/**
 * `rows`: key, value, version. `append`: value; a value that occurs twice has two lines. `bank`: key, balance as value,
 * transfers as version. `ids`: key, value. `sql`: key, or null if it could have more than one form.
 */
export interface FinalRow {
  readonly type: 'row';
  readonly table: string;
  readonly key: number | string | null;
  readonly value: number | null;
  readonly version?: number;
}
