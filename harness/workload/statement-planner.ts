import { trouble } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { ParameterGenerator, Retry, WorkloadStatement, WorkloadTransaction } from '../fixture/generators.ts';
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

/** A step of a transaction, ready to be filled with values. */
interface Step {
  readonly kind: WorkloadStatement['kind'];
  readonly table: string;
  readonly sql: string;
  /** Its parameters, in the order in which `sql` has a `?` for each. */
  readonly names: readonly string[];
  /** What it saves for later steps, by name. */
  readonly saves: Readonly<Record<string, string>>;
}

/** One transaction of a fixture, with the values of its parameters. */
export interface Transaction {
  readonly kind: 'transaction';
  /** The index of the operation that it belongs to. */
  readonly index: number;
  readonly name: string;
  readonly steps: readonly Step[];
  readonly parameters: ReadonlyMap<string, Value>;
  readonly retry?: Retry | undefined;
}

/** What a transaction's step is once everything that it uses is known. */
export function stepStatement(
  { index, name, steps }: Transaction,
  at: number,
  known: ReadonlyMap<string, Value>,
): Statement {
  const { kind, table, sql, names } = steps[at]!;
  const parameters = new Map(names.map((each) => [each, known.get(each) ?? null] as const));
  // Each step has an index of its own, between that of its operation and the next.
  return {
    index: index + at / steps.length,
    statement: name,
    kind,
    table,
    sql,
    values: names.map((each) => parameters.get(each) ?? null),
    parameters,
  };
}

/** A statement, or a transaction with several steps. */
interface Compiled {
  readonly name: string;
  readonly isTransaction: boolean;
  readonly steps: readonly Step[];
  readonly retry: Retry | undefined;
  readonly parameters: ReadonlyMap<string, Make>;
  /** The value that an example uses for the key of a row that the writer inserted, because there is none yet. */
  readonly standIns: ReadonlyMap<string, Generate>;
  /** The tables from which its keys are taken. */
  readonly keyTables: readonly string[];
}

type Uncompiled = Omit<WorkloadTransaction, 'weight'> & { readonly name: string; readonly isTransaction: boolean };

function asTransaction({ weight, parameters, ...step }: WorkloadStatement): WorkloadTransaction {
  return { weight, parameters, steps: [step] };
}

/** Rows that the parameters of one operation have picked, by the place whose random numbers chose them. */
type Picked = Map<string, OwnRow | undefined>;
type Make = (index: number, picked: Picked) => Value | undefined;

/** A key that no server generates. It is text, so that a column of text or bytes can also be compared with it. */
const NO_ROW = '-1';

/**
 * Decides what each operation does. Its statement and values depend only on the seed and its index, except for the keys
 * that the server generates for inserted rows, which `inserted` reports.
 */
export class StatementPlanner {
  readonly #generators: Generators;
  readonly #compiled: readonly Compiled[];
  readonly #weights: readonly number[];
  readonly #choice;
  readonly #rows = new Map<string, OwnRows<OwnRow>>();
  /** `table.column` of every key that a parameter needs. */
  readonly #keyColumns = new Set<string>();

  /**
   * @param settleOperations after how many operations a row can be referred to, as it should be acknowledged by then.
   * @param retireOperations how many operations after the last one that could refer to a row it is deleted, at the
   *   earliest.
   */
  constructor(application: Application, seed: number, settleOperations: number, retireOperations = settleOperations) {
    this.#generators = new Generators(application.seed.tables, seed, application.loaded);
    this.#choice = stream(seed, 'operation');
    const { statements, transactions = {} } = application.workload;
    const all = [
      ...Object.entries(statements).map(([name, statement]) => ({
        name,
        ...asTransaction(statement),
        isTransaction: false,
      })),
      ...Object.entries(transactions).map(([name, transaction]) => ({ name, ...transaction, isTransaction: true })),
    ];
    for (const { table } of all.flatMap(({ steps }) => steps)) {
      this.#rows.set(table, new OwnRows(settleOperations, retireOperations));
    }
    this.#compiled = all.map((each) => this.#compile(each));
    let sum = 0;
    this.#weights = all.map(({ weight }) => (sum += weight));
  }

  /**
   * Plans the operation with this index; must be called in order, once for each index.
   *
   * An operation that needs a row that the writer inserted becomes an insert into the same table if there is none, if
   * none is due to be deleted, or if the insert of that row was not acknowledged.
   */
  plan(index: number): Statement | Transaction {
    const { random } = this.#generators;
    random.at(this.#choice, index);
    const point = random.next() * (this.#weights.at(-1) ?? 0);
    const chosen = this.#compiled[this.#weights.findIndex((weight) => point < weight)];
    const filled = chosen === undefined ? undefined : this.#fill(chosen, index);
    if (filled !== undefined) return filled;
    for (const instead of this.#inserts(chosen)) {
      const insert = this.#fill(instead, index);
      if (insert !== undefined) return insert;
    }
    throw trouble({
      what: `Operation ${index} needs a row that the writer inserted, and no statement can insert one.`,
      where: chosen?.name ?? 'workload.json',
    });
  }

  /** Plans an operation of a workload without transactions. */
  operation(index: number): Statement {
    const planned = this.plan(index);
    if (planned.kind !== 'transaction') return planned;
    throw trouble({
      what: `Operation ${index} is a transaction, where only statements are expected.`,
      where: planned.name,
    });
  }

  /**
   * Returns every statement once, to be tried and rolled back. There are no rows of the writer's own yet: an insert
   * refers to a row that was loaded, and any other statement to one that does not exist.
   */
  examples(): readonly Statement[] {
    return this.#compiled.flatMap((compiled, index) => {
      const inserts = compiled.steps.some(({ kind }) => kind === 'insert');
      const example = compiled.isTransaction ? undefined : this.#example(compiled, index, inserts);
      return example === undefined || example.kind === 'transaction' ? [] : [example];
    });
  }

