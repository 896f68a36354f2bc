/** A statement of a client, or the end of its connection, in the order of the log. */
export interface LogEntry {
  /** The connection's id on its server. */
  readonly connection: string;
  /** Milliseconds since 1970; null if the log does not say. */
  readonly atMs: number | null;
  /** The connection's database; null if the log does not say. */
  readonly database: string | null;
  /** The text; null if the connection began or ended, which also ends an open transaction. */
  readonly sql: string | null;
  /** How often it was executed, if one entry stands for several; 0 for another example of a counted entry. */
  readonly times: number;
  /** Whether it contains values other than those that were sent, so that its transaction is not known. */
  readonly isGuessed?: boolean;
}

/** Turns the lines of a log into entries. A statement of several lines ends where the next entry begins. */
export interface LogReader {
  /** Adds the next lines, and returns the entries that they complete. */
  readonly read: (lines: readonly string[]) => LogEntry[];
  /** Returns the last entry, when there are no more lines. */
  readonly end: () => LogEntry[];
}

/** Statements about a server's own prepared statement: the log separately has what they execute, with its values. */
const OF_PREPARED = /^\s*(?:PREPARE|EXECUTE|DEALLOCATE\s+PREPARE|DROP\s+PREPARE)\b/i;

/** Whether a statement only names another one that is also in the log. */
export function namesPrepared(sql: string): boolean {
  return OF_PREPARED.test(sql);
}

/** Returns the database that a statement changes to; null if it does not. */
export function usedDatabase(sql: string): string | null {
  const [, quoted, plain] = /^\s*USE\s+(?:`((?:[^`]|``)+)`|([^\s;`]+))\s*;?\s*$/i.exec(sql) ?? [];
  return quoted?.replaceAll('``', '`') ?? plain ?? null;
}

/** The form of times in MySQL 5.6 and MariaDB. */
const OLD_TIME = /^(\d\d)(\d\d)(\d\d) +(\d\d?:\d\d:\d\d(?:\.\d+)?)$/;

/** Returns milliseconds since 1970, or null for text that is not a time. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, year, month = '', day = '', clock = ''] = text[4] === '-' ? [] : (OLD_TIME.exec(text) ?? []);
  const at = Date.parse(year === undefined ? text : `20${year}-${month}-${day}T${clock.padStart(8, '0')}Z`);
  return Number.isNaN(at) ? null : at;
}
