import { messageOf } from '../errors.ts';
import { classify, type ErrorClass } from './classify.ts';

/**
 * How far an operation had come when it met an error.
 *
 * `connect`: nothing was sent. `read`: nothing is changed. `autocommit`: one statement, which commits itself.
 * `before-commit`: within a transaction whose COMMIT was not sent. `commit`: it was.
 */
export type Stage = 'connect' | 'read' | 'autocommit' | 'before-commit' | 'commit';

/** An operation that was not acknowledged. */
export class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
  /** `fail`: surely not applied. `info`: nobody knows. */
  readonly outcome: 'fail' | 'info';
  readonly stage: Stage;
  readonly class: ErrorClass;
  /** The key that a duplicate-key error of a primary key names. */
  readonly duplicate: number | undefined;

  constructor(error: unknown, stage: Stage, isVtgate: boolean) {
    super(messageOf(error), { cause: error });
    this.stage = stage;
    this.class = classify(error);
    this.outcome = isSurelyNotApplied(error, this.class, stage, isVtgate) ? 'fail' : 'info';
    const named = /Duplicate entry '(\d+)' for key '(?:[^']*\.)?PRIMARY'/.exec(this.message)?.[1];
    this.duplicate = named === undefined ? undefined : Number(named);
  }
}

// A server that refuses a statement for one of these has undone it, and did not come to its commit.
const refusals: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'denied-table',
  'read-only',
  'deadlock',
  'lock-timeout',
  'access-denied',
  'connection-refused',
  'other: ER_NO_SUCH_TABLE',
  'other: ER_PARSE_ERROR',
  'other: ER_BAD_FIELD_ERROR',
  'other: ER_BAD_NULL_ERROR',
  'other: ER_DATA_TOO_LONG',
  'other: ER_WARN_DATA_OUT_OF_RANGE',
  'other: ER_TRUNCATED_WRONG_VALUE',
  'other: ER_NO_REFERENCED_ROW_2',
  'other: ER_ROW_IS_REFERENCED_2',
  'other: ER_CHECK_CONSTRAINT_VIOLATED',
]);

/**
 * vtgate tries a statement that commits itself again when the tablet was lost on the way (`canRetry` in
 * queryservice/wrapped.go, 24.0.1), and shows the last error only: "no healthy tablet", a reparent, a buffer that gave
 * up, or a duplicate key may hide a first try that was applied. Only where the first try was refused is it sure.
 */
function isSurelyNotApplied(error: unknown, kind: ErrorClass, stage: Stage, isVtgate: boolean): boolean {
  if (stage !== 'autocommit') return stage !== 'commit';
  if (refusals.has(kind)) return true;
  if (kind === 'duplicate-key') return !isVtgate;
  return kind === 'buffering' && /original err \(type=[^)]*\): (<nil>|.*enforce denied tables)/.test(messageOf(error));
}
