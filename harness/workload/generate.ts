import type { LoadedRows } from '../fixture/fixture.ts';
import { englishFaker } from '../fixture/english-faker.ts';
import { fakerMethod } from '../fixture/faker-method.ts';
import type { ColumnGenerator, ParameterGenerator, Seed } from '../fixture/generators.ts';
import { trouble } from '../errors.ts';
import { PlacedRandom, stream } from './random.ts';

/** A value to send to the server as it is; times are text in UTC. */
export type Value = string | number | Buffer | null;

/** The share of rows that have an edge value of a type, if there are any. */
const EDGE_FRACTION = 0.02;

/** Makes the value of one column or parameter for the row or operation with this index, counted from 0. */
export type Generate = (index: number) => Value;

/** A generator that needs only its own settings; the others need other rows. */
type Plain = Exclude<ColumnGenerator | ParameterGenerator, { kind: 'reference' | 'key' }>;

type Shared = Pick<Plain, 'nullFraction' | 'edges'>;

// Relative dates, such as `date.past`, count from this date and not from today.
const referenceDate = new Date('2026-01-01T00:00:00.000Z');

/** The rows of a table that its server accepted, if it refused some in their first form. */
export interface AcceptedRows {
  /** The indexes of these rows, in order. */
  readonly indexes: readonly number[];
  /** Values that were generated again, by index and column. */
  readonly changed: ReadonlyMap<number, ReadonlyMap<string, Value>>;
}

/** Compiles the generators of a fixture. Every value depends only on the seed, its place, and its index. */
export class Generators {
  readonly random = new PlacedRandom();
  // Faker takes the function off its object, so `this` has to be bound.
  readonly #faker = englishFaker({ randomizer: { next: () => this.random.next(), seed: () => {} } });
  readonly seed: number;
  readonly #tables: Seed['tables'];
  readonly #loaded: ReadonlyMap<string, LoadedRows>;
  readonly #columns = new Map<string, Generate>();
  readonly #accepted = new Map<string, AcceptedRows>();

  /** @param loaded existing rows, which come before those of a seed. */
  constructor(tables: Seed['tables'], seed: number, loaded: ReadonlyMap<string, LoadedRows> = new Map()) {
    this.#tables = tables;
    this.#loaded = loaded;
    this.seed = seed;
    this.#faker.setDefaultRefDate(referenceDate);
  }

  /** The rows of a table that are loaded. */
  rows(table: string): number {
    return this.#tables[table]?.rows ?? 0;
  }

  /** Makes other rows refer only to rows of the table that the server accepted, in the form that it accepted. */
  accept(table: string, rows: AcceptedRows): void {
    this.#accepted.set(table, rows);
  }

  /** Whether the server accepted every row of the table in its first form, as far as is known. */
  isWhole(table: string): boolean {
    return !this.#accepted.has(table);
  }

  /** Whether the server accepted none of the table's rows. */
  isEmpty(table: string): boolean {
    return this.#accepted.get(table)?.indexes.length === 0;
  }

  /** Whether the value of a column counts up with its row. */
  isCounting(table: string, column: string): boolean {
    const generator = this.#tables[table]?.columns[column];
    if (generator === undefined) return false;
    return ['sequence', 'template'].includes(generator.kind) || 'stride' in generator || 'stepSeconds' in generator;
  }

  /** @throws trouble if the seed has no such column; a fixture that was read always has it. */
  column(table: string, column: string): Generate {
    const place = `${table}.${column}`;
    const known = this.#columns.get(place);
    if (known !== undefined) return known;
    const generator = this.#tables[table]?.columns[column];
    if (generator === undefined) {
      throw trouble({ what: `The seed has no generator for ${place}.`, next: 'read the fixture by readFixture' });
    }
    // Columns of one row draw the same random numbers.
    const drawn = 'row' in generator && generator.row !== undefined ? `${table}/row ${generator.row}` : place;
    const compiled =
      generator.kind === 'reference'
        ? this.#placed(drawn, generator, this.#referred(generator))
        : this.plain(drawn, generator);
    this.#columns.set(place, compiled);
    return compiled;
  }

  /** Returns a generator that does not refer to another row. `place` names its stream of random numbers. */
  plain(place: string, generator: Plain): Generate {
    return this.#placed(place, generator, this.#compile(place, generator));
  }

  /**
   * Returns the value of a column in a loaded row that is picked at random, at the current position of the random
   * numbers.
   */
  loadedRow(table: string, column: string): Generate {
    const there = this.#loaded.get(table);
    const at = there?.columns.indexOf(column) ?? -1;
    if (there !== undefined && at >= 0) {
      return () => there.rows[this.random.below(there.rows.length)]?.[at] ?? null;
    }
    const values = this.#acceptedValue(table, column);
    return () => values(this.random.below(this.#acceptedCount(table)));
  }

  /** Returns the value of a column in loaded rows that are used in turn, each for `stride` indexes. */
  loadedInTurn(table: string, column: string, stride: number): Generate {
    const there = this.#loaded.get(table);
    const at = there?.columns.indexOf(column) ?? -1;
    if (there !== undefined && at >= 0) {
      return (index) => there.rows[Math.floor(index / stride) % there.rows.length]?.[at] ?? null;
    }
    const values = this.#acceptedValue(table, column);
    return (index) => values(Math.floor(index / stride) % this.#acceptedCount(table));
  }

  /** Whether rows of the table were loaded, and the values of this column are known. */
  hasLoaded(table: string, column: string): boolean {
    const there = this.#loaded.get(table);
    if (there !== undefined && there.columns.includes(column)) return there.rows.length > 0;
    return this.rows(table) > 0 && this.#tables[table]?.columns[column] !== undefined;
  }

  #referred({ table, column, stride }: Extract<ColumnGenerator, { kind: 'reference' }>): Generate {
    return stride === undefined ? this.loadedRow(table, column) : this.loadedInTurn(table, column, stride);
  }

  #acceptedCount(table: string): number {
    return this.#accepted.get(table)?.indexes.length ?? this.rows(table);
  }

  /** Returns the value in the accepted row at this place, or null if the server accepted none. */
  #acceptedValue(table: string, column: string): Generate {
    const made = this.column(table, column);
    return (at) => {
      const accepted = this.#accepted.get(table);
      if (accepted === undefined) return made(at);
      const index = accepted.indexes[at];
      if (index === undefined) return null;
      const changed = accepted.changed.get(index)?.get(column);
      return changed === undefined ? made(index) : changed;
    };
  }