  /** Returns every transaction once; it refers to rows that were loaded, so that its reads find what they save. */
  exampleTransactions(): readonly Transaction[] {
    return this.#compiled.flatMap((compiled, index) => {
      const example = compiled.isTransaction ? this.#example(compiled, index, true) : undefined;
      return example?.kind === 'transaction' ? [example] : [];
    });
  }

  #example(compiled: Compiled, index: number, refersToLoaded: boolean): Statement | Transaction | undefined {
    const standIn = (name: string) => (refersToLoaded ? compiled.standIns.get(name)?.(index) : undefined) ?? NO_ROW;
    return this.#fill(compiled, index, standIn);
  }

  /** Receives the key that the server gave to a row, or 0 for none. */
  inserted({ kind, table, index, parameters }: Statement, insertId: number | string): void {
    if (kind !== 'insert') return;
    const sent = new Map([...parameters].filter(([name]) => this.#keyColumns.has(`${table}.${name}`)));
    this.#rows.get(table)?.acknowledged(index, sent.size === 0 ? { insertId } : { insertId, sent });
  }

  /**
   * Returns inserts, beginning with those into the table of the chosen statement, or into one that its keys come from.
   */
  #inserts(chosen: Compiled | undefined): Compiled[] {
    const tables = new Set(
      chosen?.isTransaction === false ? chosen.steps.map(({ table }) => table) : chosen?.keyTables,
    );
    const into = (one: Compiled) => one.steps.some(({ kind, table }) => kind === 'insert' && tables.has(table));
    const inserts = this.#compiled.filter(({ steps }) => steps.some(({ kind }) => kind === 'insert'));
    return inserts.toSorted((a, b) => Number(into(b)) - Number(into(a)));
  }

  /** @param instead returns the value of a parameter whose key is not known. */
  #fill(compiled: Compiled, index: number, instead?: (name: string) => Value): Statement | Transaction | undefined {
    const { name, steps, retry, isTransaction } = compiled;
    const made = new Map<string, Value>();
    const picked: Picked = new Map();
    for (const [parameter, make] of compiled.parameters) {
      const known = make(index, picked);
      const value = known === undefined ? instead?.(parameter) : known;
      if (value !== undefined) made.set(parameter, value);
    }
    // All are asked first, so that rows of several tables which are deleted together become due together.
    if (made.size < compiled.parameters.size) return undefined;
    const planned: Transaction = { kind: 'transaction', index, name, steps, parameters: made, retry };
    const statements = steps.map((_, at) => stepStatement(planned, at, made));
    for (const each of statements) if (each.kind === 'insert') this.#rows.get(each.table)?.planned(each.index);
    return isTransaction ? planned : statements[0];
  }

  #compile({ name, steps, retry, parameters, isTransaction }: Uncompiled): Compiled {
    const compiled = steps.map(({ kind, table, sql, saves = {} }): Step => {
      return { kind, table, saves, ...placeholders(sql, 'workload.json') };
    });
    const generators = Object.entries(parameters);
    return {
      name,
      isTransaction,
      steps: compiled,
      retry,
      parameters: new Map(
        generators.map(([parameter, generator]) => {
          // Parameters of one row draw the same random numbers.
          const row = 'row' in generator ? generator.row : undefined;
          const place = row === undefined ? `${name}/${parameter}` : `${name}/row ${row}`;
          if (generator.kind !== 'key') return [parameter, this.#generators.plain(place, generator)];
          const takes = compiled.some(
            ({ kind, table, names }) => kind === 'delete' && table === generator.table && names.includes(parameter),
          );
          return [parameter, this.#key(place, takes, generator)];
        }),
      ),
      standIns: new Map(
        generators.flatMap(([parameter, generator]) => {
          if (generator.kind !== 'key' || !this.#generators.hasLoaded(generator.table, generator.column)) return [];
          return [[parameter, this.#generators.loadedRow(generator.table, generator.column)] as const];
        }),
      ),
      keyTables: generators.flatMap(([, generator]) => (generator.kind === 'key' ? [generator.table] : [])),
    };
  }

  /** @param takes whether the row that is picked is deleted. */
  #key(place: string, takes: boolean, generator: Extract<ParameterGenerator, { kind: 'key' }>): Make {
    const { table, column, from, stride } = generator;
    if (stride !== undefined && from === 'loaded') return this.#generators.loadedInTurn(table, column, stride);
    this.#keyColumns.add(`${table}.${column}`);
    const own = stream(this.#generators.seed, place);
    const { random } = this.#generators;
    const loaded: Generate | undefined = from === 'inserted' ? undefined : this.#generators.loadedRow(table, column);
    return (index, picked) => {
      random.at(own, index);
      const wantsOwn = from === 'inserted' || (from === 'either' && random.next() < 0.5);
      if (wantsOwn) {
        const point = random.next();
        // This is done once for all parameters of a row, because a delete removes the row that it picks.
        const rows = this.#rows.get(table);
        if (!picked.has(place)) picked.set(place, takes ? rows?.take(index, point) : rows?.pick(index, point));
      }
      const found = picked.get(place);
      // The writer sends the values of columns that have a parameter of that name; the server generates any other.
      if (found !== undefined) return found.sent?.get(column) ?? found.insertId;
      return loaded?.(index);
    };
  }
}

interface OwnRow {
  readonly insertId: number | string;
  /** Returns the key columns whose values the writer sent. */
  readonly sent?: ReadonlyMap<string, Value>;
}
