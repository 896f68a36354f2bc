import { usage } from '../errors.ts';
import type { ColumnGenerator, Seed } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { exactRange, generatorFor, makesItself } from './columns.ts';
import { distinct } from './distinct.ts';
import type { Draft, RowCounts, SeedOptions } from './draft.ts';

export interface DerivedSeed {
  readonly seed: Seed;
  /** All tables, parents before their children as far as possible. */
  readonly tables: readonly Table[];
  /** What differs from the request, such as fewer rows because a unique key has no more values. */
  readonly notes: readonly string[];
}

/**
 * Makes a seed from only a schema: values by type and name, foreign keys that resolve, and unique keys that hold. A
 * table for which that is impossible gets no rows, and a note.
 *
 * @throws usage for a column that `columns` names and that does not exist.
 */
export function deriveSeed(tables: readonly Table[], options: SeedOptions): DerivedSeed {
  const { rows, columns, existing = new Map() } = options;
  refuseUnknown(tables, columns);
  const notes: string[] = [];
  const drafts = tables.map((table) => draftOf(table, rows.get(table.name) ?? 0, columns, notes));
  const byName = new Map(drafts.map((draft) => [draft.table.name, draft]));
  const countOf = (table: string) => byName.get(table)?.rows ?? existing.get(table)?.rows.length ?? 0;
  // Parents come first, because their number of rows limits how many distinct children there can be.
  const ordered = parentsFirst(drafts, byName);
  for (const draft of ordered) {
    notes.push(...refer(draft, byName, columns, countOf));
    notes.push(...leaveIds(draft, columns));
    notes.push(...distinct(draft, countOf, columns));
  }
  const seed = Object.fromEntries(
    drafts.map(({ table, rows: count, columns: all }) => [
      table.name,
      { rows: count, columns: Object.fromEntries(all) },
    ]),
  );
  return { seed: { tables: seed }, tables: ordered.map(({ table }) => table), notes };
}

function draftOf(table: Table, rows: number, asked: SeedOptions['columns'], notes: string[]): Draft {
  const draft: Draft = { table, rows, columns: new Map() };
  const checks = table.checks.filter(({ enforced }) => enforced).map(({ clause }) => clause);
  for (const column of table.columns) {
    const generator = asked[`${table.name}.${column.name}`] ?? derived(column, checks);
    if (generator === 'unknown')
      notes.push(...leaveEmpty(draft, `no values are known for ${column.name} ${column.definition}`));
    else if (generator !== null) draft.columns.set(column.name, generator);
  }
  return draft;
}

/** @returns a note, if rows were requested. */
function leaveEmpty(draft: Draft, why: string): string[] {
  const { table, rows } = draft;
  draft.rows = 0;
  if (rows === 0) return [];
  return [
    `${table.name}: 0 of ${rows.toLocaleString('en')} rows, because ${why}; data.columns can say how to make them`,
  ];
}

/** Returns null if the server fills in the column; `unknown` if it does not, and no values are known. */
function derived(column: Column, checks: readonly string[]): ColumnGenerator | 'unknown' | null {
  if (makesItself(column)) return null;
  if (column.isAutoIncrement) return { kind: 'sequence', start: 1, step: 1, nullFraction: 0 };
  const generator = generatorFor(column, checks);
  if (generator !== null) return generator;
  return column.isNullable || column.default !== null ? null : 'unknown';
}

function refuseUnknown(tables: readonly Table[], columns: SeedOptions['columns']): void {
  const known = new Set(tables.flatMap(({ name, columns: all }) => all.map((column) => `${name}.${column.name}`)));
  const unknown = Object.keys(columns).filter((place) => !known.has(place));
  if (unknown.length === 0) return;
  throw usage({
    what: 'data.columns names columns that do not exist.',
    expected: 'table.column, of a table that moves',
    seen: unknown.join(', '),
    where: 'data.columns of the config',
  });
}

