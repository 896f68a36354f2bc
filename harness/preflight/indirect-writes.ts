import { SERVER_DATABASES } from '../schema/server-databases.ts';
import type { Read } from '../schema/read.ts';
import { names } from './names-in-sql.ts';

/** A table or view through which a write changes a table that moves. */
export interface WritePath {
  readonly database: string;
  readonly table: string;
  /** How a write reaches the table; null for the table itself. */
  readonly through: string | null;
}

/** A routine that runs with the rights of the account that created it. */
export interface DefinerRoutine {
  readonly database: string;
  readonly name: string;
  readonly type: string;
  /** The definer, such as `root@localhost`. */
  readonly definer: string;
  /** Whether it names a table that moves; unknown if it builds its statements at run time or cannot be seen. */
  readonly writes: 'writes' | 'unknown' | 'no';
}

/** Everything through which a write can reach a table that moves. */
export interface Ways {
  readonly places: readonly WritePath[];
  readonly routines: readonly DefinerRoutine[];
}

const OF_MYSQL = `(${SERVER_DATABASES.map((name) => `'${name}'`).join(', ')})`;

/** @param read a connection to the tables' database. */
export async function readWays(read: Read, tables: readonly string[]): Promise<Ways> {
  const [row] = await read('SELECT DATABASE() AS name');
  const database = row?.['name'] ?? '';
  const own: WritePath[] = tables.map((table) => ({ database, table, through: null }));
  const places = [...own, ...(await readTriggers(read, tables))];
  return { places: [...places, ...(await readViews(read, places))], routines: await readRoutines(read, tables) };
}

async function readTriggers(read: Read, tables: readonly string[]): Promise<WritePath[]> {
  const rows = await read(
    `SELECT event_object_schema AS ofDatabase, event_object_table AS ofTable, trigger_name AS name, action_statement AS body
     FROM information_schema.triggers WHERE event_object_schema NOT IN ${OF_MYSQL}`,
  );
  return rows
    .filter((row) => tables.some((table) => names(row['body'] ?? '', table)))
    .map((row) => ({
      database: row['ofDatabase'] ?? '',
      table: row['ofTable'] ?? '',
      through: `whose trigger ${row['name']} names a table that moves`,
    }));
}

/** Returns views over the places, and views over these views. */
async function readViews(read: Read, places: readonly WritePath[]): Promise<WritePath[]> {
  const rows = await read(
    `SELECT u.view_schema AS ofDatabase, u.view_name AS name, u.table_schema AS overDatabase, u.table_name AS overTable
     FROM information_schema.view_table_usage u JOIN information_schema.views v
       ON v.table_schema = u.view_schema AND v.table_name = u.view_name
     WHERE v.is_updatable = 'YES' AND u.view_schema NOT IN ${OF_MYSQL}`,
  );
  const found: WritePath[] = [];
  const isIn = (list: readonly WritePath[], database: string | null | undefined, table: string | null | undefined) =>
    list.some((place) => place.database === database && place.table === table);
  for (let before = -1; before < found.length;) {
    before = found.length;
    for (const row of rows) {
      const [database, table] = [row['ofDatabase'] ?? '', row['name'] ?? ''];
      const isOver = isIn([...places, ...found], row['overDatabase'], row['overTable']);
      if (isOver && !isIn(found, database, table))
        found.push({ database, table, through: 'a view over one that moves' });
    }
  }
  return found;
}

async function readRoutines(read: Read, tables: readonly string[]): Promise<DefinerRoutine[]> {
  const rows = await read(
    `SELECT routine_schema AS ofDatabase, routine_name AS name, routine_type AS type, definer AS definer,
       routine_definition AS body FROM information_schema.routines
     WHERE security_type = 'DEFINER' AND routine_schema NOT IN ${OF_MYSQL}`,
  );
  return rows.map((row) => ({
    database: row['ofDatabase'] ?? '',
    name: row['name'] ?? '',
    type: row['type'] ?? '',
    definer: row['definer'] ?? '',
    writes: judged(row['body'] ?? null, tables),
  }));
}

function judged(body: string | null, tables: readonly string[]): DefinerRoutine['writes'] {
  if (body === null) return 'unknown';
  if (tables.some((table) => names(body, table))) return 'writes';
  return ['PREPARE', 'EXECUTE', 'CALL'].some((word) => names(body, word)) ? 'unknown' : 'no';
}
