import type { Retry } from '../../fixture/generators.ts';
import type { ExecutedStatement, OperationName, WorkloadKind } from '../../history/lines.ts';
import type { Session } from '../session.ts';

/** One operation, ready to be sent; `lines.ts` explains its fields. */
export interface Operation {
  /** Counted from 0 since the writer began. */
  readonly index: number;
  readonly kind: WorkloadKind;
  readonly f: OperationName;
  readonly table: string;
  readonly key: number | string | null;
  readonly value: number | null;
  readonly to?: number;
  readonly statement?: string;
  /** The type of tablet that is read; the primary if absent. */
  readonly tablet?: 'replica' | 'rdonly';
  /** How the application tries again; absent if it does not. */
  readonly retry?: Retry;
  /** Absent on the first attempt. */
  readonly attempt?: Attempt;
  /** Sends the operation once. @throws NotAcknowledged */
  readonly send: (session: Session) => Promise<Done>;
}

/** A retry of an operation that was certainly not applied. */
export interface Attempt {
  /** The number of this attempt, from 2. */
  readonly number: number;
  /** The line of the history that invoked the first attempt. */
  readonly of: number;
}

/** What is known about an operation once it was acknowledged; it replaces what was planned. */
export interface Done {
  /** The UUID of the server that executed it, or the number of its first 52 bits; absent if none was reported. */
  readonly server?: string | number | undefined;
  /** Asks which server it was, if the acknowledgement cannot say; returns undefined if that cannot be known. */
  readonly askServer?: () => Promise<string | number | undefined>;
  readonly key?: number | string | null;
  readonly value?: number | readonly number[] | null;
  readonly version?: number;
  readonly matched?: number;
  readonly executed?: readonly ExecutedStatement[];
}

/** Decides what operations do and how they are done. The plan depends only on the seed and the index. */
export interface Kind {
  /** Must be called with rising indexes, each at most once; not every index belongs to this kind. */
  plan(index: number): Operation;
}

export interface KindOptions {
  readonly seed: number;
  /**
   * Where this writer's values and new keys begin; no other writer of the run uses the billion numbers from here on.
   */
  readonly origin: number;
  /** After how many operations a row can be referred to, because it should be acknowledged by then. */
  readonly settleOperations: number;
  /** How many operations after the last one that could refer to a row the application deletes it, at the earliest. */
  readonly retireOperations: number;
  /** Whether it writes beside another writer, whose rows it must leave alone. */
  readonly isStray: boolean;
}

/** A table that a kind of workload needs. */
export interface WorkloadTable {
  readonly name: string;
  readonly kind: Exclude<WorkloadKind, 'sql'>;
  readonly create: string;
  /** The number of rows at the beginning, with keys from 1. */
  readonly rows: number;
  /** Returns one of these rows in the form that follows VALUES. */
  readonly seed?: (key: number) => string;
  /** The balance of each account, for `bank`. */
  readonly balance?: number;
}

/** How many numbers a writer can use before it reaches those of the next one. */
export const ORIGIN_STEP = 1_000_000_000;
