import type { LeftOutKind } from '../dump/leave-out.ts';
import { usage } from '../errors.ts';
import type { Database } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { numberOf, type Read, type TextRow } from '../schema/read.ts';

/** What recreates a database: its tables before its rows, and the rest after them. */
export interface LiveSchema {
  readonly tables: readonly string[];
  readonly others: readonly string[];
}

export interface LiveSchemaOptions {
  readonly leaveOut: readonly LeftOutKind[];
  /** The name of the database for a person, in errors. */
  readonly from: string;
}

/** Dates and rows of production are older than its modes; no row exists at this point. */
const TABLE_MODE = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';

/**
 * Reads the SHOW CREATE statements of everything in a database.
 *
 * @throws usage for what the account may not see, with the grant that allows it.
 */
export async function readLiveSchema(read: Read, database: Database, options: LiveSchemaOptions): Promise<LiveSchema> {
  // Defaults of TIMESTAMP columns are shown in the time zone of the session.
  await read("SET SESSION time_zone = '+00:00'");
  const { characterSet, collation } = database;
  const tables = [
    `SET SESSION sql_mode = '${TABLE_MODE}', time_zone = '+00:00'`,
    `ALTER DATABASE CHARACTER SET ${characterSet} COLLATE ${collation}`,
  ];
  for (const { name } of database.tables) {
    const [row] = await read(`SHOW CREATE TABLE ${quoteName(name)}`);
    tables.push(row?.['Create Table'] ?? '');
  }
  return { tables, others: await readOthers(read, database, options) };
}

/** Returns routines, which views may call; views; triggers, which come after the rows; and events. */
async function readOthers(
  read: Read,
  database: Database,
  { leaveOut, from }: LiveSchemaOptions,
): Promise<readonly string[]> {
  const all: string[] = [];
  let session = '';
  const add = async (kind: ObjectKind, what: string, name: string) => {
    const [row = {}] = await read(`SHOW CREATE ${what} ${quoteName(name)}`);
    const sql = row[TEXT_OF[kind](what)] ?? null;
    if (sql === null) throw hidden(what, name, from);
    const wanted = sessionOf(row);
    if (wanted !== session) all.push(wanted);
    session = wanted;
    all.push(kind === 'view' ? sql.replace(/^CREATE /, 'CREATE OR REPLACE ') : sql);
  };
  if (!leaveOut.includes('routines')) {
    for (const { name, type } of database.routines) await add('routine', type, name);
  }
  if (!leaveOut.includes('views')) {
    all.push(...(await standIns(read, database)));
    for (const { name } of database.views) await add('view', 'VIEW', name);
  }
  if (!leaveOut.includes('triggers')) for (const { name } of database.triggers) await add('trigger', 'TRIGGER', name);
  if (!leaveOut.includes('events')) for (const { name } of database.events) await add('event', 'EVENT', name);
  return all;
}

type ObjectKind = 'routine' | 'view' | 'trigger' | 'event';

/** The column of SHOW CREATE that has the statement. */
const TEXT_OF: Readonly<Record<ObjectKind, (what: string) => string>> = {
  routine: (what) => `Create ${what === 'FUNCTION' ? 'Function' : 'Procedure'}`,
  view: () => 'Create View',
  trigger: () => 'SQL Original Statement',
  event: () => 'Create Event',
};

/** Returns the session settings with which the object was created; its text is always transferred in utf8mb4. */
function sessionOf(row: TextRow): string {
  const { sql_mode: mode, collation_connection: collation, time_zone: zone } = row;
  const settings = [`sql_mode = '${mode ?? ''}'`, 'character_set_client = utf8mb4'];
  if (typeof collation === 'string') settings.push(`collation_connection = ${collation}`);
  if (typeof zone === 'string') settings.push(`time_zone = '${zone}'`);
  return `SET SESSION ${settings.join(', ')}`;
}

/**
 * Returns stand-in views with the right columns, so that views that use others can be created first, as mysqldump does.
 */
async function standIns(read: Read, { views }: Database): Promise<readonly string[]> {
  const columns = await read(
    `SELECT table_name AS ofView, column_name AS name, ordinal_position AS place FROM information_schema.columns
     WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
  const byView = Map.groupBy(columns, (row) => row['ofView'] ?? '');
  return views.map(({ name }) => {
    const names = (byView.get(name) ?? []).toSorted((a, b) => placeOf(a) - placeOf(b));
    const list = names.map((row) => `1 AS ${quoteName(row['name'] ?? '')}`).join(', ') || '1 AS `1`';
    return `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT ${list}`;
  });
}

function placeOf(row: TextRow): number {
  return numberOf(row['place']) ?? 0;
}

function hidden(what: string, name: string, from: string) {
  const grants: Readonly<Record<string, string>> = {
    FUNCTION: 'SHOW_ROUTINE ON *.*',
    PROCEDURE: 'SHOW_ROUTINE ON *.*',
    VIEW: 'SHOW VIEW ON the database',
    TRIGGER: 'TRIGGER ON the database',
    EVENT: 'EVENT ON the database',
  };
  return usage({
    what: `The account may not see a ${what.toLowerCase()} of the live source.`,
    expected: 'its text, by SHOW CREATE',
    seen: `nothing for ${name}`,
    where: from,
    next: `GRANT ${grants[what]} to it, or leave them out with source.leaveOut.`,
  });
}
