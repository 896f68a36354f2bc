import type { Application } from '../../fixture/fixture.ts';
import type { WorkloadStatement } from '../../fixture/generators.ts';
import { exactInsertId, exactKey, type KeyColumn, type TableKey } from '../exact-key.ts';
import type { Value } from '../generate.ts';
import { StatementPlanner, type Statement } from '../statement-planner.ts';
import { keyParametersOf } from '../statement-keys.ts';
import type { Kind, KindOptions, Operation } from './kind.ts';

/** How a statement says which row it is about. */
interface Naming {
  readonly key: TableKey;
  /**
   * Parameters of the key, by its columns; null if it does not name one row for certain. An insert may lack the
   * parameter for the column that the server generates.
   */
  readonly parameters: ReadonlyMap<string, string> | null;
}

/** The application's own statements, each committing itself. */
export class Sql implements Kind {
  readonly #planner: StatementPlanner;
  readonly #origin: number;
  /** How each statement on a table with a known key names its row, by statement. */
  readonly #namings: ReadonlyMap<string, Naming>;

  /** @param keys by table. */
  constructor(
    { seed, origin, settleOperations }: KindOptions,
    application: Application,
    keys: ReadonlyMap<string, TableKey | null>,
  ) {
    this.#planner = new StatementPlanner(application, seed, settleOperations);
    this.#origin = origin;
    this.#namings = new Map(
      Object.entries(application.workload.statements).flatMap(([name, statement]): [string, Naming][] => {
        const key = keys.get(statement.table) ?? null;
        if (key === null || statement.kind === 'read') return [];
        return [[name, { key, parameters: parametersOf(statement, key) }]];
      }),
    );
  }

  plan(index: number): Operation {
    const statement = this.#planner.operation(this.#origin + index);
    const { kind: f, table } = statement;
    const naming = this.#namings.get(statement.statement);
    return {
      index,
      kind: 'sql',
      f,
      table,
      key: naming === undefined ? null : sentKey(naming, statement),
      value: f === 'read' ? null : this.#origin + index + 1,
      statement: statement.statement,
      send: async (session) => {
        if (f === 'read') {
          await session.read(statement.sql, statement.values);
          return {};
        }
        const { result, server } = await session.writeWitnessed(table, statement.sql, statement.values);
        const { affectedRows: matched } = result;
        const insertId = exactInsertId(result.insertId, naming?.key.columns.find(isHandedOut(naming.key)));
        this.#planner.inserted(statement, insertId);
        if (f !== 'insert') return { server, matched };
        if (matched === 0) return { server, matched };
        const key = naming === undefined ? null : handedOutKey(naming, statement, insertId);
        return key === null ? { server } : { server, key };
      },
    };
  }
}

function parametersOf(statement: WorkloadStatement, key: TableKey): ReadonlyMap<string, string> | null {
  const names = key.columns.map(({ name }) => name);
  const all = keyParametersOf(statement, names);
  if (all !== null || statement.kind !== 'insert') return all;
  const sent = names.filter((name) => name !== key.handedOut);
  return keyParametersOf(statement, sent);
}

function isHandedOut({ handedOut }: TableKey): (column: KeyColumn) => boolean {
  return ({ name }) => name === handedOut;
}

/** Returns what the statement's own values say; null if the server has a say in it. */
function sentKey({ key, parameters }: Naming, statement: Statement): number | string | null {
  if (parameters === null) return null;
  const values = sentValues({ key, parameters }, statement);
  const wish = values[key.columns.findIndex(isHandedOut(key))];
  // AUTO_INCREMENT may take 0 as a request for a number, depending on the server's sql_mode.
  return statement.kind === 'insert' && Number(wish) === 0 ? null : exactKey(key, values);
}

function sentValues({ key, parameters }: Naming, statement: Statement): readonly (Value | undefined)[] {
  return key.columns.map(({ name }) => statement.parameters.get(parameters?.get(name) ?? ''));
}

/**
 * Returns the key with the value that the server generated. An upsert that updates an existing row returns an insert id
 * that says little.
 */
function handedOutKey(naming: Naming, statement: Statement, insertId: number | string): number | string | null {
  const { key } = naming;
  if (key.handedOut === null || insertId === 0 || /\bON\s+DUPLICATE\b/i.test(statement.sql)) return null;
  const sent = sentValues(naming, statement);
  return exactKey(
    key,
    key.columns.map((column, at) => (isHandedOut(key)(column) ? insertId : sent[at])),
  );
}
