import { DEFINER } from './definer.ts';

/** What a statement of a dump is for. */
export type StatementKind =
  | 'table'
  | 'rows'
  | 'view'
  | 'trigger'
  | 'routine'
  | 'event'
  /** For the session; it affects what follows. */
  | 'setting'
  /** Changes an existing table, such as the keys that phpMyAdmin adds after the rows. */
  | 'alter'
  /** Says which database the following statements are for. */
  | 'database'
  /** Has no effect on an empty database that is loaded by one owner. */
  | 'skipped'
  /** About the server that the dump was made on; a note reports it. */
  | 'ignored'
  /** Neither schema nor rows. */
  | 'refused';

export interface Classified {
  readonly kind: StatementKind;
  /** The name of the table, view, trigger …, database, or of what is ignored; null if there is none. */
  readonly name: string | null;
  /** The database that qualifies the name. */
  readonly database: string | null;
  /** The table that a trigger belongs to. */
  readonly table: string | null;
}

const NAME = '(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^\\s(;.,`"]+)';
const QUALIFIED = `(?:(?<database>${NAME})\\s*\\.\\s*)?(?<name>${NAME})`;
const IF = '(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?';
const ADJECTIVE = `(?:OR\\s+REPLACE|ALGORITHM\\s*=\\s*\\w+|${DEFINER}|SQL\\s+SECURITY\\s+\\w+|AGGREGATE)`;
const CREATE = `CREATE\\s+(?:${ADJECTIVE}\\s+)*`;

/** The first match counts. */
const FORMS: readonly (readonly [StatementKind, RegExp])[] = [
  form('rows', `(?:INSERT|REPLACE)\\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\\s+)*(?:INTO\\s+)?${QUALIFIED}`),
  form('table', `CREATE\\s+TABLE\\s+${IF}${QUALIFIED}`),
  form('view', `${CREATE}VIEW\\s+${IF}${QUALIFIED}`),
  form('view', `DROP\\s+VIEW\\s+${IF}${QUALIFIED}`),
  form(
    'trigger',
    `${CREATE}TRIGGER\\s+${IF}${QUALIFIED}\\s+\\w+\\s+\\w+\\s+ON\\s+(?:${NAME}\\s*\\.\\s*)?(?<table>${NAME})`,
  ),
  form('routine', `${CREATE}(?:PROCEDURE|FUNCTION)\\s+${IF}${QUALIFIED}`),
  form('event', `${CREATE}EVENT\\s+${IF}${QUALIFIED}`),
  form('database', `CREATE\\s+(?:DATABASE|SCHEMA)\\s+${IF}(?<name>${NAME})`),
  form('database', `USE\\s+(?<name>${NAME})`),
  form('ignored', 'SET\\s+(?:@@GLOBAL\\.|GLOBAL\\s+)(?<name>GTID_PURGED)\\b'),
  form('ignored', 'SET\\s+(?:@@SESSION\\.|SESSION\\s+|@@)?(?<name>SQL_LOG_BIN)\\b'),
  form('skipped', 'SET\\s+(?:@MYSQLDUMP_TEMP_LOG_BIN|@@AUTOCOMMIT|AUTOCOMMIT)\\b'),
  form('refused', "SET\\s+(?:[^']*,\\s*)?(?:@@)?(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|ROLE|DEFAULT|RESOURCE)\\b"),
  form('setting', 'SET\\s'),
  form('skipped', 'DROP\\s+(?:TEMPORARY\\s+)?(?:TABLE|DATABASE|SCHEMA|TRIGGER|PROCEDURE|FUNCTION|EVENT)\\b'),
  form('skipped', 'ALTER\\s+(?:DATABASE|SCHEMA)\\b'),
  form('skipped', `ALTER\\s+TABLE\\s+${QUALIFIED}\\s+(?:DISABLE|ENABLE)\\s+KEYS\\b`),
  form('alter', `ALTER\\s+TABLE\\s+${QUALIFIED}`),
  form(
    'alter',
    `CREATE\\s+(?:(?:UNIQUE|FULLTEXT|SPATIAL)\\s+)?INDEX\\s+${NAME}\\s+(?:USING\\s+\\w+\\s+)?ON\\s+${QUALIFIED}`,
  ),
  form('skipped', '(?:LOCK|UNLOCK)\\s+TABLES?\\b'),
  form('skipped', '(?:COMMIT|BEGIN|START\\s+TRANSACTION|FLUSH|ANALYZE\\s+TABLE)\\b'),
  form('ignored', '(?<name>CHANGE\\s+(?:MASTER|REPLICATION\\s+SOURCE))\\b'),
];

const HEAD_BYTES = 2_000;
/** Rows come in millions, so their table's name is matched at once. */
const ROWS_HEAD_BYTES = 300;
const ROWS = /^(?:insert|replace)\s/i;

/** Returns what a statement is, by how it begins; the text of executable comments counts as code. */
export function classify(bytes: Buffer): Classified {
  const isRows = ROWS.test(bytes.toString('latin1', 0, 8));
  const head = codeOf(bytes.toString('utf8', 0, isRows ? ROWS_HEAD_BYTES : HEAD_BYTES));
  for (const [kind, pattern] of FORMS) {
    const match = pattern.exec(head);
    if (match !== null) return { kind, ...namesOf(match.groups) };
  }
  return { kind: head === '' ? 'skipped' : 'refused', ...namesOf({}) };
}

/** MySQL versions go up to 9; what MariaDB writes for its own versions is a comment to MySQL. */
const FIRST_MARIADB_VERSION = 100_000;

/**
 * Returns the text without comments, and without the marks of executable ones, such as `/*!50003 CREATE *\/` (MySQL
 * manual, “Comments”). It is meant for the beginning of a statement, because it ignores quotes.
 */
export function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*!(\d{5,6})?/g, (_, version = '0') => (Number(version) < FIRST_MARIADB_VERSION ? ' ' : '/*'))
    .replaceAll(/\/\*[^]*?\*\//g, ' ')
    .replaceAll('*/', ' ')
    .replaceAll(/^\s*(?:--\s|#).*$/gm, ' ')
    .trim();
}

function form(kind: StatementKind, pattern: string): readonly [StatementKind, RegExp] {
  return [kind, new RegExp(`^${pattern}`, 'i')];
}

function namesOf(groups: Readonly<Record<string, string | undefined>> = {}): Omit<Classified, 'kind'> {
  const { database, name, table } = groups;
  return { database: unquoted(database), name: unquoted(name), table: unquoted(table) };
}

function unquoted(text: string | undefined): string | null {
  if (text === undefined) return null;
  const [quote = ''] = text;
  return quote === '`' || quote === '"' ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
