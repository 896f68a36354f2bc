import { quoteName } from './quote.ts';
import { numberOf, unescaped, type Read, type TextRow } from './read.ts';

/** One part of an index: a column, the first `length` characters or bytes of one, or an expression. */
export interface IndexPart {
  /** Null if it is an expression. */
  readonly column: string | null;
  readonly length: number | null;
  readonly expression: string;
  readonly descending: boolean;
}

export interface Index {
  /** `PRIMARY` for the primary key. */
  readonly name: string;
  readonly unique: boolean;
  /** `BTREE`, `FULLTEXT`, `SPATIAL` … */
  readonly type: string;
  readonly parts: readonly IndexPart[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Null if it is the table's own schema. */
  readonly parentSchema: string | null;
  readonly parentTable: string;
  /** False if the key was created without foreign_key_checks. */
  readonly parentExists: boolean;
  readonly parentColumns: readonly string[];
  /** The rules, such as `ON DELETE CASCADE ON UPDATE NO ACTION`. */
  readonly rules: string;
}

export interface Check {
  readonly name: string;
  /** SQL with parentheses around it. */
  readonly clause: string;
  readonly enforced: boolean;
}

/** The conditions on a table's rows, beyond its columns. */
export interface Constraints {
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
}

export const NO_CONSTRAINTS: Constraints = { indexes: [], foreignKeys: [], checks: [] };

/**
 * Returns indexes and constraints from information_schema by table, for the connection's database or for these of its
 * tables, at least one. A table without any has no entry.
 */
export async function readConstraints(
  read: Read,
  tables?: readonly string[],
): Promise<ReadonlyMap<string, Constraints>> {
  const own = `table_schema = DATABASE()${tables === undefined ? '' : ' AND table_name IN (?)'}`;
  const values = tables === undefined ? [] : [tables];
  const indexes = await read(
    `SELECT table_name AS ofTable, index_name AS name, non_unique AS duplicates, index_type AS type,
       column_name AS part, sub_part AS length, collation AS direction, expression AS expression
     FROM information_schema.statistics WHERE ${own} ORDER BY table_name, index_name, seq_in_index`,
    values,
  );
  const references = await read(
    `SELECT table_name AS ofTable, constraint_name AS name, column_name AS part, referenced_column_name AS parentColumn,
       NULLIF(referenced_table_schema, DATABASE()) AS parentSchema, referenced_table_name AS parentTable,
       delete_rule AS onDelete, update_rule AS onUpdate,
       EXISTS (SELECT 1 FROM information_schema.tables AS t WHERE t.table_schema = referenced_table_schema
         AND t.table_name = referenced_table_name) AS parentExists
     FROM information_schema.key_column_usage
     JOIN information_schema.referential_constraints USING (constraint_schema, constraint_name, table_name, referenced_table_name)
     WHERE ${own} ORDER BY table_name, constraint_name, ordinal_position`,
    values,
  );
  const checks = await read(
    `SELECT table_name AS ofTable, constraint_name AS name, check_clause AS clause, enforced AS enforced
     FROM information_schema.table_constraints
     JOIN information_schema.check_constraints USING (constraint_schema, constraint_name)
     WHERE ${own} AND constraint_type = 'CHECK' ORDER BY table_name, constraint_name`,
    values,
  );
  const byIndexes = byTable(indexes);
  const byReferences = byTable(references);
  const byChecks = byTable(checks);
  const named = new Set([...byIndexes.keys(), ...byReferences.keys(), ...byChecks.keys()]);
  return new Map(
    [...named].map((name) => [
      name,
      {
        indexes: byName(byIndexes.get(name)).map(([index, rows]) => indexOf(index, rows)),
        foreignKeys: byName(byReferences.get(name)).map(([key, rows]) => foreignKeyOf(key, rows)),
        checks: (byChecks.get(name) ?? []).map(checkOf),
      },
    ]),
  );
}

/**
 * Returns every index except the primary key, every foreign key and every CHECK, in SQL without its name, which may
 * differ.
 */
export function definitions({
  indexes,
  foreignKeys,
  checks,
}: Constraints): { readonly kind: string; readonly text: string }[] {
  return [
    ...indexes
      .filter(({ name }) => name !== 'PRIMARY')
      .map(({ unique, type, parts }) => ({
        kind: unique ? 'UNIQUE KEY' : type === 'BTREE' ? 'KEY' : `${type} KEY`,
        text: list(parts.map(partText)),
      })),
    ...foreignKeys.map((key) => ({
      kind: 'FOREIGN KEY',
      text: `${names(key.columns)} REFERENCES ${parentOf(key)} ${names(key.parentColumns)} ${key.rules}`,
    })),
    ...checks.map(({ clause, enforced }) => ({ kind: 'CHECK', text: `${clause}${enforced ? '' : ' NOT ENFORCED'}` })),
  ];
}

/** Returns the table that a foreign key points to, as SQL. */
export function parentOf({ parentSchema, parentTable }: ForeignKey): string {
  return `${parentSchema === null ? '' : `${quoteName(parentSchema)}.`}${quoteName(parentTable)}`;
}

type RowsByTable = ReadonlyMap<string, readonly TextRow[]>;

function partText({ column, length, expression, descending }: IndexPart): string {
  const what = column === null ? `(${expression})` : quoteName(column);
  return `${what}${length === null ? '' : `(${length})`}${descending ? ' DESC' : ''}`;
}

function names(columns: readonly string[]): string {
  return list(columns.map(quoteName));
}

function list(parts: readonly string[]): string {
  return `(${parts.join(', ')})`;
}

function byTable(rows: readonly TextRow[]): RowsByTable {
  return Map.groupBy(rows, (row) => row['ofTable'] ?? '');
}

function byName(rows: readonly TextRow[] = []): [string, TextRow[]][] {
  return [...Map.groupBy(rows, (row) => row['name'] ?? '')];
}

function indexOf(name: string, rows: readonly TextRow[]): Index {
  return {
    name,
    unique: rows[0]?.['duplicates'] === '0',
    type: rows[0]?.['type'] ?? '',
    parts: rows.map((row) => ({
      column: row['part'] ?? null,
      length: numberOf(row['length']),
      expression: unescaped(row['expression'] ?? ''),
      descending: row['direction'] === 'D',
    })),
  };
}

function foreignKeyOf(name: string, rows: readonly TextRow[]): ForeignKey {
  const [first] = rows;
  return {
    name,
    columns: rows.map((row) => row['part'] ?? ''),
    parentSchema: first?.['parentSchema'] ?? null,
    parentTable: first?.['parentTable'] ?? '',
    parentExists: first?.['parentExists'] === '1',
    parentColumns: rows.map((row) => row['parentColumn'] ?? ''),
    rules: `ON DELETE ${first?.['onDelete']} ON UPDATE ${first?.['onUpdate']}`,
  };
}

function checkOf(row: TextRow): Check {
  return { name: row['name'] ?? '', clause: unescaped(row['clause'] ?? ''), enforced: row['enforced'] === 'YES' };
}
