import { readDatabase, type Database } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read, TextRow } from '../schema/read.ts';
import { readAccounts, type NamedAccount } from './accounts.ts';
import { NO_DOCUMENTS, readDocuments, type DocumentRows, type DocumentsLook } from './documents.ts';
import { accountAsSql, holds, type AccountGrants } from './grants.ts';
import { readMisreadText, type MisreadColumn } from './misread-text.ts';
import { readMariaDbOnly, type MariaDbOnly } from './maria-db.ts';
import { refusalOf, type Hidden, type Unread } from './unread.ts';
import { isMariaDb, readVariables, type Variables } from './variables.ts';
import { readZeroDates, type ZeroDateColumn } from './zero-dates.ts';

/** What a server says about itself. Nothing is judged here. */
export interface Facts {
  /** Its name for a person, such as `the source`. */
  readonly where: string;
  readonly version: string;
  readonly variables: Variables;
  /** The contents of the database; empty if the version has no information_schema that can be read. */
  readonly database: Database;
  readonly collations: ReadonlySet<string>;
  /** In upper case. */
  readonly reservedWords: ReadonlySet<string>;
  /** Whether time zones are known by name. */
  readonly hasTimeZoneNames: boolean;
  /** The size of all existing binary logs; null if it is unknown. */
  readonly binaryLogBytes: number | null;
  readonly binaryLogFilter: BinaryLogFilter;
  /** Set by ALTER DATABASE, for every account. */
  readonly isDatabaseReadOnly: boolean;
  /** Null if it is unknown. */
  readonly isReplica: boolean | null;
  readonly foreignChildren: readonly ForeignChild[];
  /** Vitess' accounts, as far as they are known. */
  readonly accounts: readonly AccountGrants[];
  /** Tables in which a row was found. */
  readonly filledTables: ReadonlySet<string>;
  /** The result of a look at JSON documents. */
  readonly documents: DocumentsLook;
  /** Columns with dates that some sql_mode refuses; empty if rows were not read. */
  readonly zeroDates: readonly ZeroDateColumn[];
  /** Columns with values whose text is read as another value; empty if rows were not read. */
  readonly misread: readonly MisreadColumn[];
  /** Present only on a MariaDB. */
  readonly mariaDbOnly: readonly MariaDbOnly[];
  readonly unread: readonly Unread[];
  /** What may exist unseen, and would be lost silently. */
  readonly hidden: readonly Hidden[];
}

/** The only databases in the binary log, if it is limited to some, and those that are left out of it. */
export interface BinaryLogFilter {
  readonly only: readonly string[];
  readonly without: readonly string[];
}

/** A foreign key of another database's table that references this one. */
export interface ForeignChild {
  readonly database: string;
  readonly table: string;
  readonly constraint: string;
  readonly parentTable: string;
}

export interface FactsOptions {
  /** The server's name for a person. */
  readonly where: string;
  /** Accounts of Vitess whose grants are read; the connection's own if there are none; null if they are not judged. */
  readonly accounts?: readonly NamedAccount[] | null;
  /** Whether to check if each table of a target has a row. */
  readonly looksForRows?: boolean;
  /** The rows whose JSON documents, dates and misread values are checked; none by default. */
  readonly documents?: DocumentRows;
}

const EMPTY: Database = {
  name: '',
  characterSet: '',
  collation: '',
  tables: [],
  views: [],
  triggers: [],
  routines: [],
  events: [],
};

/**
 * Reads everything that the rules need, with some twenty read-only statements.
 *
 * @param read a connection to the database that will move, from `openForReading`.
 * @throws trouble if the server does not answer. Whatever it refuses for lack of a grant is listed in `unread`.
 */
export async function readFacts(read: Read, options: FactsOptions): Promise<Facts> {
  const { accounts: named = [] } = options;
  const version = (await read('SELECT VERSION() AS version'))[0]?.['version'] ?? '';
  const variables = await readVariables(read);
  const mariaDbOnly = isMariaDb(variables) ? await readMariaDbOnly(read) : [];
  if (!isMySql8(version)) return { ...NOTHING_READ, where: options.where, version, variables, mariaDbOnly };
  const database = await readDatabase(read);
  const { own, accounts, unread } = await readAccounts(read, named, variables);
  const hasLogs = variables.get('log_bin') === 'ON';
  const logs = await orRefused(read, 'SHOW BINARY LOGS', hasLogs);
  const status = await orRefused(read, `SHOW ${isBefore82(version) ? 'MASTER' : 'BINARY LOG'} STATUS`, hasLogs);
  const replica = await orRefused(read, `SHOW ${isBefore8022(version) ? 'SLAVE' : 'REPLICA'} STATUS`, true);
  return {
    where: options.where,
    version,
    variables,
    database,
    collations: setOf(await read('SELECT collation_name AS name FROM information_schema.collations')),
    reservedWords: setOf(await read('SELECT word AS name FROM information_schema.keywords WHERE reserved = 1')),
    hasTimeZoneNames: await hasTimeZoneNames(read),
    binaryLogBytes: logs === null ? null : logs.reduce((sum, row) => sum + Number(row['File_size'] ?? 0), 0),
    binaryLogFilter: { only: namesIn(status, 'Binlog_Do_DB'), without: namesIn(status, 'Binlog_Ignore_DB') },
    isDatabaseReadOnly: isBefore8022(version) ? false : await isDatabaseReadOnly(read),
    isReplica: replica === null ? null : replica.length > 0,
    foreignChildren: await readForeignChildren(read),
    accounts,
    filledTables: options.looksForRows === true ? await readFilledTables(read, database) : new Set(),
    documents: options.documents === undefined ? NO_DOCUMENTS : await readDocuments(read, database, options.documents),
    zeroDates: options.documents === undefined ? [] : await readZeroDates(read, database),
    misread: options.documents === undefined ? [] : await readMisreadText(read, database),
    mariaDbOnly,
    unread: [...unread, ...(logs === null || replica === null ? [replication(own)] : [])],
    hidden: hiddenFrom(own, database),
  };
}

