import type { LoadedRows } from '../fixture/fixture.ts';
import type { ParameterGenerator } from '../fixture/generators.ts';
import { integerRange, type Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { writeValue } from '../workload/literal.ts';
import { makesItself } from './columns.ts';
import type { Demand } from './demands.ts';
import { countsUp, freeValues, isDistinct, ROOM } from './free-values.ts';
import { Names } from './names.ts';
import { valueOf, type Unweighted } from './statement.ts';

export interface InsertionSources {
  readonly table: Table;
  readonly demands: readonly Demand[];
  readonly loaded: ReadonlyMap<string, LoadedRows>;
  /** Returns the greatest value of a column; null if there is none. */
  readonly greatest: (table: string, column: string) => Promise<string | null>;
  /**
   * Finds rows of the parent to which no row of the table refers by this key, and adds them to `loaded` under a name.
   */
  readonly unreferred: (table: Table, key: ForeignKey) => Promise<string | null>;
}

/** An insert that may be accepted, or why there can be none. */
export type Insertion = Unweighted | string;

/**
 * Which columns have the values of an existing row: none, those in a CHECK or a partition, or all. `one`: like
 * `demanded`, but from the same row in every insert, so that the columns that distinguish rows can be chosen for it.
 * `nulls`: NULL where such a row has NULL, and generated values elsewhere, which satisfies a CHECK on which columns
 * have a value.
 */
export type Likeness = 'none' | 'demanded' | 'one' | 'nulls' | 'all';

/** Whether values in this form meet a CHECK or a partition only by chance. */
export function onlyHappensToHold(likeness: Likeness): boolean {
  return likeness === 'none' || likeness === 'nulls';
}

/** How many choices of columns that distinguish rows are tried. */
export const CHOICES = 6;

/** Returns how many values AUTO_INCREMENT has left, or null if its column does not have whole numbers. */
function roomFor({ columns, autoIncrement }: Table): bigint | null {
  const column = columns.find(({ isAutoIncrement }) => isAutoIncrement);
  const range = column === undefined ? null : integerRange(column);
  return range === null ? null : range.max - BigInt(autoIncrement ?? 1) + 1n;
}

/** Returns why no insert is possible with any values; null if one may be. */
export function noRoom(table: Table): string | null {
  const room = roomFor(table);
  return room !== null && room < ROOM ? `its AUTO_INCREMENT has room for ${room} rows` : null;
}

/**
 * Returns an insert whose keys do not collide and whose foreign keys resolve.
 *
 * @param choice which of the ways to distinguish rows is used in every key: the first, the second, …
 */
export async function insertionOf(sources: InsertionSources, likeness: Likeness, choice: number): Promise<Insertion> {
  const { table, loaded } = sources;
  const parameters = new Map<string, Sent>();
  const example = exampleOf(sources, likeness, choice);
  const alikes = alikeColumns(sources, likeness);
  if (likeness === 'nulls' && !alikes.some((name) => example?.get(name) === null))
    return 'the row that it is like has no NULL in a column that a CHECK or a partition is about';
  for (const name of alikes) {
    if (likeness === 'nulls' && example?.get(name) !== null) continue;
    const alike = { kind: 'key', table: table.name, column: name, from: 'loaded', row: 'alike' } as const;
    parameters.set(name, example === null ? alike : constant(example.get(name) ?? null));
  }
  for (const key of table.foreignKeys) {
    if (key.columns.every((column) => parameters.has(column))) continue;
    const reason = refer(table, key, loaded, parameters);
    if (reason !== null) return reason;
  }
  for (const column of table.columns) {
    if (parameters.has(column.name) || !canBeSent(column)) continue;
    const generator = valueOf(column, table);
    if (generator !== null) parameters.set(column.name, generator);
    else if (!column.isNullable && column.default === null)
      return `no value is known for ${column.name} ${column.definition}`;
  }
  const reason = await tellApart(sources, { parameters, example, choice });
  return reason ?? statementOf(table, parameters);
}

/** How a column gets its value: from a parameter, or from SQL in the statement. */
type Sent = ParameterGenerator | { readonly kind: 'literal'; readonly sql: string };

type Example = ReadonlyMap<string, LoadedValue>;
type LoadedValue = LoadedRows['rows'][number][number];

/** Returns an existing row, a different one for each choice; null if inserts are not modelled on a row. */
function exampleOf({ table, loaded }: InsertionSources, likeness: Likeness, choice: number): Example | null {
  const there = loaded.get(table.name);
  if ((likeness !== 'one' && likeness !== 'nulls') || there === undefined) return null;
  const row = there.rows[Math.floor((choice * there.rows.length) / CHOICES)] ?? [];
  return new Map(there.columns.map((name, at) => [name, row[at] ?? null]));
}

function constant(value: LoadedValue): Sent {
  if (typeof value === 'object' && value !== null) return { kind: 'literal', sql: writeValue(value) };
  return { kind: 'pick', values: [value], nullFraction: 0 };
}

function canBeSent(column: Column): boolean {
  return !makesItself(column) && !column.isAutoIncrement && !column.isUpdatedByServer;
}

function alikeColumns({ table, demands, loaded }: InsertionSources, likeness: Likeness): string[] {
  const there = loaded.get(table.name)?.columns ?? [];
  const sent = table.columns.filter(canBeSent).map(({ name }) => name);
  if (likeness === 'none' || sent.some((name) => !there.includes(name))) return [];
  if (likeness === 'all') return sent;
  const demanded = new Set(demands.filter(({ kind }) => kind !== 'unique').flatMap(({ columns }) => columns));
  // The columns of a foreign key come from one row, and it may share a column with the next key.
  for (let before = -1; before < demanded.size;) {
    before = demanded.size;
    for (const { columns } of table.foreignKeys) {
      if (columns.some((column) => demanded.has(column))) for (const column of columns) demanded.add(column);
    }
  }
  return sent.filter((name) => demanded.has(name));
}

function statementOf(table: Table, sent: ReadonlyMap<string, Sent>): Unweighted {
  const names = new Names();
  const columns = table.columns.map(({ name }) => name).filter((name) => sent.has(name));
  const all = columns.map((column) => ({ column, value: sent.get(column)! }));
  const values = all
    .map(({ column, value }) => (value.kind === 'literal' ? value.sql : `:${names.of(column)}`))
    .join(', ');
  const parameters = all.flatMap(({ column, value }) =>
    value.kind === 'literal' ? [] : [[names.of(column), value] as const],
  );
  return {
    name: `insert ${table.name}`,
    kind: 'insert',
    table: table.name,
    sql: `INSERT INTO ${quoteName(table.name)} (${columns.map(quoteName).join(', ')}) VALUES (${values})`,
    parameters: Object.fromEntries(parameters),
  };
}

/** Makes the columns of a foreign key name a row that was loaded. */
function refer(
  table: Table,
  key: ForeignKey,
  loaded: ReadonlyMap<string, LoadedRows>,
  parameters: Map<string, Sent>,
): string | null {
  const parent = key.parentSchema === null ? loaded.get(key.parentTable) : undefined;
  const isShared = key.columns.some((column) => parameters.has(column));
  if (parent === undefined || isShared || key.parentColumns.some((column) => !parent.columns.includes(column))) {
    const free = key.columns.find((each) => table.columns.find(({ name }) => name === each)?.isNullable === true);
    if (free === undefined || parameters.has(free)) return `${key.name} finds no row of ${key.parentTable}`;
    parameters.set(free, { kind: 'pick', values: [null], nullFraction: 0 });
    return null;
  }
  for (const [at, column] of key.columns.entries()) {
    parameters.set(column, {
      kind: 'key',
      table: key.parentTable,
      column: key.parentColumns[at] ?? column,
      from: 'loaded',
      ...(key.columns.length > 1 ? { row: key.name } : {}),
    });
  }
  return null;
}

interface Telling {
  readonly parameters: Map<string, Sent>;
  readonly example: Example | null;
  readonly choice: number;
}

/**
 * Gives every unique key a column with values that no loaded row and no other insert has; for a key on an expression, a
 * column from which it is computed. @returns the reason if that is impossible.
 */
async function tellApart(sources: InsertionSources, telling: Telling): Promise<string | null> {
  const { table, demands } = sources;
  const { parameters, example, choice } = telling;
  for (const { kind, name, columns, texts } of demands) {
    const all = columns.flatMap((each) => table.columns.find((column) => column.name === each) ?? []);
    if (kind !== 'unique' || all.some((column) => column.isAutoIncrement || isApart(parameters.get(column.name))))
      continue;
    // A unique key allows any number of rows with NULL.
    if (all.some((column) => isAlwaysNull(parameters.get(column.name)))) continue;
    const ways = await waysToTellApart(sources, all, example);
    const chosen = ways[choice % Math.max(1, ways.length)];
    if (chosen !== undefined) parameters.set(...chosen);
    else if (await pairUp(sources, columns, parameters)) continue;
    // The trial shows whether an expression has enough values.
    else if (texts.length === 0 && all.every((column) => isPart(table, column)))
      return `${name} (${columns.join(', ')}) leaves no values that are certainly free`;
  }
  return null;
}

/**
 * Returns columns with values for them that no other row has, the best first.
 *
 * @param example a row whose values show what values look like; null for the first that was loaded.
 */
export async function waysToTellApart(
  sources: InsertionSources,
  columns: readonly Column[],
  example: Example | null,
): Promise<[string, ParameterGenerator][]> {
  const { table, demands, loaded } = sources;
  const references = new Set(table.foreignKeys.flatMap((key) => key.columns));
  const demanded = new Set(demands.filter(({ kind }) => kind !== 'unique').flatMap((demand) => demand.columns));
  const texts = [
    ...demands.flatMap((demand) => demand.texts),
    ...table.columns.flatMap(({ generated }) => generated?.expression ?? []),
  ];
  const ways: [string, ParameterGenerator][] = [];
  for (const column of columns.toSorted((a, b) => Number(demanded.has(a.name)) - Number(demanded.has(b.name)))) {
    if (references.has(column.name) || !canBeSent(column)) continue;
    const greatest = countsUp(column) ? await sources.greatest(table.name, column.name) : null;
    const value = example?.get(column.name) ?? firstOf(loaded.get(table.name), column.name);
    const known = typeof value === 'string' ? value : null;
    const facts = { greatest, room: lengthIn(table, column.name), example: known, texts };
    ways.push(...freeValues(column, facts).map((generator): [string, ParameterGenerator] => [column.name, generator]));
  }
  return ways;
}

function firstOf(there: LoadedRows | undefined, column: string): LoadedValue {
  return there?.rows[0]?.[there.columns.indexOf(column)] ?? null;
}

function isApart(sent: Sent | undefined): boolean {
  return sent !== undefined && sent.kind !== 'literal' && isDistinct(sent);
}

function isAlwaysNull(sent: Sent | undefined): boolean {
  return sent?.kind === 'pick' && sent.values.every((value) => value === null);
}

/** For how many operations pairs have to differ. */
const PAIRS = 100_000;

/**
 * Gives a unique key of two foreign keys, as in a table that links two others, pairs of rows that are not linked yet:
 * one side uses rows that are not linked at all, and both use theirs in turn. @returns false if there are not enough.
 */
async function pairUp(
  sources: InsertionSources,
  columns: readonly string[],
  parameters: Map<string, Sent>,
): Promise<boolean> {
  const { table, loaded } = sources;
  const isRandom = (column: string) => parameters.get(column)?.kind === 'key' && columns.includes(column);
  const keys = table.foreignKeys.filter((key) => key.columns.every(isRandom));
  for (const one of keys) {
    const other = keys.find((key) => key !== one && key.columns.every((column) => !one.columns.includes(column)));
    const name = other === undefined ? null : await sources.unreferred(table, one);
    const [ones, others] = [
      loaded.get(name ?? '')?.rows.length ?? 0,
      loaded.get(other?.parentTable ?? '')?.rows.length ?? 0,
    ];
    if (other === undefined || name === null || ones * others < PAIRS) continue;
    inTurn(parameters, one, name, others);
    inTurn(parameters, other, other.parentTable, 1);
    return true;
  }
  return false;
}

function inTurn(parameters: Map<string, Sent>, key: ForeignKey, rows: string, stride: number): void {
  for (const [at, column] of key.columns.entries()) {
    const parentColumn = key.parentColumns[at] ?? column;
    parameters.set(column, { kind: 'key', table: rows, column: parentColumn, from: 'loaded', stride });
  }
}

/** Whether a unique key contains the column itself, and not only something that is computed from it. */
function isPart({ indexes }: Table, { name }: Column): boolean {
  return indexes.some(({ unique, parts }) => unique && parts.some(({ column }) => column === name));
}

/** Returns how many characters of a column count in its unique keys, if not all of them do. */
function lengthIn({ indexes }: Table, name: string): number | null {
  const lengths = indexes
    .filter(({ unique }) => unique)
    .flatMap(({ parts }) =>
      parts.flatMap(({ column, length }) => (column === name && length !== null ? [length] : [])),
    );
  return lengths.length === 0 ? null : Math.min(...lengths);
}