/** Returns tables with parents before their children; cycles are cut somewhere. */
function parentsFirst(drafts: readonly Draft[], byName: ReadonlyMap<string, Draft>): readonly Draft[] {
  const ordered = new Set<Draft>();
  const open = new Set<Draft>();
  const visit = (draft: Draft): void => {
    if (ordered.has(draft) || open.has(draft)) return;
    open.add(draft);
    for (const { parentSchema, parentTable } of draft.table.foreignKeys) {
      const parent = parentSchema === null ? byName.get(parentTable) : undefined;
      if (parent !== undefined) visit(parent);
    }
    ordered.add(draft);
  };
  drafts.forEach(visit);
  return [...ordered];
}

/**
 * Leaves half of the values of an auto_increment column for the application's inserts.
 *
 * @returns a note if there are fewer rows because of this.
 */
function leaveIds(draft: Draft, asked: SeedOptions['columns']): string[] {
  const { table, rows } = draft;
  const column = table.columns.find(({ isAutoIncrement }) => isAutoIncrement);
  if (column === undefined || asked[`${table.name}.${column.name}`] !== undefined) return [];
  const most = Math.floor((exactRange(column)?.[1] ?? Infinity) / 2);
  if (rows <= most) return [];
  draft.rows = most;
  return [`${table.name}: ${most} rows instead of ${rows}, half of what ${column.name} ${column.definition} can hold`];
}

/**
 * Makes the columns of foreign keys take their values from the parent's rows; all columns of a key use the same row.
 *
 * @returns a note for each table that gets fewer rows because of this.
 */
function refer(
  draft: Draft,
  byName: ReadonlyMap<string, Draft>,
  asked: SeedOptions['columns'],
  countOf: RowCounts,
): string[] {
  const { table } = draft;
  const notes: string[] = [];
  for (const key of table.foreignKeys) {
    if (key.columns.some((column) => asked[`${table.name}.${column}`] !== undefined)) continue;
    const isTaken = key.columns.some((column) => draft.columns.get(column)?.kind === 'reference');
    const isThere = key.parentSchema === null && countOf(key.parentTable) > 0;
    const isCircle = key.columns.some((column) => leadsBack(table.name, column, key, byName));
    if (!isThere || isTaken || isCircle) notes.push(...leaveNull(draft, key, isThere));
    else {
      for (const [at, column] of key.columns.entries()) {
        draft.columns.set(column, referenceOf(draft, column, key, at));
      }
    }
  }
  return notes;
}

/** Whether the value that a column would take comes from the column itself, through other references. */
function leadsBack(table: string, column: string, key: ForeignKey, byName: ReadonlyMap<string, Draft>): boolean {
  let [at, name] = [key.parentTable, key.parentColumns[key.columns.indexOf(column)] ?? column];
  for (;;) {
    if (at === table && name === column) return true;
    const next = byName.get(at)?.columns.get(name);
    if (next?.kind !== 'reference') return false;
    [at, name] = [next.table, next.column];
  }
}

function referenceOf({ table }: Draft, column: string, key: ForeignKey, at: number): ColumnGenerator {
  const isNullable = key.columns.every((each) => table.columns.find(({ name }) => name === each)?.isNullable === true);
  return {
    kind: 'reference',
    table: key.parentTable,
    column: key.parentColumns[at] ?? column,
    ...(key.columns.length > 1 ? { row: key.name } : {}),
    nullFraction: isNullable ? 0.05 : 0,
  };
}

/** If a key cannot resolve, one of its columns has to be NULL, or there are no rows. @returns notes about that. */
function leaveNull(draft: Draft, key: ForeignKey, isTried: boolean): string[] {
  const free = key.columns.filter((column) => draft.columns.get(column)?.kind !== 'reference');
  const column = free.find((each) => draft.table.columns.find(({ name }) => name === each)?.isNullable === true);
  if (column !== undefined) {
    draft.columns.set(column, { kind: 'pick', values: [null], nullFraction: 0 });
    return [];
  }
  // The column's own values are tried; rows whose values do not lead to a row are corrected or removed later.
  if (isTried) return [];
  const reason = `${key.parentTable} has no row to refer to`;
  return leaveEmpty(draft, `${key.name} (${key.columns.join(', ')}) cannot resolve: ${reason}`);
}
