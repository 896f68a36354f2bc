import { namesPrepared, timeOf, usedDatabase, type LogEntry, type LogReader } from './log-entry.ts';

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** Returns the columns of a header line, or null for any other line. */
export function tableColumns(line: string): readonly string[] | null {
  const names = line.split('\t').map((name) => name.toLowerCase());
  const isOfLog = names.includes('thread_id') && (names.includes('argument') || names.includes('sql_text'));
  return isOfLog ? names : null;
}

/**
 * Reads `mysql.general_log` or `mysql.slow_log`, which `log_output=TABLE` fills, from the output of `mysql --batch -e
 * 'SELECT …'`: a line of names, then a line for each row, separated by tabs.
 */
export class TableLog implements LogReader {
  readonly #place: ReadonlyMap<string, number>;
  readonly #databases = new Map<string, string>();

  constructor(columns: readonly string[]) {
    this.#place = new Map(columns.map((name, at) => [name, at]));
  }

  read(lines: readonly string[]): LogEntry[] {
    return lines.flatMap((line) => {
      if (tableColumns(line) !== null) return [];
      const cells = line.split('\t');
      const cell = (name: string) => {
        const text = cells[this.#place.get(name) ?? Infinity];
        return text?.replaceAll(/\\([nt0\\])/g, (_, letter: string) => ESCAPED[letter] ?? letter);
      };
      return this.#entry(cell);
    });
  }

  end(): LogEntry[] {
    return [];
  }

  #entry(cell: (name: string) => string | undefined): LogEntry[] {
    const connection = cell('thread_id') ?? '';
    const atMs = timeOf((cell('event_time') ?? cell('start_time'))?.replace(' ', 'T').concat('Z'));
    const command = cell('command_type') ?? 'Query';
    const sql = cell('argument') ?? cell('sql_text') ?? '';
    if (/^(?:Quit|Connect|Change user|Reset Connection)$/.test(command)) this.#databases.delete(connection);
    const named = / on (\S+)(?: using [\w/ ]+)?$/.exec(command === 'Connect' ? sql : '')?.[1];
    const changed = command === 'Init DB' ? sql : (named ?? usedDatabase(sql));
    if (changed) this.#databases.set(connection, changed);
    const database = cell('db') || this.#databases.get(connection) || null;
    if (command !== 'Query' && command !== 'Execute') {
      const isEnd = /^(?:Quit|Connect|Change user|Reset Connection)$/.test(command);
      return isEnd ? [{ connection, atMs, database: null, sql: null, times: 0 }] : [];
    }
    return namesPrepared(sql) ? [] : [{ connection, atMs, database, sql, times: 1 }];
  }
}
