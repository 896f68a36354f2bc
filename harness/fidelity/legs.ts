import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';

/**
 * The direction of changes: to the target, back to the source once writes are on the target, and to the target again.
 */
export const DIRECTIONS = ['there', 'back', 'again'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * What brings a value to the other side. A stream writes several rows of one statement with different code than a
 * single row (vplayer.go, applyRowEvent). It also does so for deletes, but only by the key of a table whose key is one
 * column, and here that is `id`.
 */
export const PATHS = ['copied', 'inserted alone', 'inserted together', 'untouched', 'changed', 'deleted'] as const;
export type Path = (typeof PATHS)[number];

/** One path in one direction, with rows of its own in every table. */
export interface Leg {
  readonly direction: Direction;
  readonly path: Path;
  /** Its rows have the ids `block * BLOCK + 1` and so on, one for each value. */
  readonly block: number;
}

/** How many ids a leg has for itself, which is one more than the most values that a table may have. */
export const BLOCK = 100;

/** The legs in the order in which they are taken. Rows are copied once, on the way there. */
export const LEGS: readonly Leg[] = DIRECTIONS.flatMap((direction) =>
  PATHS.filter((path) => path !== 'copied' || direction === 'there').map((path) => ({ direction, path })),
).map((leg, at) => ({ ...leg, block: at + 1 }));

/** The database with the values as they were written, on either side; it does not move. */
export const REFERENCE = 'fidelity';

/**
 * A column that every table of a case has, and that is judged like the others: if a value stays the same, only this
 * column shows that a change did not arrive.
 */
export const TOUCHED = 'touched';

/** A column whose values are judged. */
export interface ValueColumn {
  readonly name: string;
  /** The type in lower case, such as `varchar`. */
  readonly dataType: string;
  /** The whole type as in SHOW CREATE TABLE, with its character set or SRID. */
  readonly type: string;
  readonly isNullable: boolean;
  /** Whether it is a part of the primary key. */
  readonly inKey: boolean;
  readonly isGenerated: boolean;
  /** Whether the server that is written to chooses its values, so that they differ from those of the reference. */
  readonly isOfServer: boolean;
}

/** A table of a case. It has an `id`, which is 1, 2, 3 … in the reference; `touched` is among its columns. */
export interface ValueTable {
  readonly name: string;
  readonly columns: readonly ValueColumn[];
  /** How many rows the reference has. */
  readonly rows: number;
  /** SQL for the new value of a column if it is not that of `other`, by column. */
  readonly changedBy: ReadonlyMap<string, string>;
}

export function nameOfLeg({ direction, path }: Leg): string {
  return `${direction} ${path}`;
}

/** The side that is written to. */
export function servingSide(direction: Direction): Side {
  return direction === 'back' ? 'target' : 'source';
}

/** Returns the ids of the reference's rows. */
export function rowsOf({ rows }: Pick<ValueTable, 'rows'>): readonly number[] {
  return Array.from({ length: rows }, (_, at) => at + 1);
}

/** Returns the id of a leg's row with the value of this row of the reference. */
export function idOf({ block }: Leg, row: number): number {
  return block * BLOCK + row;
}

/** Returns the row of the reference that equals a leg's row after the leg; null if it is deleted. */
export function expectedRow({ path }: Leg, row: number, { rows }: Pick<ValueTable, 'rows'>): number | null {
  if (path === 'deleted') return null;
  return path === 'changed' ? (row % rows) + 1 : row;
}

export function isInserted({ path }: Leg): boolean {
  return path === 'inserted alone' || path === 'inserted together';
}

/** Legs whose rows exist before the copy begins. */
export const COPIED_LEGS = LEGS.filter((leg) => !isInserted(leg));

/** Returns SQL that adds a leg's rows to a table, with the values of the reference: all of them, or one. */
export function insertion(leg: Leg, table: ValueTable, row: number | null = null): string {
  const names = written(table).map(({ name }) => quoteName(name));
  const columns = ['id', ...names].join(', ');
  const values = [`id + ${leg.block * BLOCK}`, ...names].join(', ');
  const which = row === null ? 'ORDER BY id' : `WHERE id = ${row}`;
  return `INSERT INTO ${quoteName(table.name)} (${columns}) SELECT ${values} FROM ${referenceOf(table)} ${which}`;
}

/** Returns the statements for a leg while the stream runs; none for a copy. */
export function change(leg: Leg, table: ValueTable): readonly string[] {
  const name = quoteName(table.name);
  const isOfLeg = `BETWEEN ${idOf(leg, 1)} AND ${idOf(leg, BLOCK - 1)}`;
  const statements: Readonly<Record<Path, readonly string[]>> = {
    copied: [],
    'inserted alone': rowsOf(table).map((row) => insertion(leg, table, row)),
    'inserted together': [insertion(leg, table)],
    untouched: [`UPDATE ${name} SET ${TOUCHED} = ${TOUCHED} + 1 WHERE id ${isOfLeg}`],
    changed: [`UPDATE ${withOther(table)} SET ${changes(table).join(', ')} WHERE own.id ${isOfLeg}`],
    deleted: [`DELETE FROM ${name} WHERE id ${isOfLeg}`],
  };
  return statements[leg.path];
}

/** Joins each row with the row of the reference whose value it becomes. */
function withOther(table: ValueTable): string {
  const next = `MOD(own.id, ${BLOCK}) % ${table.rows} + 1`;
  return `${quoteName(table.name)} AS own JOIN ${referenceOf(table)} AS other ON other.id = ${next}`;
}

function changes(table: ValueTable): string[] {
  return written(table).map((column) => `own.${quoteName(column.name)} = ${otherValue(table, column)}`);
}

function otherValue({ changedBy }: ValueTable, { name }: ValueColumn): string {
  return changedBy.get(name) ?? `other.${quoteName(name)}`;
}

/** Returns the columns that statements name. */
function written({ columns }: ValueTable): readonly ValueColumn[] {
  return columns.filter(({ isGenerated, isOfServer }) => !isGenerated && !isOfServer);
}

function referenceOf({ name }: ValueTable): string {
  return `${REFERENCE}.${quoteName(name)}`;
}
