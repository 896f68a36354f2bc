import { quoteName } from '../schema/quote.ts';
import {
  definitions,
  NO_CONSTRAINTS,
  readConstraints,
  type Constraints,
  type IndexPart,
} from '../schema/constraints.ts';
import type { Reader, TextRow } from './side.ts';

/** What is needed about a column in order to compare its values exactly. */
export interface ComparedColumn {
  readonly name: string;
  /** The type in lower case, such as `varchar`. */
  readonly type: string;
  /**
   * The definition as SHOW CREATE TABLE shows it, with NULL, character set and collation; both sides must agree on it.
   */
  readonly definition: string;
  readonly nullable: boolean;
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** Bytes of the longest string that fits; 0 if it is not a string. */
  readonly longest: number;
}

/** An index or a constraint, in SQL without its name. */
export interface Definition {
  /** The kind, such as `UNIQUE KEY`. */
  readonly kind: string;
  readonly text: string;
}

/** A table on one side. */
export interface Shape {
  readonly table: string;
  readonly columns: readonly ComparedColumn[];
  /** The primary key's columns; empty if there is none, or if it contains only a prefix of a column. */
  readonly key: readonly ComparedColumn[];
  /** The primary key in SQL, including prefixes; null if there is none. */
  readonly primaryKey: string | null;
  readonly constraints: Constraints;
  /** Every index except the primary key, every foreign key and every CHECK. */
  readonly definitions: readonly Definition[];
  /** An estimate of the number of rows. */
  readonly rows: number;
}

/** What one side's table has and the other's lacks; null stands for nothing. */
export interface SchemaDifference {
  /** A column, `PRIMARY KEY`, `TABLE`, or an index or a constraint by its kind: `UNIQUE KEY`. */
  readonly what: string;
  readonly source: string | null;
  readonly target: string | null;
}

/**
 * Reads columns, keys and constraints from information_schema, by table; a table that does not exist has no entry. All
 * tables are read together, because there can be hundreds.
 */
export async function readShapes(reader: Reader, tables: readonly string[]): Promise<ReadonlyMap<string, Shape>> {
  if (tables.length === 0) return new Map();
  const read = reader.asking('information_schema');
  const own = 'table_schema = DATABASE() AND table_name IN (?)';
  const columns = await read(
    `SELECT table_name AS ofTable, column_name AS name, data_type AS type, column_type AS definition,
       is_nullable AS nullable, character_set_name AS characterSet, collation_name AS collation,
       character_octet_length AS longest
     FROM information_schema.columns WHERE ${own} ORDER BY table_name, ordinal_position`,
    [tables],
  );
  const estimates = await read(
    `SELECT table_name AS ofTable, table_rows AS estimated FROM information_schema.tables WHERE ${own}`,
    [tables],
  );
  const constraints = await readConstraints(read, tables);
  const rows = new Map(estimates.map(({ ofTable, estimated }) => [ofTable, Number(estimated ?? 0)]));
  const byTable = Map.groupBy(columns, ({ ofTable }) => ofTable ?? '');
  return new Map(
    [...byTable].map(([table, its]) => {
      const shape = shapeOf(its.map(columnOf), constraints.get(table) ?? NO_CONSTRAINTS);
      return [table, { table, rows: rows.get(table) ?? 0, ...shape }];
    }),
  );
}

function shapeOf(columns: readonly ComparedColumn[], constraints: Constraints): Omit<Shape, 'table' | 'rows'> {
  const parts = constraints.indexes.find(({ name }) => name === 'PRIMARY')?.parts ?? [];
  const isWhole = parts.every(({ length }) => length === null);
  const key = parts.flatMap((part) => columns.filter(({ name }) => name === part.column));
  return {
    columns,
    key: isWhole ? key : [],
    primaryKey: parts.length === 0 ? null : parts.map(keyPart).join(', '),
    constraints,
    definitions: definitions(constraints),
  };
}

/**
 * Returns how two tables differ. The order of columns, defaults, AUTO_INCREMENT, and the names of indexes and
 * constraints do not matter.
 */
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
  rows.push({ what: 'PRIMARY KEY', source: source.primaryKey, target: target.primaryKey });
  return [
    ...rows.filter((row) => row.source !== row.target),
    ...lacking(source, target).map(({ kind, text }) => ({ what: kind, source: text, target: null })),
    ...lacking(target, source).map(({ kind, text }) => ({ what: kind, source: null, target: text })),
  ];
}

/** Returns what the first has and the second lacks or has less often. */
function lacking({ definitions: all }: Shape, other: Shape): Definition[] {
  const rest = other.definitions.map(textOf);
  return all.filter((definition) => {
    const at = rest.indexOf(textOf(definition));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function textOf({ kind, text }: Definition): string {
  return `${kind} ${text}`;
}

/** Returns the columns that both sides have, as the source has them, and a key if both agree on it. */
export function commonShape(source: Shape, target: Shape): Shape {
  const sameKey =
    keyOf(source) === keyOf(target) &&
    source.key.every((column) => column.definition === definitionOf(target, column.name));
  const columns = source.columns.flatMap((column) => {
    const other = target.columns.find(({ name }) => name === column.name);
    return other === undefined ? [] : [{ ...column, nullable: column.nullable || other.nullable }];
  });
  return { ...source, columns, key: sameKey ? source.key : [] };
}

function definitionOf(shape: Shape, name: string): string | null {
  return shape.columns.find((column) => column.name === name)?.definition ?? null;
}

function keyOf(shape: Shape): string | null {
  return shape.key.length === 0 ? null : shape.key.map(({ name }) => quoteName(name)).join(', ');
}

function columnOf(row: TextRow): ComparedColumn {
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
    longest: Number(row['longest'] ?? 0),
  };
}

function keyPart({ column, length }: IndexPart): string {
  const name = quoteName(column ?? '');
  return length === null ? name : `${name}(${length})`;
}
