/**
 * Classes of errors with which a server answers about the existing rows, or about the statement itself: it served the
 * operation, and refused what it asked for.
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

/** Whether an error, by its class in a history, is about the rows, so that another server may be healthy. */
export function isOfRows(errorClass: string): boolean {
  return OF_ROWS.has(errorClass);
}
