import type { InvariantId } from '../history/invariants.ts';
import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { CompletedOperation } from './operation.ts';

/** What a statement can do to rows that it does not name. */
export type Unnamed = 'removes' | 'rekeys';

/** Judges the results of one table's operations. The methods are called in the order of the history. */
export interface TableChecker {
  readonly ids: readonly InvariantId[];
  invoked?(operation: CompletedOperation): void;
  completed(operation: CompletedOperation): void;
  /** An operation of a statement that can change rows of this table without naming them; it may be on another table. */
  unnamed?(what: Unnamed, operation: CompletedOperation): void;
  finalRow(row: FinalRowRead): void;
  /**
   * @param isFinal whether the final state of the table was read completely; otherwise it proves nothing.
   */
  end(isFinal: boolean): void;
}

/** Judges the run as a whole. */
export interface RunChecker {
  readonly ids: readonly InvariantId[];
  invoked?(operation: CompletedOperation): void;
  completed?(operation: CompletedOperation): void;
  line?(line: OtherLine): void;
  /** @param lastWrite the line that acknowledged the last write; -1 if there was none. */
  end?(lastWrite: number): void;
}
