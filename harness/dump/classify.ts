/** What a statement of a dump is for. */
export type StatementKind =
  | 'table'
  | 'rows'
  /** Made after the tables: it needs them. */
  | 'view'
  | 'trigger'
  | 'routine'
  | 'event'
  /** Of the session; it holds for what follows. */
  | 'setting'
  /** Changes a table that is there, as phpMyAdmin adds keys after the rows. */
  | 'alter'
  /** Says which database the following statements are for. */
  | 'database'
  /** Means nothing for an empty database. */
  | 'skipped'
  /** Would be lost: rows or schema of another server, told in a note. */
  | 'ignored'
  | 'refused';

export interface Classified {
  readonly kind: StatementKind;
  /** Of the table, view, trigger … or database; null where there is none. */
  readonly name: string | null;
  /** The database that qualifies the name. */
  readonly database: string | null;
}

const NAME = '(`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^\\s(;.,`"]+)';
const QUALIFIED = `(?:${NAME}\\s*\\.\\s*)?${NAME}`;
const CREATE = 'CREATE\\s+(?:OR\\s+REPLACE\\s+)?';
/** What stands between CREATE and what is created: ALGORITHM, DEFINER, SQL SECURITY, AGGREGATE. */
const ADJECTIVES = '(?:(?:ALGORITHM|DEFINER|SQL|AGGREGATE)\\b[^()]*?(?:\\(\\s*\\))?\\s*)*';
const IF_EXISTS = '(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?';

interface Form {
  readonly kind: StatementKind;
  /** Its first group is the database, its second the name. */
  readonly pattern: RegExp;
}

/** The first that fits counts. */
const FORMS: readonly Form[] = [
  form('rows', `(?:INSERT|REPLACE)\\s+(?:(?:LOW_PRIORITY|DELAYED|IGNORE)\\s+)*(?:INTO\\s+)?${QUALIFIED}`),
  form('table', `CREATE\\s+TABLE\\s+${IF_EXISTS}${QUALIFIED}`),
  form('view', `${CREATE}${ADJECTIVES}VIEW\\s+${IF_EXISTS}${QUALIFIED}`),
  form('view', `DROP\\s+VIEW\\s+${IF_EXISTS}${QUALIFIED}`),
  form('trigger', `${CREATE}${ADJECTIVES}TRIGGER\\s+${IF_EXISTS}${QUALIFIED}`),
  form('routine', `${CREATE}${ADJECTIVES}(?:PROCEDURE|FUNCTION)\\s+${IF_EXISTS}${QUALIFIED}`),
  form('event', `${CREATE}${ADJECTIVES}EVENT\\s+${IF_EXISTS}${QUALIFIED}`),
  form('database', `CREATE\\s+(?:DATABASE|SCHEMA)\\s+${IF_EXISTS}()${NAME}`),
  form('database', `USE\\s+()${NAME}`),
  form('ignored', 'SET\\s+(?:@@GLOBAL\\.|GLOBAL\\s+)\\s*(?:GTID_PURGED)\\b'),
  form('skipped', 'SET\\s+(?:@@SESSION\\.|SESSION\\s+|@@)?SQL_LOG_BIN\\b'),
  form('skipped', 'SET\\s+@MYSQLDUMP_TEMP_LOG_BIN\\b'),
  form('refused', 'SET\\s+(?:@@(?:GLOBAL|PERSIST)|GLOBAL|PERSIST|PASSWORD)'),
  form('skipped', 'SET\\s+AUTOCOMMIT\\b'),
  form('setting', 'SET\\s'),
  form('skipped', 'DROP\\s+(?:TEMPORARY\\s+)?(?:TABLE|DATABASE|SCHEMA|TRIGGER|PROCEDURE|FUNCTION|EVENT)\\b'),
  form('skipped', 'ALTER\\s+(?:DATABASE|SCHEMA)\\b'),
  form('skipped', `ALTER\\s+TABLE\\s+${QUALIFIED}\\s+(?:DISABLE|ENABLE)\\s+KEYS`),
  form('alter', `ALTER\\s+TABLE\\s+${QUALIFIED}`),
  form('alter', `CREATE\\s+(?:UNIQUE\\s+|FULLTEXT\\s+|SPATIAL\\s+)?INDEX\\s+${NAME}\\s+(?:USING\\s+\\w+\\s+)?ON\\s+${NAME}`),
  form('skipped', '(?:LOCK|UNLOCK)\\s+TABLES?\\b'),
  form('skipped', '(?:COMMIT|BEGIN|START\\s+TRANSACTION|FLUSH|ANALYZE)\\b'),
  form('ignored', 'CHANGE\\s+(?:MASTER|REPLICATION)\\b'),
];

const HEAD_BYTES = 2_000;

/** What a statement is, by how it begins; the text of executable comments counts as code. */
export function classify(bytes: Buffer): Classified {
  const head = codeOf(bytes.toString('utf8', 0, HEAD_BYTES));
  for (const { kind, pattern } of FORMS) {
    const match = pattern.exec(head);
    if (match !== null) return { kind, database: unquoted(match[1]), name: unquoted(match[2]) };
  }
  return { kind: head === '' ? 'skipped' : 'refused', name: null, database: null };
}

/** Without the marks of executable comments, as `/*!50003 CREATE *\/`, and without other comments. */
export function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*!\d*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll('*/', ' ')
    .trim();
}

function form(kind: StatementKind, pattern: string): Form {
  return { kind, pattern: new RegExp(`^${pattern}`, 'i') };
}

function unquoted(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const quote = text[0];
  return quote === '`' || quote === '"' ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
