/** A statement of a client, or the end of its connection, in the order of the log. */
export interface LogEntry {
  /** The connection's id, as its server counted them. */
  readonly connection: string;
  /** Milliseconds since 1970; null where the log does not say. */
  readonly atMs: number | null;
  /** The database that the connection was in; null where the log does not say. */
  readonly database: string | null;
  /** Null where the connection began or ended, and with it whatever transaction was open. */
  readonly sql: string | null;
  /** How often it was executed, where one entry stands for several; 0 for another example of an entry that counted. */
  readonly times: number;
  /** Whether values in it are not those that were sent, so that a transaction with it is not known. */
  readonly isGuessed?: boolean;
}

/** Turns the lines of a log into entries. A statement of several lines ends where the next entry begins. */
export interface LogReader {
  /** Takes the next lines, and returns the entries that they end. */
  readonly read: (lines: readonly string[]) => LogEntry[];
  /** Returns the last entry, when there are no more lines. */
  readonly end: () => LogEntry[];
}

/** Statements that name a server's own prepared statement: the log has what they execute, with its values, besides. */
const OF_PREPARED = /^\s*(?:PREPARE|EXECUTE|DEALLOCATE\s+PREPARE|DROP\s+PREPARE)\b/i;

/** Whether what a client sent only names another statement, which the log has too. */
export function namesPrepared(sql: string): boolean {
  return OF_PREPARED.test(sql);
}

/** Returns the database that a statement changes to; null if it does not. */
export function usedDatabase(sql: string): string | null {
  const [, quoted, plain] = /^\s*USE\s+(?:`((?:[^`]|``)+)`|([^\s;`]+))\s*;?\s*$/i.exec(sql) ?? [];
  return quoted?.replaceAll('``', '`') ?? plain ?? null;
}

/** As MySQL 5.6 and MariaDB write times. */
const OLD_TIME = /^(\d\d)(\d\d)(\d\d) +(\d\d?:\d\d:\d\d(?:\.\d+)?)$/;

/** Returns milliseconds since 1970; null for what is not a time. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, year, month = '', day = '', clock = ''] = text[4] === '-' ? [] : (OLD_TIME.exec(text) ?? []);
  const at = Date.parse(year === undefined ? text : `20${year}-${month}-${day}T${clock.padStart(8, '0')}Z`);
  return Number.isNaN(at) ? null : at;
}
