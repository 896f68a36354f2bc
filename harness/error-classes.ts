/** The kinds of trouble that the server's answer, or its silence, shows. */
export const ERROR_CLASSES = [
  'lost-connection',
  'timeout',
  'deadlock',
  'lock-timeout',
  'duplicate-key',
  'denied-table',
  'read-only',
  'buffering',
  'reparent',
  'no-tablet',
  'access-denied',
  'connection-refused',
  'transaction-ended',
] as const;

/**
 * What kind of trouble an operation met.
 *
 * `lost-connection`, `timeout` and most of `other` leave open whether a write was applied. The rest say that the
 * attempt was not applied; see `outcome.ts` of the workload. `not-sent` comes from the writer itself, whose queue was
 * full.
 */
export type ErrorClass = (typeof ERROR_CLASSES)[number] | 'not-sent' | `other: ${string}`;

/** Whether this is the name of a class that an application's own error can have. */
export function isErrorClass(text: string): boolean {
  return ERROR_CLASSES.some((each) => each === text) || /^other: ER_[A-Z0-9_]{2,60}$/.test(text);
}

/**
 * Classes of errors that are about the existing rows, or about the statement itself: the server handled the operation,
 * and refused what it asked for.
 */
const OF_ROWS: ReadonlySet<string> = new Set([
  'duplicate-key',
  'deadlock',
  'other: ER_NO_REFERENCED_ROW_2',
  'other: ER_ROW_IS_REFERENCED_2',
  'other: ER_CHECK_CONSTRAINT_VIOLATED',
  'other: ER_BAD_NULL_ERROR',
  'other: ER_DATA_TOO_LONG',
  'other: ER_WARN_DATA_OUT_OF_RANGE',
  'other: ER_TRUNCATED_WRONG_VALUE',
]);

/** Whether an error with this class in a history is about the rows, so that the server itself may be healthy. */
export function isOfRows(errorClass: string): boolean {
  return OF_ROWS.has(errorClass);
}
