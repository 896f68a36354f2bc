import { trouble } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { WorkloadStatement } from '../fixture/generators.ts';
import { placeholders } from '../fixture/sql.ts';
import { Generators, type Generate, type Value } from './generate.ts';
import { OwnRows } from './own-rows.ts';
import { stream } from './random.ts';

/** One write of a fixture, with its values. */
export interface Statement {
  /** The index of the operation that it belongs to. */
  readonly index: number;
  /** The name of the statement in workload.json. */
  readonly statement: string;
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  readonly values: readonly Value[];
  /** The value of each parameter. */
  readonly parameters: ReadonlyMap<string, Value>;
}

interface Compiled {
  readonly name: string;
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  readonly names: readonly string[];
  readonly parameters: ReadonlyMap<string, Make>;
  /** What an example takes for a key of a row that the writer inserted, of which there is none yet. */
  readonly standIns: ReadonlyMap<string, Generate>;
}

/** Rows that the parameters of one operation have picked, by the place whose random numbers chose them. */
type Picked = Map<string, OwnRow | undefined>;
type Make = (index: number, picked: Picked) => Value | undefined;

/** A key that no server generates. It is text, so a column of text or bytes can also be compared with it. */
const NO_ROW = '-1';

/**
 * Decides what each operation does. Which statement it is, and with which values, depends only on the seed and its
 * index, except for the keys that the server generates for inserted rows: `inserted` reports them.
 */
export class StatementPlanner {
  readonly #generators: Generators;
  readonly #statements: readonly Compiled[];
  readonly #weights: readonly number[];
  readonly #choice;
  readonly #rows = new Map<string, OwnRows<OwnRow>>();
  /** `table.column` of every key that some parameter asks for. */
  readonly #keyColumns = new Set<string>();

  /** @param settleOperations after how many operations a row can be referred to: it should be acknowledged by then. */
  constructor(application: Application, seed: number, settleOperations: number) {
    this.#generators = new Generators(application.seed.tables, seed, application.loaded);
    this.#choice = stream(seed, 'operation');
    const entries = Object.entries(application.workload.statements);
    for (const [, { table }] of entries) this.#rows.set(table, new OwnRows(settleOperations));
    this.#statements = entries.map(([name, statement]) => this.#compile(name, statement));
    let sum = 0;
    this.#weights = entries.map(([, { weight }]) => (sum += weight));
  }

  /**
   * Plans the operation with this index; must be called in order, once for each.
   *
   * An operation that needs a row which the writer inserted becomes an insert into the same table when there is none,
   * or when the insert that should have made it was not acknowledged.
   */
  operation(index: number): Statement {
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

  /**
   * Returns every statement once, to be tried and rolled back. There are no rows of the writer's own yet: an insert refers
   * to a row that was loaded, and any other statement to one that does not exist.
   */
  examples(): readonly Statement[] {
    return this.#statements.map((statement, index) => {
      const { kind, standIns } = statement;
      const standIn = (name: string) => (kind === 'insert' ? standIns.get(name)?.(index) : undefined) ?? NO_ROW;
      return this.#fill(statement, index, standIn)!;
    });
  }

  /** Reports which key the server gave to a row, 0 for none. */
  inserted(operation: Statement, insertId: number | string): void {
    if (operation.kind !== 'insert') return;
    const statement = this.#statements.find(({ name }) => name === operation.statement);
    const sent = new Map<string, Value>();
    for (const [at, name] of (statement?.names ?? []).entries()) {
      if (this.#keyColumns.has(`${operation.table}.${name}`)) sent.set(name, operation.values[at] ?? null);
    }
    this.#rows.get(operation.table)?.acknowledged(operation.index, sent.size === 0 ? { insertId } : { insertId, sent });
  }

  /** Returns the statements that insert, those into this table first. */
  #inserts(first: string | undefined): Compiled[] {
    const inserts = this.#statements.filter(({ kind }) => kind === 'insert');
    return inserts.toSorted((a, b) => Number(b.table === first) - Number(a.table === first));
  }

  /** @param instead gives the value of a parameter whose key is not known. */
  #fill(statement: Compiled, index: number, instead?: (name: string) => Value): Statement | undefined {
    const values: Value[] = [];
    const made = new Map<string, Value>();
    const picked: Picked = new Map();
    for (const name of statement.names) {
      const known = made.get(name) ?? statement.parameters.get(name)?.(index, picked);
      const value = known === undefined ? instead?.(name) : known;
      if (value === undefined) return undefined;
      made.set(name, value);
      values.push(value);
    }
    if (statement.kind === 'insert') this.#rows.get(statement.table)?.planned(index);
    const { name, kind, table, sql } = statement;
    return { index, statement: name, kind, table, sql, values, parameters: made };
  }

  #compile(name: string, statement: WorkloadStatement): Compiled {
    const parameters = Object.entries(statement.parameters).map(([parameter, generator]) => {
      const row = generator.kind === 'key' ? generator.row : undefined;
      // Parameters of one row draw the same random numbers.
      const place = row === undefined ? `${name}/${parameter}` : `${name}/row ${row}`;
      const make =
        generator.kind === 'key' ? this.#key(place, statement, generator) : this.#generators.plain(place, generator);
      return [parameter, make] as const;
    });
    const { sql, names } = placeholders(statement.sql, 'workload.json');
    const { kind, table } = statement;
    return {
      name,
      kind,
      table,
      sql,
      names,
      parameters: new Map(parameters),
      standIns: new Map(
        Object.entries(statement.parameters).flatMap(([parameter, generator]) => {
          if (generator.kind !== 'key' || !this.#generators.hasLoaded(generator.table, generator.column)) return [];
          return [[parameter, this.#generators.loadedRow(generator.table, generator.column)] as const];
        }),
      ),
    };
  }

  #key(
    place: string,
    statement: WorkloadStatement,
    generator: Extract<WorkloadStatement['parameters'][string], { kind: 'key' }>,
  ): Make {
    const { table, column, from, stride } = generator;
    if (stride !== undefined && from === 'loaded') return this.#generators.loadedInTurn(table, column, stride);
    this.#keyColumns.add(`${table}.${column}`);
    const own = stream(this.#generators.seed, place);
    const { random } = this.#generators;
    const loaded: Generate | undefined = from === 'inserted' ? undefined : this.#generators.loadedRow(table, column);
    const takes = statement.kind === 'delete' && statement.table === table;
    return (index, picked) => {
      random.at(own, index);
      const wantsOwn = from === 'inserted' || (from === 'either' && random.next() < 0.5);
      if (wantsOwn) {
        const point = random.next();
        // Done once for all parameters of a row, because a delete takes what it picks.
        if (!picked.has(place)) picked.set(place, this.#rows.get(table)?.pick(index, point, takes));
      }
      const found = picked.get(place);
      // A column whose values the writer sends is known by its parameter's name; any other was generated by the server.
      if (found !== undefined) return found.sent?.get(column) ?? found.insertId;
      return loaded?.(index);
    };
  }
}

interface OwnRow {
  readonly insertId: number | string;
  /** Returns key columns whose values the writer sent, if there are any. */
  readonly sent?: ReadonlyMap<string, Value>;
}
