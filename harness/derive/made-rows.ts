import type { Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import type { Generate, Generators, Value } from '../workload/generate.ts';
import { stream } from '../workload/random.ts';
import type { Demand } from './demands.ts';
import { fromPattern } from './pattern.ts';
import { recipesFor, type ValueRecipe } from './recipes.ts';

/** A row on its way to the server. */
export interface MadeRow {
  /** Its place among the requested rows. */
  readonly index: number;
  /** One per column, in the order of `MadeRows.columns`. */
  readonly values: Value[];
  /** Which recipe made each value; null for the column's own. */
  readonly recipes: (ValueRecipe | null)[];
}

/** What is known about one demand. */
interface Experience {
  readonly demand: Demand;
  /** Positions of the columns that can be generated again, each with its recipes. */
  readonly columns: readonly { readonly at: number; readonly recipes: readonly ValueRecipe[] }[];
  /** Rows that did not meet it in their first form. */
  refused: number;
  /** Values and recipes of its columns that the server accepted; the newest last. */
  readonly accepted: Pick<MadeRow, 'values' | 'recipes'>[];
}

export interface MadeRowsOptions {
  readonly table: Table;
  /** Columns for which rows have a value. */
  readonly columns: readonly string[];
  /** Columns whose values the caller chose, which are only generated again by their own generator. */
  readonly chosen: ReadonlySet<string>;
  readonly generators: Generators;
}

/** How many accepted combinations of a demand are remembered. */
const REMEMBERED = 60;
/** After this many refusals, if most rows were refused, rows use what was accepted before. */
const ENOUGH = 8;
/** The distance between the draws of a row, so that rows do not use each other's random numbers. */
const DRAW = 2 ** 33;
/** Twice the number of draws that a row may need. */
const DRAWS = 256;

/**
 * Generates the rows of one table, and generates those that its server refused again: only in the columns to which the
 * refusal refers, with values that its SQL suggests, and with what was accepted before. Everything depends only on the
 * seed and on the server's answers, so that the same seed gives the same rows.
 */
export class MadeRows {
  readonly columns: readonly string[];
  readonly #table: Table;
  readonly #generators: Generators;
  readonly #makers: readonly Generate[];
  /** By position: positions of columns whose values come from the same row of another table, itself included. */
  readonly #together: readonly (readonly number[])[];
  readonly #chosen: ReadonlySet<string>;
  readonly #counted: ReadonlySet<string>;
  readonly #draws;
  readonly #experiences = new Map<string, Experience>();
  readonly #compiled = new Map<string, Generate>();
  #made = 0;

  constructor({ table, columns, chosen, generators }: MadeRowsOptions) {
    this.columns = columns;
    this.#table = table;
    this.#chosen = chosen;
    this.#generators = generators;
    this.#makers = columns.map((column) => generators.column(table.name, column));
    this.#together = columns.map((column) => {
      const keys = table.foreignKeys.filter((key) => key.columns.includes(column));
      const names = new Set([column, ...keys.flatMap((key) => key.columns)]);
      return columns.flatMap((each, at) => (names.has(each) ? [at] : []));
    });
    this.#counted = new Set(table.columns.filter(({ isAutoIncrement }) => isAutoIncrement).map(({ name }) => name));
    this.#draws = stream(generators.seed, `${table.name}/anew`);
  }

  row(index: number): MadeRow {
    const row = { index, values: this.#makers.map((make) => make(index)), recipes: this.columns.map(() => null) };
    this.#made += 1;
    for (const experience of this.#experiences.values()) {
      const { refused, accepted, demand } = experience;
      const isHard = refused >= ENOUGH && refused * 2 > this.#made && accepted.length > 0;
      if (isHard && demand.kind !== 'unique') this.#repeat(row, experience, 0);
    }
    return row;
  }

  /** Generates the columns of a demand again. @returns false if it has none. */
  anew(row: MadeRow, demand: Demand, attempt: number): boolean {
    const experience = this.#experienceOf(demand);
    const { columns, accepted } = experience;
    if (columns.length === 0) return false;
    if (attempt === 1) experience.refused += 1;
    const { random } = this.#generators;
    random.at(this.#draws, row.index * DRAWS + attempt);
    if (accepted.length > 0 && random.next() < 0.6) {
      this.#repeat(row, experience, attempt);
      return true;
    }
    const points = columns.map(() => [random.next(), random.next()] as const);
    const first = random.below(columns.length);
    for (const [each, { at, recipes }] of columns.entries()) {
      const [whether, which] = points[each] ?? [0, 0];
      if (each !== first && whether < 0.4) continue;
      // One in four uses the column's own values, which look most like real ones.
      const chosen = which < 0.25 ? 0 : Math.floor(((which - 0.25) / 0.75) * recipes.length);
      this.#set(row, at, recipes[chosen] ?? { of: 'own' }, attempt);
    }
    return true;
  }

  /** Remembers what the server accepted after it had refused the row for these demands. */
  learn({ values, recipes }: MadeRow, demands: Iterable<Demand>): void {
    for (const demand of demands) {
      const { accepted } = this.#experienceOf(demand);
      accepted.push({ values: [...values], recipes: [...recipes] });
      if (accepted.length > REMEMBERED) accepted.shift();
    }
  }

  /** Uses what was accepted before: the same recipes with new values, or the same values if they may repeat. */
  #repeat(row: MadeRow, { demand, columns, accepted }: Experience, attempt: number): void {
    const { random } = this.#generators;
    random.at(this.#draws, row.index * DRAWS + DRAWS / 2 + attempt);
    const known = accepted[random.below(accepted.length)];
    const isSame = demand.kind !== 'unique' && random.next() < 0.5;
    for (const { at } of columns) {
      if (known === undefined) return;
      const isReference = this.#isReference(at);
      if (isSame && !isReference && !this.#counted.has(this.columns[at] ?? '')) {
        row.values[at] = known.values[at] ?? null;
        row.recipes[at] = known.recipes[at] ?? null;
      } else this.#set(row, at, known.recipes[at] ?? { of: 'own' }, attempt);
    }
  }

  #set(row: MadeRow, at: number, recipe: ValueRecipe, attempt: number): void {
    if (recipe.of === 'own') {
      for (const each of this.#together[at] ?? []) {
        row.values[each] = this.#makers[each]?.(this.#drawOf(row.index, attempt, each)) ?? null;
        row.recipes[each] = null;
      }
      return;
    }
    row.values[at] = this.#valueOf(row, at, recipe, attempt);
    row.recipes[at] = recipe;
  }

  /** Counting up has to stay close to the requested rows, or it would leave the range of its type. */
  #drawOf(index: number, attempt: number, at: number): number {
    const isCounting = !this.#isReference(at) && this.#generators.isCounting(this.#table.name, this.columns[at] ?? '');
    const step = isCounting ? this.#generators.rows(this.#table.name) : DRAW;
    return index + step * attempt;
  }

  #valueOf(row: MadeRow, at: number, recipe: Exclude<ValueRecipe, { of: 'own' }>, attempt: number): Value {
    const { random } = this.#generators;
    const draw = row.index + DRAW * attempt;
    const place = `${this.#table.name}.${this.columns[at]}/anew`;
    switch (recipe.of) {
      case 'value':
        return recipe.value;
      case 'generator': {
        const isTemplate = recipe.generator.kind === 'template';
        return this.#generator(place, recipe)(isTemplate ? row.index : draw);
      }
      case 'pattern':
        random.at(stream(this.#generators.seed, place), draw);
        return fromPattern(recipe.pattern, (end) => random.below(end));
      default:
        return near(row.values[this.columns.indexOf(recipe.column)] ?? null, recipe.step, this.#column(at));
    }
  }

  #generator(place: string, { generator }: Extract<ValueRecipe, { of: 'generator' }>): Generate {
    const name = `${place}/${JSON.stringify(generator)}`;
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const compiled = this.#generators.plain(name, generator);
    this.#compiled.set(name, compiled);
    return compiled;
  }

  #experienceOf(demand: Demand): Experience {
    const known = this.#experiences.get(demand.name);
    if (known !== undefined) return known;
    const columns = demand.columns.flatMap((name) => {
      const at = this.columns.indexOf(name);
      if (at < 0) return [];
      return [{ at, recipes: this.#recipes(at, demand) }];
    });
    const experience = { demand, columns, refused: 0, accepted: [] };
    this.#experiences.set(demand.name, experience);
    return experience;
  }

  #recipes(at: number, demand: Demand): readonly ValueRecipe[] {
    const column = this.#column(at);
    if (column === undefined || this.#chosen.has(column.name) || this.#counted.has(column.name)) return [{ of: 'own' }];
    const others = this.#table.columns.filter(({ name }) => name !== column.name && demand.columns.includes(name));
    const recipes = recipesFor(column, demand, others);
    // Any other value would refer to a row that does not exist.
    if (this.#isReference(at)) return recipes.filter((each) => each.of === 'own' || isNull(each));
    return recipes;
  }

  #isReference(at: number): boolean {
    return this.#table.foreignKeys.some(({ columns }) => columns.includes(this.columns[at] ?? ''));
  }

  #column(at: number): Column | undefined {
    return this.#table.columns.find(({ name }) => name === this.columns[at]);
  }
}

function isNull(recipe: ValueRecipe): boolean {
  return recipe.of === 'value' && recipe.value === null;
}

/** Returns a value at this distance from another, or the other one itself if its form is not known. */
function near(other: Value, step: number, column: Column | undefined): Value {
  if (other === null || step === 0 || typeof other === 'object') return other;
  if (typeof other === 'number') return other + step;
  if (/^-?\d+(?:\.\d+)?$/.test(other)) return String(Number((Number(other) + step).toFixed(column?.scale ?? 6)));
  const [day = '', clock = '00:00:00'] = other.split(' ');
  const timeMs = Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(timeMs)) return other;
  const moved = new Date(timeMs + step * 1000);
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() > 9999) return other;
  const text = moved.toISOString();
  return column?.type === 'date' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}
