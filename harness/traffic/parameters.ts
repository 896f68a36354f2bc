import { demandsOf, type Demand } from '../derive/demands.ts';
import { countsUp, freeValues } from '../derive/free-values.ts';
import type { ParameterGenerator } from '../fixture/generators.ts';
import { rowKey } from '../derive/keys.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import type { LiteralColumn } from './literal-columns.ts';
import type { LiteralValue } from './literals.ts';

/** What is known about existing rows, and what the config says. */
export interface ParameterSources {
  /** Returns how many of these values exist in a column. */
  readonly existing: (table: string, column: string, values: readonly LiteralValue[]) => Promise<number>;
  /** Returns the greatest value of a column; null if there is none. */
  readonly greatest: (table: string, column: string) => Promise<string | null>;
  /** The tables whose rows statements can refer to, with the columns that are known. */
  readonly loaded: ReadonlyMap<string, { readonly columns: readonly string[] }>;
  /** Generators for columns that are personal, by `table.column`. */
  readonly personal: Readonly<Record<string, ParameterGenerator>>;
}

export interface ComparedLiteral {
  readonly about: LiteralColumn;
  readonly values: readonly LiteralValue[];
}

/** One literal of a statement, with its values in the samples. */
export interface LiteralPlace {
  readonly about: LiteralColumn | null;
  readonly values: readonly LiteralValue[];
  /** The columns that the statement compares with a literal by `=` or IN, with the literal's values. */
  readonly compared: readonly ComparedLiteral[];
  /** Columns of the same row whose value is already new, from AUTO_INCREMENT in an earlier step. */
  readonly news: readonly string[];
  /** Whether the statement handles an existing key: IGNORE, REPLACE, ON DUPLICATE KEY UPDATE. */
  readonly takesDuplicates: boolean;
}

/** The word shared by all values of one statement that were seen together. */
const SEEN = 'seen';
/** The share of seen values that must exist for them to be used unchanged; a reference needs all of them. */
const ENOUGH = 0.5;
/** The most values that are looked up. */
const LOOKED_UP = 100;

/**
 * Returns how the values of a literal are generated, or null if the literal stays unchanged.
 *
 * The first of these that applies is used: what the config says about personal columns; new values for what must differ
 * from every row; keys of existing rows if the seen values are keys that do not exist; one of the seen values.
 */
export async function generatorOf(place: LiteralPlace, sources: ParameterSources): Promise<ParameterGenerator | null> {
  const { about, values } = place;
  const personal = about === null ? undefined : sources.personal[`${about.table.name}.${about.column.name}`];
  if (personal !== undefined) return personal;
  if (about !== null && mustBeNew(place)) {
    const made = await newValues(about, values, sources);
    if (made !== null) return made;
  }
  const isVarying = new Set(values.map(textOf)).size > 1;
  const key = about === null ? null : await keyOf(about, place, sources);
  if (key !== null) return key;
  // A question mark between the quotes of a literal would be mistaken for a placeholder.
  if (!isVarying && !values.some((value) => typeof value === 'string' && value.includes('?'))) return null;
  return { kind: 'pick', values: values.map(plainOf), row: SEEN, nullFraction: 0 };
}

/** Returns a value that a config can contain: bytes are in hexadecimal, for UNHEX. */
function plainOf(value: LiteralValue): string | number | null {
  return Buffer.isBuffer(value) ? value.toString('hex') : value;
}

export function textOf(value: LiteralValue): string {
  return Buffer.isBuffer(value) ? `x${value.toString('hex')}` : JSON.stringify(value);
}

/** Whether a second statement with the same value would be refused. */
function mustBeNew({ about, values, news, takesDuplicates }: LiteralPlace): boolean {
  if (about === null || about.role === 'compared' || takesDuplicates) return false;
  if (values.every((value) => value === null)) return false;
  const { table, column, role } = about;
  // Zero asks for the next number.
  if (column.isAutoIncrement && role === 'sent') return values.some((value) => value !== null && value !== 0);
  return tellsApart(table, column.name, role, news);
}

/** Whether a column is the one of a unique key that must differ in each row: the last that is not a reference. */
function tellsApart(table: Table, name: string, role: 'sent' | 'set', news: readonly string[]): boolean {
  const keys = demandsOf(table, undefined).filter(({ kind, columns }) => kind === 'unique' && columns.includes(name));
  const referring = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
  const handedOut = table.columns.find(({ isAutoIncrement }) => isAutoIncrement)?.name;
  return keys.some(({ columns }) => {
    if (role === 'set' && columns.length > 1) return false;
    if (columns.some((each) => (each === handedOut && each !== name) || news.includes(each))) return false;
    return columns.findLast((each) => !referring.has(each)) === name;
  });
}

