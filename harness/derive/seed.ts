import { usage } from '../errors.ts';
import type { ColumnGenerator, Seed } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { exactRange, generatorFor, makesItself } from './columns.ts';
import { distinct } from './distinct.ts';
import type { Draft, SeedOptions } from './draft.ts';

export interface DerivedSeed {
  readonly seed: Seed;
  /** What could not be done as asked, such as fewer rows because a unique key has no more values. */
  readonly notes: readonly string[];
}

/**
 * Makes a seed from a schema alone: values by type and name, foreign keys that resolve, and unique keys that hold.
 *
 * @throws usage for a column without known values, or for a column that `columns` names and that does not exist.
 */
export function deriveSeed(tables: readonly Table[], { rows, columns }: SeedOptions): DerivedSeed {
  refuseUnknown(tables, columns);
  const drafts = tables.map((table) => draftOf(table, rows.get(table.name) ?? 0, columns));
  const notes: string[] = [];
  const byName = new Map(drafts.map((draft) => [draft.table.name, draft]));
  // Parents first: how many rows they have decides how many children can be told apart.
  for (const draft of parentsFirst(drafts, byName)) {
    refer(draft, byName, columns);
    notes.push(...leaveIds(draft, columns));
    notes.push(...distinct(draft, byName, columns));
  }
  const seed = Object.fromEntries(
    drafts.map(({ table, rows: count, columns: all }) => [
      table.name,
      { rows: count, columns: Object.fromEntries(all) },
    ]),
  );
  return { seed: { tables: seed }, notes };
}

function draftOf(table: Table, rows: number, asked: SeedOptions['columns']): Draft {
  const checks = table.checks.filter(({ enforced }) => enforced).map(({ clause }) => clause);
  const columns = new Map<string, ColumnGenerator>();
  for (const column of table.columns) {
    const generator = asked[`${table.name}.${column.name}`] ?? derived(table, column, checks);
    if (generator !== null) columns.set(column.name, generator);
  }
  return { table, rows, columns };
}

/** Null if the server fills it in by itself. */
function derived(table: Table, column: Column, checks: readonly string[]): ColumnGenerator | null {
  if (makesItself(column)) return null;
  if (column.isAutoIncrement) return { kind: 'sequence', start: 1, step: 1, nullFraction: 0 };
  const generator = generatorFor(column, checks);
  if (generator !== null) return generator;
  if (column.isNullable || column.default !== null) return null;
  throw usage({
    what: 'There is a column for which no values are known.',
    seen: `${column.name} ${column.definition} NOT NULL`,
    where: table.name,
    next: `Say how to generate it: data.columns: { '${table.name}.${column.name}': { kind: 'pick', values: […] } }`,
  });
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

/** Returns tables in an order in which parents come before their children; cycles are cut somewhere. */
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
 * Leaves half of the values of an auto_increment column for what the application inserts.
 *
 * @returns what was made smaller.
 */
function leaveIds(draft: Draft, asked: SeedOptions['columns']): string[] {
  const { table, rows } = draft;
  const column = table.columns.find(({ isAutoIncrement }) => isAutoIncrement);
  if (column === undefined || asked[`${table.name}.${column.name}`] !== undefined) return [];
  const most = Math.floor((exactRange(column)?.[1] ?? Infinity) / 2);
  if (rows <= most) return [];
  draft.rows = most;
  return [`${table.name}: ${most} rows in place of ${rows}, half of what ${column.name} ${column.definition} can hold`];
}

/**
 * Makes the columns of foreign keys take their values from the parent's rows; all columns of one key from the same row.
 */
function refer(draft: Draft, byName: ReadonlyMap<string, Draft>, asked: SeedOptions['columns']): void {
  const { table } = draft;
  for (const key of table.foreignKeys) {
    if (key.columns.some((column) => asked[`${table.name}.${column}`] !== undefined)) continue;
    const parent = key.parentSchema === null ? byName.get(key.parentTable) : undefined;
    const isTaken = key.columns.some((column) => draft.columns.get(column)?.kind === 'reference');
    const isThere = parent !== undefined && parent.rows > 0;
    if (!isThere || isTaken) leaveNull(draft, key, isTaken ? 'its column is part of another' : 'its parent has no row');
    else {
      for (const [at, column] of key.columns.entries()) {
        draft.columns.set(column, referenceOf(draft, column, key, at));
      }
    }
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

/** If a key cannot resolve, one of its columns has to be NULL. */
function leaveNull(draft: Draft, key: ForeignKey, why: string): void {
  const free = key.columns.filter((column) => draft.columns.get(column)?.kind !== 'reference');
  const column = free.find((each) => draft.table.columns.find(({ name }) => name === each)?.isNullable === true);
  if (column !== undefined) {
    draft.columns.set(column, { kind: 'pick', values: [null], nullFraction: 0 });
    return;
  }
  if (draft.rows === 0) return;
  throw usage({
    what: 'A foreign key cannot resolve in generated rows.',
    expected: `rows of ${key.parentTable} to refer to, or a column that can be NULL`,
    seen: `${key.name} (${key.columns.join(', ')}): ${why}`,
    where: draft.table.name,
    next: `Move ${key.parentTable} with rows of its own, set data.rows of ${draft.table.name} to 0, or give values in data.columns.`,
  });
}
