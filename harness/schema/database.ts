import { readConstraints, type Constraints } from './constraints.ts';
import { readColumns, type Column } from './columns.ts';
import { numberOf, type Read, type TextRow } from './read.ts';

/** Everything in a database, as its server describes it. */
export interface Database {
  readonly name: string;
  readonly characterSet: string;
  readonly collation: string;
  readonly tables: readonly Table[];
  /** What MoveTables does not move. */
  readonly views: readonly View[];
  readonly triggers: readonly Trigger[];
  readonly routines: readonly Routine[];
  readonly events: readonly ScheduledEvent[];
}

export interface Table extends Constraints {
  readonly name: string;
  readonly engine: string;
  readonly collation: string | null;
  /** An estimate. */
  readonly rows: number;
  /** Data plus indexes, an estimate. */
  readonly bytes: number;
  /** The next AUTO_INCREMENT value, if there is one; it can be more than a number holds. */
  readonly autoIncrement: string | null;
  readonly isPartitioned: boolean;
  /** Whether its ROW_FORMAT is compressed; then `bytes` is less than the size of its rows. */
  readonly isCompressed: boolean;
  readonly columns: readonly Column[];
}

interface Named {
  readonly name: string;
  /** For example `root@localhost`. */
  readonly definer: string;
}

export interface View extends Named {
  readonly isUpdatable: boolean;
}

export interface Trigger extends Named {
  readonly table: string;
  /** For example `AFTER INSERT`. */
  readonly when: string;
  readonly body: string;
}

export interface Routine extends Named {
  readonly type: 'FUNCTION' | 'PROCEDURE';
}

export interface ScheduledEvent extends Named {
  readonly isEnabled: boolean;
}

/** Reads the connection's database from information_schema, with one statement per kind of thing. */
export async function readDatabase(read: Read): Promise<Database> {
  const [schema] = await read(
    `SELECT schema_name AS name, default_character_set_name AS characterSet, default_collation_name AS collation
     FROM information_schema.schemata WHERE schema_name = DATABASE()`,
  );
  const tables = await read(
    `SELECT table_name AS name, engine AS engine, table_collation AS collation, table_rows AS estimate,
       data_length + index_length AS bytes, auto_increment AS autoIncrement, create_options AS options,
       row_format AS format
     FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  const columns = await readColumns(read);
  const constraints = await readConstraints(read);
  return {
    name: schema?.['name'] ?? '',
    characterSet: schema?.['characterSet'] ?? '',
    collation: schema?.['collation'] ?? '',
    tables: tables.map((row) => tableOf(row, columns, constraints)),
    ...(await readOthers(read)),
  };
}

async function readOthers(read: Read): Promise<Pick<Database, 'views' | 'triggers' | 'routines' | 'events'>> {
  const views = await read(
    `SELECT table_name AS name, definer AS definer, is_updatable AS updatable FROM information_schema.views
     WHERE table_schema = DATABASE() ORDER BY table_name`,
  );
  const triggers = await read(
    `SELECT trigger_name AS name, definer AS definer, event_object_table AS ofTable,
       CONCAT(action_timing, ' ', event_manipulation) AS moment, action_statement AS body
     FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name`,
  );
  const routines = await read(
    `SELECT routine_name AS name, definer AS definer, routine_type AS type FROM information_schema.routines
     WHERE routine_schema = DATABASE() ORDER BY routine_name`,
  );
  const events = await read(
    `SELECT event_name AS name, definer AS definer, status AS status FROM information_schema.events
     WHERE event_schema = DATABASE() ORDER BY event_name`,
  );
  return {
    views: views.map((row) => ({ ...namedOf(row), isUpdatable: row['updatable'] === 'YES' })),
    triggers: triggers.map((row) => ({
      ...namedOf(row),
      table: row['ofTable'] ?? '',
      when: row['moment'] ?? '',
      body: row['body'] ?? '',
    })),
    routines: routines.map((row) => ({
      ...namedOf(row),
      type: row['type'] === 'FUNCTION' ? ('FUNCTION' as const) : ('PROCEDURE' as const),
    })),
    events: events.map((row) => ({ ...namedOf(row), isEnabled: row['status'] === 'ENABLED' })),
  };
}

function namedOf(row: TextRow): Named {
  return { name: row['name'] ?? '', definer: row['definer'] ?? '' };
}

function tableOf(
  row: TextRow,
  columns: ReadonlyMap<string, readonly Column[]>,
  constraints: ReadonlyMap<string, Constraints>,
): Table {
  const name = row['name'] ?? '';
  return {
    name,
    engine: row['engine'] ?? '',
    collation: row['collation'] ?? null,
    rows: numberOf(row['estimate']) ?? 0,
    bytes: numberOf(row['bytes']) ?? 0,
    autoIncrement: row['autoIncrement'] ?? null,
    isPartitioned: (row['options'] ?? '').includes('partitioned'),
    isCompressed: row['format']?.toLowerCase() === 'compressed',
    columns: columns.get(name) ?? [],
    ...(constraints.get(name) ?? { indexes: [], foreignKeys: [], checks: [] }),
  };
}

/** Returns the columns of the primary key, in its order; empty if there is none. */
export function primaryKey({ indexes }: Pick<Table, 'indexes'>): readonly string[] {
  const parts = indexes.find(({ name }) => name === 'PRIMARY')?.parts ?? [];
  return parts.flatMap(({ column }) => column ?? []);
}