/** Returns values that no row has; those of the second row of an INSERT differ from those of the first. */
async function newValues(
  { table, column, row }: LiteralColumn,
  values: readonly LiteralValue[],
  { greatest }: ParameterSources,
): Promise<ParameterGenerator | null> {
  const facts = {
    greatest: countsUp(column) ? await greatest(table.name, column.name) : null,
    room: roomOf(demandsOf(table, undefined), table, column.name),
    example: null,
    texts: [],
  };
  const ways = freeValues(column, facts);
  const isLikeMail = values.some((value) => typeof value === 'string' && value.includes('@'));
  const made = ways.find((way) => !isLikeMail || (way.kind === 'template' && way.text.includes('@'))) ?? ways[0];
  if (made === undefined || row === 0) return made ?? null;
  if (made.kind === 'sequence') return { ...made, start: made.start + row * ROWS_APART };
  if (made.kind === 'template') return { ...made, text: made.text.replace('{row', `${row}-{row`) };
  return made;
}

/** A number larger than the operations of any run. */
const ROWS_APART = 100_000_000;

function roomOf(demands: readonly Demand[], { indexes }: Table, name: string): number | null {
  if (demands.length === 0) return null;
  const parts = indexes.filter(({ unique }) => unique).flatMap(({ parts: all }) => all);
  const lengths = parts.flatMap(({ column, length }) => (column === name && length !== null ? [length] : []));
  return lengths.length === 0 ? null : Math.min(...lengths);
}

/** Returns a key of an existing row if a literal is a key that does not exist; otherwise null. */
async function keyOf(
  about: LiteralColumn,
  { values, compared }: LiteralPlace,
  sources: ParameterSources,
): Promise<ParameterGenerator | null> {
  if (about.role === 'compared' && !about.isEqual) return null;
  const named = rowNamedBy(about, compared);
  if (named === null) return null;
  const { table, column, row } = named;
  if (sources.loaded.get(table)?.columns.includes(column) !== true) return null;
  // The parts of a key must come from one row, so they are chosen together.
  const parts = row === about.table.name ? compared.filter((each) => each.about.table === about.table) : [];
  const share = about.role === 'compared' ? ENOUGH : 1;
  const asked = parts.length > 0 ? parts : [{ about, values }];
  let isThere = true;
  for (const part of asked) {
    const of = parts.length > 0 ? part.about.column.name : column;
    isThere &&= await areThere(table, of, part.values, share, sources);
  }
  return isThere ? null : { kind: 'key', table, column, from: 'loaded', ...(row === undefined ? {} : { row }) };
}

async function areThere(
  table: string,
  column: string,
  values: readonly LiteralValue[],
  share: number,
  { existing }: ParameterSources,
): Promise<boolean> {
  const known = values.filter((value) => value !== null);
  const some = [...new Map(known.map((value) => [textOf(value), value])).values()].slice(0, LOOKED_UP);
  return some.length === 0 || (await existing(table, column, some)) >= share * some.length;
}

interface NamedRow {
  readonly table: string;
  readonly column: string;
  /** Returns the word that the parameters of one row share, for a key of several columns. */
  readonly row?: string;
}

function rowNamedBy({ table, column, role }: LiteralColumn, compared: readonly ComparedLiteral[]): NamedRow | null {
  const own = rowKey(table).map(({ name }) => name);
  const names = compared.filter((each) => each.about.table === table).map((each) => each.about.column.name);
  // A condition on the whole key is about that row, even if parts of the key refer to other rows.
  if (role === 'compared' && own.includes(column.name) && own.every((name) => names.includes(name))) {
    return { table: table.name, column: column.name, ...(own.length > 1 ? { row: table.name } : {}) };
  }
  const key = table.foreignKeys.find(
    ({ columns, parentSchema }) => parentSchema === null && columns.includes(column.name),
  );
  if (key !== undefined) return ofParent(key, column.name);
  const isOwnKey = primaryKey(table)[0] === column.name;
  return role === 'compared' && isOwnKey ? { table: table.name, column: column.name } : null;
}

function ofParent({ name, columns, parentTable, parentColumns }: ForeignKey, column: string): NamedRow {
  const parentColumn = parentColumns[columns.indexOf(column)] ?? column;
  return { table: parentTable, column: parentColumn, ...(columns.length > 1 ? { row: name } : {}) };
}
