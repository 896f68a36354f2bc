import { quoteName, writeValue } from '../workload/literal.ts';
import type { Reader, TextRow } from './side.ts';

/** What has to be known of a column in order to compare its values exactly. */
export interface Column {
  readonly name: string;
  /** In lower case, as `varchar`. */
  readonly type: string;
  /** As in SHOW CREATE TABLE, with NULL, character set and collation: what both sides must agree on. */
  readonly definition: string;
  readonly nullable: boolean;
  readonly characterSet: string | null;
  readonly collation: string | null;
}

/** A table of one side. */
export interface Shape {
  readonly table: string;
  readonly columns: readonly Column[];
  /** The primary key's columns; empty where there is none, or where it holds only a prefix of a column. */
  readonly key: readonly Column[];
  /** An estimate. */
  readonly rows: number;
}

/** What one side's table has and the other's has not; null stands for nothing. */
export interface SchemaDifference {
  /** A column, `PRIMARY KEY`, or `TABLE`. */
  readonly what: string;
  readonly source: string | null;
  readonly target: string | null;
}

/** Reads a table's columns and key from information_schema; undefined when there is no such table. */
export async function readShape(reader: Reader, table: string): Promise<Shape | undefined> {
  const where = `FROM information_schema.%s WHERE table_schema = DATABASE() AND table_name = ${writeValue(table)}`;
  const from = (view: string) => where.replace('%s', view);
  const columns = await reader.read(
    `SELECT column_name AS name, data_type AS type, column_type AS definition, is_nullable AS nullable,
       character_set_name AS characterSet, collation_name AS collation
     ${from('columns')} ORDER BY ordinal_position`,
    table,
  );
  if (columns.length === 0) return undefined;
  const keys = await reader.read(
    `SELECT column_name AS name, sub_part AS part ${from('statistics')} AND index_name = 'PRIMARY' ORDER BY seq_in_index`,
    table,
  );
  const estimate = await reader.read(`SELECT table_rows AS estimated ${from('tables')}`, table);
  const all = columns.map(columnOf);
  const key = keys.flatMap((row) => all.filter(({ name }) => name === row['name']));
  const whole = keys.every((row) => row['part'] === null);
  return { table, columns: all, key: whole ? key : [], rows: Number(estimate[0]?.['estimated'] ?? 0) };
}

/** How two tables differ; the order of columns does not matter, nor do defaults and AUTO_INCREMENT. */
export function compareShapes(source: Shape | undefined, target: Shape | undefined): SchemaDifference[] {
  if (source === undefined || target === undefined) {
    const present = (shape: Shape | undefined) => (shape === undefined ? null : 'present');
    return [{ what: 'TABLE', source: present(source), target: present(target) }];
  }
  const names = new Set([...source.columns, ...target.columns].map(({ name }) => name));
  const rows: SchemaDifference[] = [...names].map((name) => ({
    what: name,
    source: definitionOf(source, name),
    target: definitionOf(target, name),
  }));
  rows.push({ what: 'PRIMARY KEY', source: keyOf(source), target: keyOf(target) });
  return rows.filter((row) => row.source !== row.target);
}

/** The columns that both sides have, as the source has them, and a key if both agree on it. */
export function commonShape(source: Shape, target: Shape): Shape {
  const shared = (column: Column) => target.columns.some(({ name }) => name === column.name);
  const sameKey =
    keyOf(source) === keyOf(target) &&
    source.key.every((column) => column.definition === definitionOf(target, column.name));
  return { ...source, columns: source.columns.filter(shared), key: sameKey ? source.key : [] };
}

function definitionOf(shape: Shape, name: string): string | null {
  return shape.columns.find((column) => column.name === name)?.definition ?? null;
}

function keyOf(shape: Shape): string | null {
  return shape.key.length === 0 ? null : shape.key.map(({ name }) => quoteName(name)).join(', ');
}

function columnOf(row: TextRow): Column {
  const characterSet = row['characterSet'] ?? null;
  const collation = row['collation'] ?? null;
  const nullable = row['nullable'] === 'YES';
  const definition = [
    row['definition'],
    characterSet === null ? [] : `CHARACTER SET ${characterSet} COLLATE ${collation}`,
    nullable ? 'NULL' : 'NOT NULL',
  ];
  return {
    name: row['name'] ?? '',
    type: (row['type'] ?? '').toLowerCase(),
    definition: definition.flat().join(' '),
    nullable,
    characterSet,
    collation,
  };
}
