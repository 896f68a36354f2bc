import { usage } from '../errors.ts';
import { workloadProblems } from '../fixture/check-workload.ts';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { ParameterGenerator, WorkloadFile, WorkloadStatement } from '../fixture/generators.ts';
import { integerRange, type Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { generatorFor, makesItself, type PlainGenerator } from './columns.ts';
import { rowKey } from './keys.ts';

export interface DerivedWorkload {
  readonly workload: WorkloadFile;
  /** Tables to which something is not done, and why. */
  readonly notes: readonly string[];
}

/** The frequencies, over all tables together. */
const WEIGHTS = { read: 40, insert: 30, update: 25, delete: 5 } as const;

type WorkloadStatementKind = WorkloadStatement['kind'];
type Statements = Record<string, WorkloadStatement>;

/**
 * Derives statements such as an application might send: reads and updates by key, inserts whose keys do not collide and
 * whose foreign keys resolve, and deletes of rows that it inserted itself.
 *
 * @param loaded rows of the tables, by `sampleKeys`.
 * @throws usage when no table can be written to, with the reasons.
 */
export function deriveWorkload(tables: readonly Table[], loaded: ReadonlyMap<string, LoadedRows>): DerivedWorkload {
  const notes: string[] = [];
  const found = tables.flatMap((table) => {
    const { statements, missing } = statementsOf(table, tables, loaded);
    if (missing.length > 0) notes.push(`${table.name}: ${missing.join('; ')}`);
    return statements;
  });
  if (found.every(({ kind }) => kind === 'read')) {
    throw usage({
      what: 'No statement that writes can be derived from the schema.',
      seen: notes.join('\n') || 'no table',
      next: 'Give the application’s own statements in workload.statements.',
    });
  }
  const counts = Map.groupBy(found, ({ kind }) => kind);
  const weighted: Statements = Object.fromEntries(
    found.map(({ kind, name, ...rest }) => [
      name,
      { kind, ...rest, weight: WEIGHTS[kind] / (counts.get(kind)?.length ?? 1) },
    ]),
  );
  return { workload: { statements: weighted }, notes };
}

/**
 * Returns a config's own statements, checked against the existing tables.
 *
 * @throws usage that names every statement and what is wrong with it.
 */
export function checkedWorkload(
  statements: WorkloadFile['statements'],
  tables: readonly Table[],
  loaded: ReadonlyMap<string, LoadedRows>,
): WorkloadFile {
  const created = tables.map((table) => ({
    name: table.name,
    columns: table.columns.map((column) => column.name),
    key: {
      columns: primaryKey(table),
      handedOut: table.columns.find(({ isAutoIncrement }) => isAutoIncrement)?.name ?? null,
    },
  }));
  const problems = workloadProblems({ statements }, { tables: {} }, created, new Set(loaded.keys()));
  if (problems.length === 0) return { statements };
  throw usage({
    what: 'Statements of the workload do not fit the schema.',
    seen: problems.join('\n'),
    where: 'workload.statements of the config',
    next: 'Correct them; nothing was changed.',
  });
}

type Unweighted = Omit<WorkloadStatement, 'weight'> & { readonly name: string };

function statementsOf(
  table: Table,
  tables: readonly Table[],
  loaded: ReadonlyMap<string, LoadedRows>,
): { statements: Unweighted[]; missing: string[] } {
  const { statements, missing } = byKey(table, loaded.get(table.name));
  const insertion = insertOf(table, loaded);
  if (typeof insertion === 'string') return { statements, missing: [...missing, `no inserts: ${insertion}`] };
  statements.push(insertion);
  const [key, ...others] = rowKey(table);
  const isReferenced = tables.some(({ foreignKeys }) =>
    foreignKeys.some(({ parentSchema, parentTable }) => parentSchema === null && parentTable === table.name),
  );
  if (key?.isAutoIncrement === true && others.length === 0 && !isReferenced) statements.push(deleteOf(table, key));
  return { statements, missing };
}

function byKey(table: Table, loaded: LoadedRows | undefined): { statements: Unweighted[]; missing: string[] } {
  const key = rowKey(table);
  if (loaded === undefined) return { statements: [], missing: ['no reads or updates: no row that can be named'] };
  if (key.length === 0 || key.some(({ name }) => !loaded.columns.includes(name))) {
    return { statements: [], missing: ['no reads or updates: no key that text can name'] };
  }
  const names = new Names();
  const where = key.map(({ name }) => `${quoteName(name)} = :${names.of(name)}`).join(' AND ');
  const parameters = Object.fromEntries(
    key.map(({ name }): [string, ParameterGenerator] => [
      names.of(name),
      { kind: 'key', table: table.name, column: name, from: 'loaded', ...(key.length > 1 ? { row: 'key' } : {}) },
    ]),
  );
  const read = {
    ...statement(table, 'read'),
    sql: `SELECT * FROM ${quoteName(table.name)} WHERE ${where}`,
    parameters,
  };
  const updated = columnToUpdate(table);
  if (updated === null) return { statements: [read], missing: ['no updates: every column is part of a key'] };
  const value = names.of(updated.column.name);
  const sql = `UPDATE ${quoteName(table.name)} SET ${quoteName(updated.column.name)} = :${value} WHERE ${where}`;
  const update = { ...statement(table, 'update'), sql, parameters: { ...parameters, [value]: updated.generator } };
  return { statements: [read, update], missing: [] };
}

/**
 * Leaves out the limits of TIMESTAMP: an application sends times in the server's own zone, in which they may be
 * invalid.
 */
function valueOf(column: Column, table: Table): PlainGenerator | null {
  const generator = generatorFor(column, clausesOf(table));
  if (generator === null || column.type !== 'timestamp') return generator;
  return { ...generator, edges: [] };
}

/** Returns a column that is not part of any key, so it can have any value. */
function columnToUpdate(table: Table): { column: Column; generator: PlainGenerator } | null {
  const inKeys = new Set([
    ...table.indexes.filter(({ unique }) => unique).flatMap(({ parts }) => parts.flatMap(({ column }) => column ?? [])),
    ...table.foreignKeys.flatMap(({ columns }) => columns),
  ]);
  for (const column of table.columns) {
    if (inKeys.has(column.name) || makesItself(column) || column.isUpdatedByServer) continue;
    const generator = valueOf(column, table);
    if (generator !== null) return { column, generator };
  }
  return null;
}

/** How many rows a run may insert into one table; a table with room for fewer gets none, so it is not used up. */
const ROOM = 10_000;

/** Returns how many values AUTO_INCREMENT has left; null if it is not on a column of whole numbers. */
function roomFor({ columns, autoIncrement }: Table): bigint | null {
  const column = columns.find(({ isAutoIncrement }) => isAutoIncrement);
  const range = column === undefined ? null : integerRange(column);
  return range === null ? null : range.max - BigInt(autoIncrement ?? 1) + 1n;
}

/** @returns why there can be none, if so. */
function insertOf(table: Table, loaded: ReadonlyMap<string, LoadedRows>): Unweighted | string {
  const room = roomFor(table);
  if (room !== null && room < ROOM) return `its AUTO_INCREMENT has room for ${room} rows`;
  const parameters = new Map<string, ParameterGenerator>();
  for (const key of table.foreignKeys) {
    const reason = refer(table, key, loaded, parameters);
    if (reason !== null) return reason;
  }
  for (const column of table.columns) {
    if (parameters.has(column.name) || makesItself(column) || column.isAutoIncrement || column.isUpdatedByServer)
      continue;
    const generator = valueOf(column, table);
    if (generator !== null) parameters.set(column.name, generator);
    else if (!column.isNullable && column.default === null)
      return `no value is known for ${column.name} ${column.definition}`;
  }
  const reason = tellApart(table, parameters);
  if (reason !== null) return reason;
  const names = new Names();
  const columns = [...parameters.keys()];
  const values = columns.map((column) => `:${names.of(column)}`).join(', ');
  return {
    ...statement(table, 'insert'),
    sql: `INSERT INTO ${quoteName(table.name)} (${columns.map(quoteName).join(', ')}) VALUES (${values})`,
    parameters: Object.fromEntries([...parameters].map(([column, generator]) => [names.of(column), generator])),
  };
}

/** Makes the columns of a foreign key name a row that was loaded. */
function refer(
  table: Table,
  key: ForeignKey,
  loaded: ReadonlyMap<string, LoadedRows>,
  parameters: Map<string, ParameterGenerator>,
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

/**
 * Gives every unique key a column with values that no loaded row and no other insert has. @returns why that is
 * impossible.
 */
function tellApart(table: Table, parameters: Map<string, ParameterGenerator>): string | null {
  for (const { name, unique, parts } of table.indexes) {
    const columns = parts.flatMap(({ column }) => column ?? []);
    if (!unique || columns.some((column) => isDistinct(table, column, parameters))) continue;
    const candidates = columns.map((column) => table.columns.find((each) => each.name === column));
    const chosen = candidates
      .flatMap((column) => (column && parameters.get(column.name)?.kind !== 'key' ? [column] : []))
      .map((column) => ({ column, generator: distinctValues(column) }))
      .find(({ generator }) => generator !== null);
    if (chosen?.generator) parameters.set(chosen.column.name, chosen.generator);
    else return `its key ${name} (${columns.join(', ')}) leaves no values that are certainly free`;
  }
  return null;
}

function isDistinct(table: Table, name: string, parameters: ReadonlyMap<string, ParameterGenerator>): boolean {
  if (table.columns.find((column) => column.name === name)?.isAutoIncrement === true) return true;
  const generator = parameters.get(name);
  return (
    generator?.kind === 'sequence' ||
    (generator?.kind === 'template' && generator.edges === undefined) ||
    (generator?.kind === 'time' && generator.stepSeconds !== undefined)
  );
}

/**
 * Values beyond those that real rows have; if that guess is wrong, the trial of statements and the run's errors show
 * it.
 */
function distinctValues({ type, length, isUnsigned, fractionDigits }: Column): ParameterGenerator | null {
  const shared = { nullFraction: 0 };
  if (type === 'bigint') return { kind: 'sequence', start: 1e12, step: 1, ...shared };
  if (type === 'int') return { kind: 'sequence', start: isUnsigned ? 3e9 : 1.5e9, step: 1, ...shared };
  if (/char|text/.test(type) && (length ?? 255) >= 10) return { kind: 'template', text: 'w{row}', ...shared };
  if (/^(?:var)?binary$/.test(type) && (length ?? 0) >= 10) return { kind: 'template', text: 'w{row}', ...shared };
  if (type === 'datetime' || type === 'timestamp') {
    const from = type === 'datetime' ? 4_102_444_800 : 2_000_000_000;
    return { kind: 'time', form: 'datetime', from, to: from, fraction: fractionDigits ?? 0, stepSeconds: 1, ...shared };
  }
  return null;
}

function deleteOf(table: Table, { name }: Column): Unweighted {
  const parameter = new Names().of(name);
  return {
    ...statement(table, 'delete'),
    sql: `DELETE FROM ${quoteName(table.name)} WHERE ${quoteName(name)} = :${parameter}`,
    parameters: { [parameter]: { kind: 'key', table: table.name, column: name, from: 'inserted' } },
  };
}

function statement<K extends WorkloadStatementKind>(table: Table, kind: K): { name: string; kind: K; table: string } {
  return { name: `${kind} ${table.name}`, kind, table: table.name };
}

function clausesOf({ checks }: Table): string[] {
  return checks.filter(({ enforced }) => enforced).map(({ clause }) => clause);
}

/** Returns names of parameters for columns, whose own names may contain anything. */
class Names {
  readonly #names = new Map<string, string>();

  of(column: string): string {
    const known = this.#names.get(column);
    if (known !== undefined) return known;
    const name = /^[A-Za-z]\w*$/.test(column) ? column : `p${this.#names.size + 1}`;
    this.#names.set(column, name);
    return name;
  }
}
