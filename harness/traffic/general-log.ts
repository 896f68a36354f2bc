import { namesPrepared, timeOf, usedDatabase, type LogEntry, type LogReader } from './log-entry.ts';

/** Commands of the protocol, with their names in the log (sql/sql_parse.cc, Command_names). */
const COMMANDS =
  'Query|Execute|Prepare|Connect|Quit|Init DB|Close stmt|Reset stmt|Reset Connection|Change user|Ping|Statistics|' +
  'Field List|Create DB|Drop DB|Refresh|Shutdown|Processlist|Connect Out|Kill|Debug|Time|Delayed insert|Binlog Dump|' +
  'Binlog Dump GTID|Table Dump|Register Slave|Register Replica|Long Data|Set option|Fetch|Daemon|Sleep|Clone|' +
  'Group Replication Data Stream subscription|Subscribe Group Replication Stream|Error';

/**
 * The form since MySQL 5.7, and that of MySQL 5.6 and MariaDB, which omit a time that equals that of the line before.
 */
const HEADER = new RegExp(
  `^(?:(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d))\\t|(\\d{6} +\\d?\\d:\\d\\d:\\d\\d)\\t|\\t\\t?) *(\\d+) (${COMMANDS})(?:\\t([^]*))?$`,
);
/** The lines that a server writes when it starts or when it reopens the log. */
const BANNER = /, Version: .* started with:$/;
const ACCOUNT_ON = / on (\S*)(?: using [\w/ ]+)?$/;

/** The most connections whose database is remembered, because a log may omit their ends. */
const MOST_CONNECTIONS = 100_000;

interface Begun {
  readonly connection: string;
  readonly atMs: number | null;
  readonly command: string;
  argument: string[];
}

/** Whether a line begins an entry of a general log. */
export function isGeneralLogLine(line: string): boolean {
  return BANNER.test(line) || HEADER.test(line);
}

/** Reads a general log. */
export class GeneralLog implements LogReader {
  readonly #databases = new Map<string, string>();
  #begun: Begun | null = null;
  #atMs: number | null = null;

  read(lines: readonly string[]): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const line of lines) {
      const header = HEADER.exec(line);
      if (header !== null) {
        this.#finish(entries);
        this.#begin(header);
      } else if (BANNER.test(line)) {
        this.#finish(entries);
        for (const connection of this.#databases.keys()) entries.push(this.#ended(connection));
        this.#databases.clear();
      } else this.#begun?.argument.push(line);
    }
    return entries;
  }

  end(): LogEntry[] {
    const entries: LogEntry[] = [];
    this.#finish(entries);
    return entries;
  }

  #begin([, time, oldTime, connection = '', command = '', argument = '']: RegExpExecArray): void {
    this.#atMs = timeOf(time ?? oldTime) ?? this.#atMs;
    this.#begun = { connection, atMs: this.#atMs, command, argument: [argument] };
  }

  #finish(entries: LogEntry[]): void {
    if (this.#begun === null) return;
    const { connection, atMs, command, argument } = this.#begun;
    this.#begun = null;
    const text = argument.length === 1 ? argument[0]! : argument.join('\n');
    switch (command) {
      case 'Query':
        if (namesPrepared(text)) return;
        this.#changeDatabase(connection, usedDatabase(text));
        entries.push({ connection, atMs, database: this.#databases.get(connection) ?? null, sql: text, times: 1 });
        return;
      case 'Execute':
        entries.push({ connection, atMs, database: this.#databases.get(connection) ?? null, sql: text, times: 1 });
        return;
      case 'Init DB':
        this.#changeDatabase(connection, text);
        return;
      case 'Connect':
      case 'Change user':
        entries.push(this.#ended(connection));
        this.#databases.delete(connection);
        this.#changeDatabase(connection, ACCOUNT_ON.exec(text)?.[1] || null);
        return;
      case 'Quit':
      case 'Reset Connection':
        entries.push(this.#ended(connection));
        if (command === 'Quit') this.#databases.delete(connection);
        return;
      default:
    }
  }

  #ended(connection: string): LogEntry {
    return { connection, atMs: this.#atMs, database: null, sql: null, times: 0 };
  }

  #changeDatabase(connection: string, database: string | null): void {
    if (database === null) return;
    if (this.#databases.size >= MOST_CONNECTIONS) this.#databases.clear();
    this.#databases.set(connection, database);
  }
}