/** The facts about a server that was not asked. */
export const NOTHING_READ: Omit<Facts, 'where' | 'version' | 'variables'> = {
  database: EMPTY,
  collations: new Set(),
  reservedWords: new Set(),
  hasTimeZoneNames: false,
  binaryLogBytes: null,
  binaryLogFilter: { only: [], without: [] },
  isDatabaseReadOnly: false,
  isReplica: null,
  foreignChildren: [],
  accounts: [],
  filledTables: new Set(),
  documents: NO_DOCUMENTS,
  zeroDates: [],
  misread: [],
  mariaDbOnly: [],
  unread: [],
  hidden: [],
};

function replication({ account }: AccountGrants): Unread {
  return {
    what: 'binary logs and replication: SHOW BINARY LOGS and SHOW REPLICA STATUS were refused',
    grant: `GRANT REPLICATION CLIENT ON *.* TO ${accountAsSql(account)}`,
  };
}

/** SHOW MASTER STATUS has another name since MySQL 8.2, and only that one since 8.4. */
function isBefore82(version: string): boolean {
  return /^8\.[01]\./.test(version);
}

/**
 * SHOW REPLICA STATUS exists since MySQL 8.0.22, as do READ ONLY of ALTER DATABASE and the table of information_schema
 * that shows it.
 */
function isBefore8022(version: string): boolean {
  return /^8\.0\.(?:\d|1\d|2[01])(?!\d)/.test(version);
}

async function isDatabaseReadOnly(read: Read): Promise<boolean> {
  const [row] = await read(
    'SELECT options AS options FROM information_schema.schemata_extensions WHERE schema_name = DATABASE()',
  );
  return /\bREAD ONLY=1\b/.test(row?.['options'] ?? '');
}

function namesIn(rows: readonly TextRow[] | null, column: string): readonly string[] {
  return (rows ?? []).flatMap((row) => (row[column] ?? '').split(',')).filter((name) => name !== '');
}

/** Whether it is MySQL 8.0 or later, and not MariaDB, whose numbers start at 10. */
export function isMySql8(version: string): boolean {
  return Number.parseInt(version, 10) >= 8 && !/mariadb/i.test(version);
}

/**
 * Returns what might be missing, according to the account's own grants: information_schema leaves out what an account
 * may not see, without an error (MySQL manual, “INFORMATION_SCHEMA Introduction”).
 */
export function hiddenFrom({ account, grants }: AccountGrants, { name }: Database): readonly Hidden[] {
  const [of, to] = [quoteName(name), accountAsSql(account)];
  const sees = (privilege: string) => holds(grants, privilege, name);
  const all: readonly (Hidden & { readonly isSeen: boolean })[] = [
    {
      kind: 'tables',
      what: 'tables that the account may not read',
      grant: `GRANT SELECT ON ${of}.* TO ${to}`,
      isSeen: sees('SELECT'),
    },
    { kind: 'triggers', what: 'triggers', grant: `GRANT TRIGGER ON ${of}.* TO ${to}`, isSeen: sees('TRIGGER') },
    { kind: 'events', what: 'scheduled events', grant: `GRANT EVENT ON ${of}.* TO ${to}`, isSeen: sees('EVENT') },
    {
      kind: 'routines',
      what: 'stored routines',
      grant: `GRANT SHOW_ROUTINE ON *.* TO ${to}`,
      isSeen: holds(grants, 'SHOW_ROUTINE', null) || holds(grants, 'SELECT', null) || sees('EXECUTE'),
    },
  ];
  return all.flatMap(({ isSeen, ...hidden }) => (isSeen ? [] : [hidden]));
}

/** Returns the rows, none if this is not requested, or null if the server refuses for lack of a grant. */
async function orRefused(read: Read, sql: string, isAsked: boolean): Promise<readonly TextRow[] | null> {
  if (!isAsked) return [];
  try {
    return await read(sql);
  } catch (error) {
    if (refusalOf(error) === null) throw error;
    return null;
  }
}

async function hasTimeZoneNames(read: Read): Promise<boolean> {
  const [row] = await read("SELECT CONVERT_TZ('2000-01-01 00:00:00', 'UTC', 'Europe/Amsterdam') AS converted");
  return (row?.['converted'] ?? null) !== null;
}

async function readForeignChildren(read: Read): Promise<readonly ForeignChild[]> {
  const rows = await read(
    `SELECT DISTINCT table_schema AS ofDatabase, table_name AS ofTable, constraint_name AS name,
       referenced_table_name AS parent FROM information_schema.key_column_usage
     WHERE referenced_table_schema = DATABASE() AND table_schema <> DATABASE() ORDER BY ofDatabase, ofTable, name`,
  );
  return rows.map((row) => ({
    database: row['ofDatabase'] ?? '',
    table: row['ofTable'] ?? '',
    constraint: row['name'] ?? '',
    parentTable: row['parent'] ?? '',
  }));
}

async function readFilledTables(read: Read, { tables }: Database): Promise<ReadonlySet<string>> {
  const filled = new Set<string>();
  for (const { name } of tables) {
    const rows = await read(`SELECT 1 FROM ${quoteName(name)} LIMIT 1`);
    if (rows.length > 0) filled.add(name);
  }
  return filled;
}

function setOf(rows: readonly TextRow[]): ReadonlySet<string> {
  return new Set(rows.map((row) => row['name'] ?? ''));
}
