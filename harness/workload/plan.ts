import { trouble } from '../errors.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { WorkloadStatement } from '../fixture/generators.ts';
import { placeholders } from '../fixture/sql.ts';
import { Generators, type Generate, type Value } from './generate.ts';
import { stream } from './random.ts';

/** One write, ready to be sent. */
export interface Operation {
  /** Counted from 0 since the writer began. */
  readonly index: number;
  /** Name of the statement in workload.json. */
  readonly statement: string;
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  readonly values: readonly Value[];
}

interface Compiled {
  readonly name: string;
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  readonly names: readonly string[];
  readonly parameters: ReadonlyMap<string, (index: number) => Value | undefined>;
}

/**
 * Decides what each operation does. Which statement it is, with which values, depends on the seed and its index alone,
 * but for the keys that the server hands out to inserted rows: they are told by `inserted`.
 */
export class Plan {
  readonly #generators: Generators;
  readonly #statements: readonly Compiled[];
  readonly #weights: readonly number[];
  readonly #choice;
  readonly #rows = new Map<string, OwnRows>();
  /** `table.column` of every key that some parameter asks for. */
  readonly #keyColumns = new Set<string>();

  /** @param settleOperations how many operations later a row can be referred to: it should be acknowledged by then. */
  constructor(fixture: Fixture, seed: number, settleOperations: number) {
    this.#generators = new Generators(fixture.seed.tables, seed);
    this.#choice = stream(seed, 'operation');
    const entries = Object.entries(fixture.workload.statements);
    for (const [, { table }] of entries) this.#rows.set(table, new OwnRows(settleOperations));
    this.#statements = entries.map(([name, statement]) => this.#compile(name, statement));
    let sum = 0;
    this.#weights = entries.map(([, { weight }]) => (sum += weight));
  }

  /**
   * The operation of this index; to be asked for in order, each once.
   *
   * One that needs a row which the writer inserted becomes an insert into the same table when there is none, or when
   * the insert that should have made it was not acknowledged.
   */
  operation(index: number): Operation {
    const { random } = this.#generators;
    random.at(this.#choice, index);
    const point = random.next() * (this.#weights.at(-1) ?? 0);
    const chosen = this.#statements[this.#weights.findIndex((weight) => point < weight)];
    const filled = chosen === undefined ? undefined : this.#fill(chosen, index);
    if (filled !== undefined) return filled;
    for (const instead of this.#inserts(chosen?.table)) {
      const insert = this.#fill(instead, index);
      if (insert !== undefined) return insert;
    }
    throw trouble({
      what: `Operation ${index} needs a row that the writer inserted, and no statement can insert one.`,
      where: chosen?.name ?? 'workload.json',
    });
  }

  /** Tells which key the server gave to a row, 0 for none. */
  inserted(operation: Operation, insertId: number | string): void {
    if (operation.kind !== 'insert') return;
    const statement = this.#statements.find(({ name }) => name === operation.statement);
    const sent = new Map<string, Value>();
    for (const [at, name] of (statement?.names ?? []).entries()) {
      if (this.#keyColumns.has(`${operation.table}.${name}`)) sent.set(name, operation.values[at] ?? null);
    }
    this.#rows.get(operation.table)?.acknowledged(operation.index, sent.size === 0 ? { insertId } : { insertId, sent });
  }

  /** Statements that insert, those into this table first. */
  #inserts(first: string | undefined): Compiled[] {
    const inserts = this.#statements.filter(({ kind }) => kind === 'insert');
    return inserts.toSorted((a, b) => Number(b.table === first) - Number(a.table === first));
  }

  #fill(statement: Compiled, index: number): Operation | undefined {
    const values: Value[] = [];
    const made = new Map<string, Value>();
    for (const name of statement.names) {
      const value = made.get(name) ?? statement.parameters.get(name)?.(index);
      if (value === undefined) return undefined;
      made.set(name, value);
      values.push(value);
    }
    if (statement.kind === 'insert') this.#rows.get(statement.table)?.planned(index);
    const { name, kind, table, sql } = statement;
    return { index, statement: name, kind, table, sql, values };
  }

  #compile(name: string, statement: WorkloadStatement): Compiled {
    const parameters = Object.entries(statement.parameters).map(([parameter, generator]) => {
      const place = `${name}/${parameter}`;
      const make =
        generator.kind === 'key' ? this.#key(place, statement, generator) : this.#generators.plain(place, generator);
      return [parameter, make] as const;
    });
    const { sql, names } = placeholders(statement.sql, 'workload.json');
    return { name, kind: statement.kind, table: statement.table, sql, names, parameters: new Map(parameters) };
  }

  #key(
    place: string,
    statement: WorkloadStatement,
    generator: Extract<WorkloadStatement['parameters'][string], { kind: 'key' }>,
  ): (index: number) => Value | undefined {
    const { table, column, from } = generator;
    this.#keyColumns.add(`${table}.${column}`);
    const own = stream(this.#generators.seed, place);
    const { random } = this.#generators;
    const loaded: Generate | undefined = from === 'inserted' ? undefined : this.#generators.loadedRow(table, column);
    const takes = statement.kind === 'delete' && statement.table === table;
    return (index) => {
      random.at(own, index);
      const wantsOwn = from === 'inserted' || (from === 'either' && random.next() < 0.5);
      const found = wantsOwn ? this.#rows.get(table)?.pick(index, random.next(), takes) : undefined;
      // A column whose values the writer sends is known by its parameter's name; any other is what the server handed out.
      if (found !== undefined) return found.sent?.get(column) ?? found.insertId;
      return loaded?.(index);
    };
  }
}

interface OwnRow {
  readonly insertId: number | string;
  /** Key columns whose values the writer sent, where there are any. */
  readonly sent?: ReadonlyMap<string, Value>;
}

/** Rows of one table that the writer inserted and did not delete. */
class OwnRows {
  readonly #settleOperations: number;
  /** Inserts too young to be referred to: most likely not acknowledged yet. */
  readonly #young: number[] = [];
  readonly #old: number[] = [];
  readonly #rows = new Map<number, OwnRow>();

  constructor(settleOperations: number) {
    this.#settleOperations = settleOperations;
  }

  planned(index: number): void {
    this.#young.push(index);
  }

  acknowledged(index: number, row: OwnRow): void {
    this.#rows.set(index, row);
  }

  /** Which insert it is depends on the plan alone, not on what was acknowledged when. */
  pick(index: number, point: number, takes: boolean): OwnRow | undefined {
    while ((this.#young[0] ?? Infinity) <= index - this.#settleOperations) this.#old.push(this.#young.shift() ?? 0);
    const at = Math.floor(point * this.#old.length);
    const chosen = this.#old[at];
    if (chosen === undefined) return undefined;
    const row = this.#rows.get(chosen);
    if (takes) {
      this.#old[at] = this.#old.at(-1) ?? chosen;
      this.#old.pop();
      this.#rows.delete(chosen);
    }
    return row;
  }
}
