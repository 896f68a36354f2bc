import type { ParameterGenerator, WorkloadStatement } from '../fixture/generators.ts';
import type { Table } from '../schema/database.ts';
import { isPlain } from '../derive/names.ts';
import { literalColumnsOf, type LiteralColumn } from './literal-columns.ts';
import { cutAtLiterals, writeLiteral, type CutStatement, type LexerOptions, type LiteralValue } from './literals.ts';
import { generatorOf, textOf, type ParameterSources } from './parameters.ts';
import type { StatementKind } from './statement-kind.ts';

/** A statement of a workload, or one step of its transactions. */
export interface WrittenStep {
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  /** Names for values that this step returns and later ones use. */
  readonly saves?: Readonly<Record<string, string>>;
}

/** One statement or those of a transaction, with their parameters. */
export interface WrittenSteps {
  readonly steps: readonly WrittenStep[];
  readonly parameters: Readonly<Record<string, ParameterGenerator>>;
}

export interface WriteOptions extends LexerOptions {
  readonly tables: readonly Table[];
  readonly sources: ParameterSources;
}

/** What is kept about the values of one statement. */
const MOST_ROWS = 100;
const MOST_VALUE_CHARACTERS = 60_000;

/** A literal of one of the steps, in all samples. */
interface Place {
  readonly step: number;
  readonly about: LiteralColumn | null;
  readonly values: readonly LiteralValue[];
}

/**
 * Turns statements with values into statements with parameters. Literals that are the same in all samples stay where
 * they are; those that always have the same value as another share its parameter.
 *
 * @param samples samples of one statement, or of the statements of a transaction, with the same digests.
 * @returns a text that says why, if it cannot be done.
 */
export async function writeSteps(
  samples: readonly (readonly string[])[],
  kinds: readonly StatementKind[],
  options: WriteOptions,
): Promise<WrittenSteps | string> {
  const rows = mostFrequentForm(samples, options);
  const [first] = rows;
  if (first === undefined) return 'its text is not whole';
  const found = first.map((cut) => literalColumnsOf(cut, options.tables));
  const without = found.findIndex(({ tables }) => tables.length === 0);
  if (without >= 0) return 'it names no table that moves';
  if (kinds.some((kind) => !isOfRows(kind))) return 'which table it writes to is not known';
  if (first.some(({ texts }) => texts.some((text) => /\?|:[a-z_]/i.test(text)))) {
    return 'it has a question mark or a colon where a workload has a parameter';
  }
  const places = first.flatMap(({ literals }, step) =>
    literals.map((_, at): Place => ({
      step,
      about: found[step]?.columns[at] ?? null,
      values: rows.map((row) => row[step]!.literals[at]!.value),
    })),
  );
  const saved = savedIds(
    first,
    found.map(({ tables }) => tables[0]!),
    kinds,
    places,
  );
  const named = await parametersOf(places, saved, first, options.sources);
  return {
    steps: first.map((cut, step) => ({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- isOfRows has been asked
      kind: kinds[step] as WrittenStep['kind'],
      table: found[step]!.tables[0]!.name,
      sql: sqlOf(
        cut,
        places.filter((place) => place.step === step).map((place) => named.names.get(place) ?? null),
      ),
      ...(saved.get(step) === undefined ? {} : { saves: { [saved.get(step)!.name]: 'LAST_INSERT_ID' } }),
    })),
    parameters: named.parameters,
  };
}

function isOfRows(kind: StatementKind): kind is WrittenStep['kind'] {
  return kind === 'read' || kind === 'insert' || kind === 'update' || kind === 'delete';
}

/** Statements of one digest may have lists of different lengths. Returns those with the most frequent form. */
function mostFrequentForm(samples: readonly (readonly string[])[], options: LexerOptions): readonly CutStatement[][] {
  const cut = samples.flatMap((steps) => {
    const all = steps.map((sql) => cutAtLiterals(sql, options));
    return all.includes(null) ? [] : [all.flatMap((each) => each ?? [])];
  });
  const forms = Map.groupBy(cut, (steps) => steps.map(({ texts }) => texts.map(plain).join('?')).join(';'));
  const [most = []] = [...forms.values()].toSorted((a, b) => b.length - a.length);
  let characters = 0;
  return most.slice(0, MOST_ROWS).filter((steps, at) => {
    for (const { literals } of steps) for (const { text } of literals) characters += text.length;
    return at === 0 || characters <= MOST_VALUE_CHARACTERS;
  });
}

/** Puts a statement on one line; white space within quoted names stays. */
function plain(text: string): string {
  return text.replaceAll(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|\s+/g, (part) => (/^\s/.test(part) ? ' ' : part));
}

interface Named {
  readonly parameters: Readonly<Record<string, ParameterGenerator>>;
  readonly names: ReadonlyMap<Place, { readonly name: string; readonly isHexadecimal: boolean }>;
}

