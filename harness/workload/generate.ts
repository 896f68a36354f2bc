import { Faker, base, en } from '@faker-js/faker';
import { fakerMethod, type ColumnGenerator, type ParameterGenerator, type Seed } from '../fixture/generators.ts';
import { trouble } from '../errors.ts';
import { PlacedRandom, stream } from './random.ts';

/** What is sent to the server as it stands; times are text in UTC. */
export type Value = string | number | null;

/** Makes the value of one column or parameter for the row or operation of this index, counted from 0. */
export type Generate = (index: number) => Value;

/** A generator that needs no more than its own settings; the others need other rows. */
type Plain = Exclude<ColumnGenerator | ParameterGenerator, { kind: 'reference' | 'key' }>;

// Relative dates, as `date.past`, count from here, not from today.
const referenceDate = new Date('2026-01-01T00:00:00.000Z');

/** Compiles the generators of a fixture; every value depends on the seed, its place, and its index alone. */
export class Generators {
  readonly random = new PlacedRandom();
  // Faker takes the function off its object, so `this` has to be bound.
  readonly #faker = new Faker({
    locale: [en, base],
    randomizer: { next: () => this.random.next(), seed: () => {} },
  });
  readonly seed: number;
  readonly #tables: Seed['tables'];
  readonly #columns = new Map<string, Generate>();

  constructor(tables: Seed['tables'], seed: number) {
    this.#tables = tables;
    this.seed = seed;
    this.#faker.setDefaultRefDate(referenceDate);
  }

  /** Rows of a table that are loaded. */
  rows(table: string): number {
    return this.#tables[table]?.rows ?? 0;
  }

  /** @throws trouble when the seed has no such column, which a fixture that was read always has. */
  column(table: string, column: string): Generate {
    const place = `${table}.${column}`;
    const known = this.#columns.get(place);
    if (known !== undefined) return known;
    const generator = this.#tables[table]?.columns[column];
    if (generator === undefined) {
      throw trouble({ what: `The seed has no generator for ${place}.`, next: 'read the fixture by readFixture' });
    }
    const compiled =
      generator.kind === 'reference'
        ? this.#placed(place, generator.nullFraction, this.loadedRow(generator.table, generator.column))
        : this.plain(place, generator);
    this.#columns.set(place, compiled);
    return compiled;
  }

  /** A generator that refers to no other row. `place` names its stream of random numbers. */
  plain(place: string, generator: Plain): Generate {
    return this.#placed(place, generator.nullFraction, this.#compile(generator));
  }

  /** The value of a column in a loaded row that is picked at random, from wherever the random numbers stand. */
  loadedRow(table: string, column: string): Generate {
    const values = this.column(table, column);
    const rows = this.rows(table);
    return () => values(this.random.below(rows));
  }

  #placed(place: string, nullFraction: number, generate: Generate): Generate {
    const own = stream(this.seed, place);
    if (nullFraction === 0) {
      return (index) => {
        this.random.at(own, index);
        return generate(index);
      };
    }
    return (index) => {
      this.random.at(own, index);
      return this.random.next() < nullFraction ? null : generate(index);
    };
  }

  #compile(generator: Plain): Generate {
    const { random } = this;
    switch (generator.kind) {
      case 'sequence':
        return (index) => generator.start + generator.step * index;
      case 'integer': {
        const size = generator.max - generator.min + 1;
        return () => generator.min + random.below(size);
      }
      case 'pick':
        return () => generator.values[random.below(generator.values.length)] ?? null;
      case 'template':
        return (index) => generator.text.replaceAll('{row}', String(index + 1));
      default:
        return this.#compileFaker(generator);
    }
  }

  #compileFaker(generator: Extract<Plain, { kind: 'faker' }>): Generate {
    const method = fakerMethod(this.#faker, generator.method);
    if (method === undefined) throw trouble({ what: `faker has no ${generator.method}.` });
    const { maxLength } = generator;
    return () => {
      const value = method(...generator.arguments);
      if (typeof value === 'string') {
        return maxLength !== undefined && value.length > maxLength
          ? Array.from(value).slice(0, maxLength).join('')
          : value;
      }
      return typeof value === 'number' ? value : asText(value);
    };
  }
}

function asText(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) {
    const text = value.toISOString();
    return `${text.slice(0, 10)} ${text.slice(11, 23)}`;
  }
  return JSON.stringify(value);
}
