import type { LoadedRows } from '../fixture/fixture.ts';
import type { ParameterGenerator } from '../fixture/generators.ts';
import { integerRange, type Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { makesItself } from './columns.ts';
import { demandOf, type Demand, type ValueRefusal } from './demands.ts';
import {
  CHOICES,
  insertionOf,
  onlyHappensToHold,
  noRoom,
  waysToTellApart,
  type InsertionSources,
  type Likeness,
} from './insertions.ts';
import { isNameable, rowKey } from './keys.ts';
import { isPlain, Names } from './names.ts';
import { valueOf, type Unweighted } from './statement.ts';
import type { TryStatement } from './trial.ts';

/** The facts from which the statements on one table are derived. */
export interface StatementSources extends Omit<InsertionSources, 'loaded'> {
  readonly tables: readonly Table[];
  readonly loaded: ReadonlyMap<string, LoadedRows>;
  /** Adds the table's other columns to its rows in `loaded`. */
  readonly widen: () => Promise<void>;
  readonly tryStatement: TryStatement;
}

export interface TableStatements {
  readonly statements: readonly Unweighted[];
  /** The statements that the table does not have, and why. */
  readonly missing: readonly string[];
}

/** How many updates are tried before giving up. */
const MOST_UPDATES = 8;

/**
 * Derives the statements on one table: a read, an update, an insert, and a delete of inserted rows. Each is tried on
 * the source; one that it refuses is replaced by another form, or left out.
 */
export async function statementsOf(sources: StatementSources): Promise<TableStatements> {
  const statements: Unweighted[] = [];
  const missing: string[] = [];
  const add = (found: Unweighted | string, what: string) => {
    if (typeof found === 'string') missing.push(`no ${what}: ${found}`);
    else statements.push(found);
  };
  const named = rowParameters(sources);
  if (typeof named === 'string') missing.push(`no reads or updates: ${named}`);
  else {
    add(await readOf(sources, named), 'reads');
    add(await updateOf(sources, named), 'updates');
  }
  const insertion = await firstInsertion(sources);
  add(insertion, 'inserts');
  if (typeof insertion === 'string') return { statements, missing };
  const deletion = deleteOf(sources, insertion);
  if (deletion !== null && (await refusalOf(sources, deletion)) === null) statements.push(deletion);
  return { statements, missing };
}

/** How a statement names one of the rows that were loaded. */
interface NamedRow {
  readonly names: Names;
  readonly where: string;
  readonly parameters: Readonly<Record<string, ParameterGenerator>>;
}

function rowParameters({ table, loaded }: StatementSources): NamedRow | string {
  const key = rowKey(table);
  const there = loaded.get(table.name);
  if (key.length === 0) return 'it has no key whose columns are never NULL';
  const unnamed = key.find((column) => !isNameable(column));
  if (unnamed !== undefined)
    return `a value of ${unnamed.name} ${unnamed.definition}, in its key, does not find its row`;
  if (there === undefined) return 'it has no row';
  const names = new Names();
  return {
    names,
    where: key.map(({ name }) => `${quoteName(name)} = :${names.of(name)}`).join(' AND '),
    parameters: Object.fromEntries(
      key.map(({ name }): [string, ParameterGenerator] => [
        names.of(name),
        { kind: 'key', table: table.name, column: name, from: 'loaded', ...(key.length > 1 ? { row: 'key' } : {}) },
      ]),
    ),
  };
}

async function readOf(sources: StatementSources, { where, parameters }: NamedRow): Promise<Unweighted | string> {
  const { name } = sources.table;
  const sql = `SELECT * FROM ${quoteName(name)} WHERE ${where}`;
  const read = { name: `read ${name}`, kind: 'read', table: name, sql, parameters } as const;
  const refusal = await refusalOf(sources, read);
  return refusal === null ? read : describe(sources, refusal);
}

/** A column that may be updated, and how its values are generated. */
interface Change {
  readonly column: Column;
  readonly generator: ParameterGenerator;
  /** Whether a CHECK or a partition uses the column. */
  readonly isDoubtful: boolean;
}

/**
 * Derives an update of one column that is not part of a unique key, preferably one on which nothing else depends.
 * Otherwise, in this order: a column with values from other rows, which a CHECK of only this column accepts; a
 * reference to another row; a unique value that no row has.
 */
async function updateOf(sources: StatementSources, named: NamedRow): Promise<Unweighted | string> {
  const { table, demands } = sources;
  const ofUnique = demands.filter(({ kind }) => kind === 'unique').flatMap(({ columns }) => columns);
  const inKeys = new Set([...ofUnique, ...table.foreignKeys.flatMap(({ columns }) => columns)]);
  const open = table.columns.filter(
    (column) =>
      !inKeys.has(column.name) && !makesItself(column) && !column.isUpdatedByServer && !column.isAutoIncrement,
  );
  const demanded = new Set(demands.flatMap(({ columns }) => columns));
  const isDoubtful = ({ name }: Column) => demanded.has(name);
  const columns = open.toSorted((a, b) => Number(isDoubtful(a)) - Number(isDoubtful(b)));
  const made = columns.flatMap((column): Change[] => {
    const generator = valueOf(column, table);
    return generator === null ? [] : [{ column, generator, isDoubtful: isDoubtful(column) }];
  });
  const found = await firstUpdate(sources, named, made);
  if (found !== null && 'sql' in found) return found;
  await sources.widen();
  const others = columns.map((column): Change => {
    const generator = { kind: 'key', table: table.name, column: column.name, from: 'loaded' } as const;
    return { column, generator, isDoubtful: isDoubtful(column) };
  });
  const changes = [...others.slice(0, MOST_UPDATES), ...referring(sources, ofUnique), ...(await renaming(sources))];
  const last = await firstUpdate(sources, named, changes);
  if (last !== null && 'sql' in last) return last;
  const refusal = last ?? found;
  return refusal === null ? 'every column is part of a key, or its server computes it' : describe(sources, refusal);
}

/** @returns the first update that the source accepts, or why it refused the last one; null if there is none. */
async function firstUpdate(
  sources: StatementSources,
  named: NamedRow,
  changes: readonly Change[],
): Promise<Unweighted | ValueRefusal | null> {
  let last: ValueRefusal | null = null;
  for (const { column, generator, isDoubtful } of changes.slice(0, 2 * MOST_UPDATES)) {
    const update = setting(sources, named, column, generator);
    last = await refusalOf(sources, update, isDoubtful);
    if (last === null) return update;
  }
  return last;
}

/** Returns changes of unique values to new ones, if nothing refers to them and they do not identify a row. */
async function renaming(sources: StatementSources): Promise<Change[]> {
  const { table, tables, demands } = sources;
  const bound = new Set([
    ...rowKey(table).map(({ name }) => name),
    ...tables.flatMap(({ foreignKeys }) =>
      foreignKeys.filter(({ parentTable }) => parentTable === table.name).flatMap(({ parentColumns }) => parentColumns),
    ),
  ]);
  const unique = demands.filter(({ kind }) => kind === 'unique').flatMap(({ columns }) => columns);
  const free = table.columns.filter(({ name }) => unique.includes(name) && !bound.has(name));
  const ofOthers = new Set(demands.filter(({ kind }) => kind !== 'unique').flatMap(({ columns }) => columns));
  const ways = await waysToTellApart(sources, free, null);
  return ways.flatMap(([name, generator]): Change[] => {
    const column = free.find((each) => each.name === name);
    return column === undefined ? [] : [{ column, generator, isDoubtful: ofOthers.has(name) }];
  });
}

/** Returns changes of references to other rows of their parents. */
function referring({ table, loaded, demands }: StatementSources, ofUnique: readonly string[]): Change[] {
  const ofOthers = new Set(demands.filter(({ kind }) => kind !== 'unique').flatMap(({ columns }) => columns));
  return table.foreignKeys.flatMap(({ columns, parentSchema, parentTable, parentColumns }): Change[] => {
    const [name = '', ...more] = columns;
    const [parentColumn = ''] = parentColumns;
    const column = table.columns.find((each) => each.name === name);
    const isThere = parentSchema === null && loaded.get(parentTable)?.columns.includes(parentColumn) === true;
    if (column === undefined || more.length > 0 || !isThere || ofUnique.includes(name)) return [];
    const generator = { kind: 'key', table: parentTable, column: parentColumn, from: 'loaded' } as const;
    return [{ column, generator, isDoubtful: ofOthers.has(name) }];
  });
}

function setting(
  { table }: StatementSources,
  { names, where, parameters }: NamedRow,
  column: Column,
  generator: ParameterGenerator,
): Unweighted {
  const value = names.of(column.name);
  const sql = `UPDATE ${quoteName(table.name)} SET ${quoteName(column.name)} = :${value} WHERE ${where}`;
  return {
    name: `update ${table.name}`,
    kind: 'update',
    table: table.name,
    sql,
    parameters: { ...parameters, [value]: generator },
  };
}

/**
 * Derives an insert. Columns in a CHECK or a partition may get the values of an existing row, which fit together; the
 * trial decides whether that is necessary, and whether it is enough.
 */
async function firstInsertion(sources: StatementSources): Promise<Unweighted | string> {
  const { table, demands } = sources;
  const room = noRoom(table);
  if (room !== null) return room;
  const isDemanding = demands.some(({ kind }) => kind !== 'unique');
  const forms: readonly Likeness[] = isDemanding ? ['demanded', 'one', 'all', 'nulls', 'none'] : ['none', 'all'];
  let last: ValueRefusal | null = null;
  let reason: string | null = null;
  const tried = new Set<string>();
  for (const likeness of forms) {
    if (likeness !== 'none') await sources.widen();
    for (let choice = 0; choice < CHOICES; choice++) {
      const insertion = await insertionOf(sources, likeness, choice);
      if (typeof insertion === 'string') {
        reason ??= insertion;
        // Another row may have NULL where this one does not.
        if (likeness === 'nulls') continue;
        break;
      }
      const form = JSON.stringify(insertion);
      if (tried.has(form)) continue;
      tried.add(form);
      const refusal = await refusalOf(sources, insertion, isDemanding && onlyHappensToHold(likeness));
      if (refusal === null) return insertion;
      last ??= refusal;
    }
  }
  return last === null ? (reason ?? 'no value is known') : describe(sources, last);
}

/**
 * Derives a delete of inserted rows, by a key whose values are known because the server generates them or the insert
 * sends them. Nothing may refer to the table.
 */
function deleteOf({ table, tables }: StatementSources, { parameters: sent }: Unweighted): Unweighted | null {
  const key = rowKey(table);
  const isReferenced = tables.some(({ foreignKeys }) =>
    foreignKeys.some(({ parentSchema, parentTable }) => parentSchema === null && parentTable === table.name),
  );
  const isKnown = (column: Column) =>
    isExact(column) && (column.isAutoIncrement || (isPlain(column.name) && Object.hasOwn(sent, column.name)));
  if (isReferenced || key.length === 0 || !key.every(isKnown)) return null;
  const names = new Names();
  const where = key.map(({ name }) => `${quoteName(name)} = :${names.of(name)}`).join(' AND ');
  const parameters = key.map(({ name }): [string, ParameterGenerator] => [
    names.of(name),
    { kind: 'key', table: table.name, column: name, from: 'inserted', ...(key.length > 1 ? { row: 'own' } : {}) },
  ]);
  const sql = `DELETE FROM ${quoteName(table.name)} WHERE ${where}`;
  return {
    name: `delete ${table.name}`,
    kind: 'delete',
    table: table.name,
    sql,
    parameters: Object.fromEntries(parameters),
  };
}

/** Whether the column can be compared with a value of any form, such as one that no row has. */
function isExact(column: Column): boolean {
  return integerRange(column) !== null || /char|text|^(?:var)?binary$/.test(column.type);
}

/** Whether the table has transactions; without them, the server would keep what was tried. */
async function refusalOf(
  { table, loaded, tryStatement }: StatementSources,
  statement: Unweighted,
  isDoubtful = false,
): Promise<ValueRefusal | null> {
  if (table.engine !== 'InnoDB') return null;
  const { name: _, ...rest } = statement;
  return await tryStatement(rest, loaded, isDoubtful);
}

function describe(
  { table, demands }: { readonly table: Table; readonly demands: readonly Demand[] },
  refusal: ValueRefusal,
): string {
  return `${demandOf(refusal, demands, table).name} refuses every form that was tried`;
}
