import { namesPrepared, timeOf, usedDatabase, type LogEntry, type LogReader } from './log-entry.ts';

/** The beginning of an entry; it has a time only if that differs from the entry before. */
const BEGIN = /^# (?:Time: |User@Host: )/;
/** The lines that a server writes when it starts or when it reopens the log. */
const BANNER = /, Version: .* started with:$/;
const COMMAND = /^# administrator command: (.*?);?$/;
const SET_TIMESTAMP = /^SET (?:last_insert_id=\d+,)?(?:insert_id=\d+,)?timestamp=(\d+)(?:\.\d+)?;$/;

/** Whether a line begins an entry of a slow log. */
export function isSlowLogLine(line: string): boolean {
  return BANNER.test(line) || BEGIN.test(line);
}

/**
 * Reads a slow log of MySQL (also with `log_slow_extra`), or of Percona Server or MariaDB, which add attributes.
 */
export class SlowLog implements LogReader {
  /** MySQL writes `use` only if the database differs from that of the entry before, even of another connection. */
  #database: string | null = null;
  #connection = '';
  #atMs: number | null = null;
  #isHead = true;
  #statement: string[] = [];
  #unidentified = 0;

  read(lines: readonly string[]): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const line of lines) {
      // An entry has any number of attributes before its statement.
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

  /** Adds a line of SQL; lines that set up the statement come first. */
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
      // These are the column headings after a banner.
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
    // Without an id, as before MySQL 5.6, nothing shows that two statements belong to the same connection.
    const connection = this.#connection === '' ? `? ${++this.#unidentified}` : this.#connection;
    return { connection, atMs: this.#atMs, database: this.#database, sql, times: 1 };
  }
}