  #placed(place: string, { nullFraction, edges = [] }: Shared, generate: Generate): Generate {
    const own = stream(this.seed, place);
    if (nullFraction === 0 && edges.length === 0) {
      return (index) => {
        this.random.at(own, index);
        return generate(index);
      };
    }
    return (index) => {
      this.random.at(own, index);
      const point = this.random.next();
      if (point < nullFraction) return null;
      // This counts from the other end, so that a column can have both NULLs and edge values.
      if (edges.length > 0 && point >= 1 - EDGE_FRACTION) return edges[this.random.below(edges.length)]!;
      return generate(index);
    };
  }

  #compile(place: string, generator: Plain): Generate {
    const { random } = this;
    switch (generator.kind) {
      case 'sequence':
        return sequenceOf(generator);
      case 'integer': {
        const size = generator.max - generator.min + 1;
        return () => generator.min + random.below(size);
      }
      case 'pick':
        return pickOf(generator, random);
      case 'template':
        return templateOf(generator.text);
      case 'decimal':
        return () => (generator.min + random.next() * (generator.max - generator.min)).toFixed(generator.scale);
      case 'time':
        return timeOf(generator, random);
      case 'bytes':
        return () => Buffer.from(Array.from({ length: generator.length }, () => random.below(256)));
      case 'point':
        return () => pointAt(generator.srid, random.next() * 180 - 90, random.next() * 180 - 90);
      default:
        return generator.pool === undefined
          ? this.#compileFaker(generator)
          : this.#pooled(place, generator.pool, this.#compileFaker(generator));
    }
  }

  /**
   * Picks from values that are generated when they are first needed. Filling the pools of a large schema in advance
   * takes seconds in which nothing else would be sent: 5.5 s with 66 tables, when all statements are tried.
   */
  #pooled(place: string, size: number, generate: Generate): Generate {
    const own = stream(this.seed, `${place}/pool`);
    const pool = new Map<number, Value>();
    return (index) => {
      const at = this.random.below(size);
      const known = pool.get(at);
      if (known !== undefined) return known;
      this.random.at(own, at);
      const value = generate(index);
      pool.set(at, value);
      return value;
    };
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

/** Replaces `{row}` with the number of the row, and `{row:8}` with the same in at least eight digits. */
function templateOf(text: string): Generate {
  return (index) =>
    text.replaceAll(/\{row(?::(\d+))?\}/g, (_, digits = '0') => String(index + 1).padStart(Number(digits), '0'));
}

function sequenceOf({ start, step, stride }: Extract<Plain, { kind: 'sequence' }>): Generate {
  if (stride === undefined) return (index) => start + step * index;
  return (index) => start + step * Math.floor(index / stride);
}

function pickOf({ values, stride }: Extract<Plain, { kind: 'pick' }>, random: PlacedRandom): Generate {
  if (stride === undefined) return () => values[random.below(values.length)] ?? null;
  return (index) => values[Math.floor(index / stride) % values.length] ?? null;
}

function timeOf(generator: Extract<Plain, { kind: 'time' }>, random: PlacedRandom): Generate {
  const { form, from, to, fraction, stepSeconds } = generator;
  const seconds = (index: number) =>
    stepSeconds === undefined ? from + random.below(to - from + 1) : from + index * stepSeconds;
  const digits = () => (fraction === 0 ? '' : `.${String(random.below(10 ** fraction)).padStart(fraction, '0')}`);
  if (form === 'time') return (index) => `${clock(seconds(index))}${digits()}`;
  const iso = (index: number) => new Date(seconds(index) * 1000).toISOString();
  if (form === 'year') return (index) => Number(iso(index).slice(0, 4));
  if (form === 'date') return (index) => iso(index).slice(0, 10);
  return (index) => {
    const text = iso(index);
    return `${text.slice(0, 10)} ${text.slice(11, 19)}${digits()}`;
  };
}

function clock(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/**
 * MySQL's own form of a geometry (its manual, “Supported Spatial Data Formats”): SRID, byte order, type, coordinates.
 */
function pointAt(srid: number, x: number, y: number): Buffer {
  const bytes = Buffer.alloc(25);
  bytes.writeUInt32LE(srid, 0);
  bytes.writeUInt8(1, 4);
  bytes.writeUInt32LE(1, 5);
  bytes.writeDoubleLE(x, 9);
  bytes.writeDoubleLE(y, 17);
  return bytes;
}
