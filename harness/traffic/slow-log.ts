import { namesPrepared, timeOf, usedDatabase, type LogEntry, type LogReader } from './log-entry.ts';

/** What begins an entry; a time stands only where it is not that of the entry before. */
const BEGIN = /^# (?:Time: |User@Host: )/;
/** What a server writes when it starts, or when the log is opened anew. */
const BANNER = /, Version: .* started with:$/;
const COMMAND = /^# administrator command: (.*?);?$/;
const SET_TIMESTAMP = /^SET (?:last_insert_id=\d+,)?(?:insert_id=\d+,)?timestamp=(\d+)(?:\.\d+)?;$/;

/** Whether a line begins an entry of a slow log. */
export function isSlowLogLine(line: string): boolean {
  return BANNER.test(line) || BEGIN.test(line);
}

/**
 * Reads a slow log, as MySQL writes it (also with `log_slow_extra`) and as Percona Server and MariaDB do, which add
 * attributes.
 */
export class SlowLog implements LogReader {
  /** MySQL writes `use` only where the database is not that of the entry before, whatever its connection was. */
  #database: string | null = null;
  #connection = '';
  #atMs: number | null = null;
  #isHead = true;
  #statement: string[] = [];
  #unidentified = 0;

  read(lines: readonly string[]): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const line of lines) {
      // Before its statement, an entry has any number of attributes.
      if (line.startsWith('#') && (this.#statement.length === 0 || BEGIN.test(line))) {
        this.#finish(entries);
        this.#attribute(line, entries);
      } else if (BANNER.test(line)) {
        this.#finish(entries);
        this.#isHead = true;
        this.#connection = '';
      } else this.#line(line);
    }
    return entries;
  }

  end(): LogEntry[] {
    const entries: LogEntry[] = [];
    this.#finish(entries);
    return entries;
  }

  #attribute(line: string, entries: LogEntry[]): void {
    this.#isHead = true;
    const [, command] = COMMAND.exec(line) ?? [];
    if (command !== undefined) {
      if (/^(?:Quit|Connect|Change user|Reset Connection)$/i.test(command)) entries.push(this.#entry(null));
      return;
    }
    const [, time] = /^# Time: (\S+(?: +\d?\d:\d\d:\d\d(?:\.\d+)?)?)/.exec(line) ?? [];
    if (time !== undefined) this.#atMs = timeOf(time) ?? this.#atMs;
    if (line.startsWith('# User@Host:')) {
      const [, id] = / Id: +(\d+)/.exec(line) ?? [];
      this.#connection = id ?? '';
    }
    const [, thread] = /^# Thread_id: +(\d+)/.exec(line) ?? [];
    if (thread !== undefined) this.#connection = thread;
    const [, schema] = /^# (?:Thread_id: +\d+ +)?Schema: (\S*)/.exec(line) ?? [];
    if (schema !== undefined && schema !== '') this.#database = schema;
  }

  /** Takes a line of SQL, of which those that set up the statement come first. */
  #line(line: string): void {
    if (this.#isHead) {
      const database = usedDatabase(line);
      const [, seconds] = SET_TIMESTAMP.exec(line) ?? [];
      if (seconds !== undefined) {
        this.#atMs ??= Number(seconds) * 1000;
        this.#isHead = false;
        return;
      }
      if (database !== null && line.startsWith('use ')) {
        this.#database = database;
        return;
      }
      // The words above the columns, after a banner.
      if (/^(?:Tcp port: |Time +Id +Command)/.test(line)) return;
      this.#isHead = false;
    }
    this.#statement.push(line);
  }

  #finish(entries: LogEntry[]): void {
    if (this.#statement.length === 0) return;
    const sql = this.#statement.join('\n').replace(/;$/, '');
    this.#statement = [];
    if (sql.trim() === '' || namesPrepared(sql)) return;
    entries.push(this.#entry(sql));
  }

  #entry(sql: string | null): LogEntry {
    // Without an id, as before MySQL 5.6, nothing says that two statements are of one connection.
    const connection = this.#connection === '' ? `? ${++this.#unidentified}` : this.#connection;
    return { connection, atMs: this.#atMs, database: this.#database, sql, times: 1 };
  }
}
