import { closest } from 'fastest-levenshtein';
import { usage } from '../errors.ts';
import { fakerProblems } from '../fixture/check-seed.ts';
import type { ColumnGenerator } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import { Generators, type Generate, type Value } from '../workload/generate.ts';

/** What replaces personal values, by `table.column`. */
export type PersonalColumns = Readonly<Record<string, ColumnGenerator>>;

/** Returns the value, as SQL, for the row with this number, counted from 0 in the order in which its table is read. */
export type Replace = (row: number) => string;

type Plain = Exclude<ColumnGenerator, { kind: 'reference' }>;

/** How many draws to make for one value of a unique column before its generator counts as used up. */
const DRAWS = 100;
/** The distance between the draws for one row, so that no other row has the same random numbers. */
const DRAW_STEP = 2 ** 32;

/** @throws usage naming all columns that do not exist, or whose values others depend on. */
export function refusePersonal(personal: PersonalColumns, tables: readonly Table[]): void {
  const problems = Object.entries(personal).flatMap(([place, generator]) => {
    const isReference = generator.kind === 'reference';
    const why = isReference ? 'a reference makes no value of its own' : problemOf(place, tables);
    return [...(why === null ? [] : [`${place}: ${why}`]), ...fakerProblems(generator, place)];
  });
  if (problems.length === 0) return;
  throw usage({
    what: 'Columns cannot be replaced as data.personal says.',
    expected: 'table.column, of a column with values of its own that no foreign key joins',
    seen: problems.join('\n'),
    where: 'data.personal of the config',
    next: 'Correct them, or leave the table out with data.rows: { table: 0 }.',
  });
}

function problemOf(place: string, tables: readonly Table[]): string | null {
  const all = tables.flatMap((table) => table.columns.map((column) => ({ table, column })));
  const names = all.map(({ table, column }) => `${table.name}.${column.name}`);
  const found = all[names.indexOf(place)];
  if (found === undefined) return `there is no such column; is it ${closest(place, names)}?`;
  const { table, column } = found;
  if (column.generated !== null) return 'the server computes it; replace what it is computed from';
  const own = table.foreignKeys.find(({ columns }) => columns.includes(column.name));
  if (own !== undefined) return `the foreign key ${own.name} has it`;
  const child = tables
    .flatMap(({ foreignKeys }) => foreignKeys)
    .find(({ parentTable, parentColumns }) => parentTable === table.name && parentColumns.includes(column.name));
  return child === undefined ? null : `the foreign key ${child.name} refers to it`;
}

/**
 * Returns what replaces the values of a table's personal columns, by column. It depends only on the seed and the row's
 * number, so that it reveals nothing about the original value.
 */
export function replacements(table: Table, personal: PersonalColumns, seed: number): ReadonlyMap<string, Replace> {
  const generators = new Generators({}, seed);
  const found = table.columns.flatMap((column) => {
    const place = `${table.name}.${column.name}`;
    const generator = personal[place];
    if (generator === undefined || generator.kind === 'reference') return [];
    return [{ column, generator, generate: generators.plain(`personal/${place}`, fitting(generator, column)) }];
  });
  const distinct = mustDiffer(
    table,
    found.map(({ column }) => column.name),
  );
  return new Map(
    found.map(({ column, generator, generate }) => {
      const length = distinct.get(column.name);
      const differs = length === undefined || (length === null && neverRepeats(generator));
      const make = differs ? generate : withoutRepeats(generate, length, `${table.name}.${column.name}`);
      return [column.name, (row) => write(make(row))];
    }),
  );
}

/** Cuts text to what fits into the column. */
function fitting(generator: Plain, { length, characterSet }: Column): Plain {
  if (generator.kind !== 'faker' || length === null || characterSet === null) return generator;
  return { ...generator, maxLength: Math.min(generator.maxLength ?? length, length) };
}

/**
 * Returns one column of each unique index that contains a personal one, and how many of its characters must differ;
 * null for all of them.
 */
function mustDiffer({ indexes }: Table, replaced: readonly string[]): ReadonlyMap<string, number | null> {
  const chosen = new Map<string, number | null>();
  for (const { unique, parts } of indexes) {
    const part = unique ? parts.find(({ column }) => column !== null && replaced.includes(column)) : undefined;
    const name = part?.column ?? null;
    if (name === null) continue;
    const least = Math.min(part?.length ?? Infinity, chosen.get(name) ?? Infinity);
    chosen.set(name, least === Infinity ? null : least);
  }
  return chosen;
}

function neverRepeats(generator: ColumnGenerator): boolean {
  if (generator.edges !== undefined) return false;
  if (generator.kind === 'sequence') return generator.stride === undefined && generator.step !== 0;
  if (generator.kind === 'template') return generator.text.includes('{row}');
  return generator.kind === 'time' && generator.stepSeconds !== undefined;
}

/** Draws again if a value has occurred before. */
function withoutRepeats(generate: Generate, length: number | null, place: string): Generate {
  const seen = new Set<string>();
  return (row) => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const value = generate(row + draw * DRAW_STEP);
      const folded = fold(value, length);
      if (folded === null || seen.has(folded)) continue;
      seen.add(folded);
      return value;
    }
    throw usage({
      what: 'A generator has too few values for a unique column.',
      expected: `a different value for each row of ${place}`,
      seen: `${seen.size} different ones, and then none in ${DRAWS} draws`,
      where: `data.personal of the config: ${place}`,
      next: 'Let it count: { kind: template, text: "user{row}@example.com" }.',
    });
  };
}

/**
 * Returns the same text for values that a collation may treat as equal: case, accents and spaces at the end are
 * ignored.
 */
function fold(value: Value, length: number | null): string | null {
  if (value === null) return null;
  if (typeof value === 'object') return value.toString('hex', 0, length ?? value.length);
  const text = Array.from(String(value)).slice(0, length ?? undefined);
  return text.join('').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trimEnd();
}

function write(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return `X'${value.toString('hex')}'`;
  return `_utf8mb4 X'${Buffer.from(value).toString('hex')}'`;
}
