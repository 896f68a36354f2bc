/** What could not be looked at, and what allows it. */
export interface Unread {
  readonly what: string;
  readonly grant: string;
}

/** Errors by which MySQL says that an account may not do something (MySQL manual, “Server Error Message Reference”). */
const REFUSALS = [
  1044, // ER_DBACCESS_DENIED_ERROR
  1141, // ER_NONEXISTING_GRANT
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
];

/** What a server said when it refused a statement for want of a grant; null where the error is another one. */
export function refusalOf(error: unknown): string | null {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : null;
  if (typeof cause !== 'object' || cause === null || !('errno' in cause)) return null;
  if (typeof cause.errno !== 'number' || !REFUSALS.includes(cause.errno)) return null;
  return 'message' in cause ? String(cause.message) : '';
}