async function parametersOf(
  places: readonly Place[],
  saved: ReadonlyMap<number, SavedId>,
  first: readonly CutStatement[],
  sources: ParameterSources,
): Promise<Named> {
  const parameters: Record<string, ParameterGenerator> = {};
  const names = new Map<Place, { name: string; isHexadecimal: boolean }>();
  for (const { name, uses } of saved.values())
    for (const place of uses) names.set(place, { name, isHexadecimal: false });
  const taken = new Set([...saved.values()].map(({ name }) => name));
  for (const group of groupsOf(places.filter((place) => !names.has(place)))) {
    const made: ParameterGenerator[] = [];
    for (const { about, values, step } of group) {
      const compared = places.flatMap((each) =>
        each.step === step && each.about?.role === 'compared' && each.about.isEqual
          ? [{ about: each.about, values: each.values }]
          : [],
      );
      const takesDuplicates = /^\s*replace\b|\bignore\b|\bduplicate\s+key\b/i.test(first[step]!.texts.join(' '));
      const news = [...saved.values()].flatMap(({ uses }) =>
        uses.flatMap((use) => (use.step === step && use.about?.role === 'sent' ? use.about.column.name : [])),
      );
      const generator = await generatorOf({ about, values, compared, takesDuplicates, news }, sources);
      if (generator !== null) made.push(generator);
    }
    const generator = made.find(({ kind }) => kind !== 'pick') ?? made[0];
    if (generator === undefined) continue;
    const isHexadecimal =
      generator.kind === 'pick' && group.some(({ values }) => values.some((value) => Buffer.isBuffer(value)));
    const name = nameOf(group[0]?.about?.column.name, taken);
    parameters[name] = isHexadecimal ? inHexadecimal(generator, group[0]!.values) : generator;
    for (const place of group) names.set(place, { name, isHexadecimal });
  }
  return { parameters, names };
}

function inHexadecimal(generator: ParameterGenerator, values: readonly LiteralValue[]): ParameterGenerator {
  const bytes = values.map((value) => {
    if (value === null) return null;
    return (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('hex');
  });
  return generator.kind === 'pick' ? { ...generator, values: bytes } : generator;
}

/** The fewest different values that show that two literals have the same value and not just by chance. */
const FEWEST_VALUES = 3;

/** Groups literals that have the same value in every sample. */
function groupsOf(places: readonly Place[]): Place[][] {
  const groups = Map.groupBy(places, ({ values, about }) => {
    const all = values.map(textOf);
    const differing = new Set(all).size;
    const isSure = differing >= FEWEST_VALUES || (differing > 1 && about !== null);
    return isSure ? JSON.stringify([all, differing >= FEWEST_VALUES ? null : about?.column.name]) : {};
  });
  return [...groups.values()];
}

function nameOf(column: string | undefined, taken: Set<string>): string {
  const wanted = column !== undefined && isPlain(column) ? column : 'value';
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  taken.add(name);
  return name;
}

function sqlOf(
  { texts, literals }: CutStatement,
  names: readonly ({ readonly name: string; readonly isHexadecimal: boolean } | null)[],
): string {
  const parts = texts.map((text, at) => {
    const literal = literals[at];
    if (literal === undefined) return plain(text);
    const parameter = names[at];
    if (!parameter) return plain(text) + writeLiteral(literal);
    return plain(text) + (parameter.isHexadecimal ? `UNHEX(:${parameter.name})` : `:${parameter.name}`);
  });
  return parts.join('').trim();
}

interface SavedId {
  readonly name: string;
  readonly uses: readonly Place[];
}

/**
 * Finds values that can only come from AUTO_INCREMENT in an earlier step: the key of the row that it inserted, or a
 * reference to it, if only one step inserts into that table and no earlier value is the same.
 */
function savedIds(
  steps: readonly CutStatement[],
  tables: readonly Table[],
  kinds: readonly StatementKind[],
  places: readonly Place[],
): ReadonlyMap<number, SavedId> {
  const saved = new Map<number, SavedId>();
  for (const [step, table] of tables.entries()) {
    const column = table.columns.find(({ isAutoIncrement }) => isAutoIncrement)?.name;
    const isOnly = tables.every((each, at) => at === step || each !== table || kinds[at] !== 'insert');
    if (kinds[step] !== 'insert' || column === undefined || !isOnly) continue;
    const own = places.filter((place) => place.step === step);
    // This step sends the key itself, or inserts several rows.
    if (own.some(({ about }) => about?.column.name === column || (about?.row ?? 0) > 0)) continue;
    const before = new Set(places.filter((place) => place.step <= step).map(({ values }) => JSON.stringify(values)));
    const uses = places.filter(
      (place) => place.step > step && refersTo(place, table, column) && !before.has(JSON.stringify(place.values)),
    );
    const isOne = new Set(uses.map(({ values }) => JSON.stringify(values))).size === 1;
    const isVarying = new Set(uses[0]?.values.map(textOf)).size > 1;
    if (isOne && isVarying && steps.length > 1)
      saved.set(step, { name: `new_${isPlain(table.name) ? table.name : step}`, uses });
  }
  return saved;
}

function refersTo({ about }: Place, parent: Table, column: string): boolean {
  if (about === null || (about.role === 'compared' && !about.isEqual)) return false;
  if (about.table === parent) return about.column.name === column && about.role === 'compared';
  return about.table.foreignKeys.some(
    ({ parentTable, parentSchema, columns, parentColumns }) =>
      parentSchema === null &&
      parentTable === parent.name &&
      parentColumns[columns.indexOf(about.column.name)] === column,
  );
}
