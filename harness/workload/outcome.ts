import { messageOf } from '../errors.ts';
import type { ErrorClass } from '../error-classes.ts';
import type { ExecutedStatement } from '../history/lines.ts';
import { classify, errnoOf } from './classify.ts';

/**
 * How far an operation had got when it met an error.
 *
 * `connect`: nothing was sent. `read`: nothing is changed. `autocommit`: one statement that commits itself.
 * `before-commit`: in a transaction whose COMMIT was not sent. `commit`: it was sent.
 */
export type FailurePoint = 'connect' | 'read' | 'autocommit' | 'before-commit' | 'commit';

/** An operation that was not acknowledged. */
export class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
  /** `fail`: certainly not applied. `info`: unknown. */
  readonly outcome: 'fail' | 'info';
  readonly stage: FailurePoint;
  readonly class: ErrorClass;
  /** The key that a duplicate-key error of a primary key names. */
  readonly duplicate: number | undefined;
  /** MySQL's number of the error; undefined for errors of the connection. */
  readonly errno: number | undefined;
  /** What a transaction had done when its COMMIT was sent. */
  executed: readonly ExecutedStatement[] | undefined;

  constructor(error: unknown, stage: FailurePoint, isVtgate: boolean) {
    super(messageOf(error), { cause: error });
    this.stage = stage;
    this.class = classify(error);
    this.outcome = isSurelyNotApplied(this.class, stage, isVtgate) ? 'fail' : 'info';
    const named = /Duplicate entry '(\d+)' for key '(?:[^']*\.)?PRIMARY'/.exec(this.message)?.[1];
    this.duplicate = named === undefined ? undefined : Number(named);
    this.errno = errnoOf(error);
  }
}

/**
 * When MySQL refuses a statement for one of these reasons, it has undone all of it, and the statement did not reach its
 * commit; see the table in docs/decisions/0015-what-is-certain.md. A lost connection is never among them, whatever the
 * operating system calls it.
 */
const refusals: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'denied-table',
  'read-only',
  'deadlock',
  'lock-timeout',
  'duplicate-key',
  'access-denied',
  'other: ER_NO_SUCH_TABLE',
  'other: ER_BAD_FIELD_ERROR',
  'other: ER_BAD_NULL_ERROR',
  'other: ER_DATA_TOO_LONG',
  'other: ER_WARN_DATA_OUT_OF_RANGE',
  'other: ER_TRUNCATED_WRONG_VALUE',
  'other: ER_NO_REFERENCED_ROW_2',
  'other: ER_ROW_IS_REFERENCED_2',
  'other: ER_CHECK_CONSTRAINT_VIOLATED',
]);

/** A statement that no server can parse was never executed, no matter how often it was tried. */
const unparsable: ErrorClass = 'other: ER_PARSE_ERROR';

/**
 * vtgate retries a statement that commits itself on another tablet when the first was lost with it (`canRetry` in
 * queryservice/wrapped.go and `withRetry` in tabletgateway.go, 24.0.1), and again after a denied table (`newExecute` in
 * plan_execute.go). It shows only the last error, so any of these errors may hide an attempt that was applied.
 */
function isSurelyNotApplied(kind: ErrorClass, stage: FailurePoint, isVtgate: boolean): boolean {
  if (stage !== 'autocommit') return stage !== 'commit';
  return kind === unparsable || (!isVtgate && refusals.has(kind));
}
