/** What could not be read, and the grant that allows it. */
export interface Unread {
  readonly what: string;
  readonly grant: string;
}

/** A part of the database that information_schema silently hides from the account. */
export interface Hidden extends Unread {
  readonly kind: 'tables' | 'triggers' | 'events' | 'routines';
}

const NO_ACCOUNT = 1141; // ER_NONEXISTING_GRANT

/**
 * Errors with which MySQL says that an account may not do something (MySQL manual, “Server Error Message Reference”).
 */
const REFUSALS = [
  1044, // ER_DBACCESS_DENIED_ERROR
  NO_ACCOUNT,
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
];

/** What a server said when it refused a statement for lack of a grant. */
export interface Refusal {
  readonly message: string;
  /** Whether the account in question does not exist. */
  readonly isNoAccount: boolean;
}

/** Returns null for any other error. */
export function refusalOf(error: unknown): Refusal | null {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : null;
  if (typeof cause !== 'object' || cause === null || !('errno' in cause)) return null;
  if (typeof cause.errno !== 'number' || !REFUSALS.includes(cause.errno)) return null;
  return { message: 'message' in cause ? String(cause.message) : '', isNoAccount: cause.errno === NO_ACCOUNT };
}
