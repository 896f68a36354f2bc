import type { Application } from '../../fixture/fixture.ts';
import { exactInsertId, exactKey, type TableKey } from '../exact-key.ts';
import { Plan, type Statement } from '../plan.ts';
import { keyParametersOf } from '../statement-keys.ts';
import type { Kind, KindOptions, Operation } from './kind.ts';

/** How a statement says which row it is about. */
interface Naming {
  readonly key: TableKey;
  /** Parameters of the key, by its columns; null where it does not name one row for certain. */
  readonly parameters: ReadonlyMap<string, string> | null;
}

/** The application's own statements, each committing itself. */
export class Sql implements Kind {
  readonly #plan: Plan;
  readonly #origin: number;
  /** By statement; of tables whose key is known. */
  readonly #namings: ReadonlyMap<string, Naming>;

  /** @param keys by table. */
  constructor(
    { seed, origin, settleOperations }: KindOptions,
    application: Application,
    keys: ReadonlyMap<string, TableKey | null>,
  ) {
    this.#plan = new Plan(application, seed, settleOperations);
    this.#origin = origin;
    this.#namings = new Map(
      Object.entries(application.workload.statements).flatMap(([name, statement]): [string, Naming][] => {
        const key = keys.get(statement.table) ?? null;
        if (key === null || statement.kind === 'read') return [];
        const columns = key.columns.map((column) => column.name);
        return [[name, { key, parameters: keyParametersOf(statement, columns) }]];
      }),
    );
  }

  plan(index: number): Operation {
    const statement = this.#plan.operation(this.#origin + index);
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
        const insertId = exactInsertId(result.insertId, naming?.key.columns[0]);
        this.#plan.inserted(statement, insertId);
        if (f !== 'insert') return { server, matched };
        if (matched === 0) return { server, matched };
        const key = naming?.key.isHandedOut === true ? handedOut(naming.key, statement, insertId) : null;
        return key === null ? { server } : { server, key };
      },
    };
  }
}

/** What the statement's own values say; null where the server has a say in it. */
function sentKey({ key, parameters }: Naming, statement: Statement): number | string | null {
  if (parameters === null) return null;
  const exact = exactKey(
    key,
    key.columns.map(({ name }) => statement.parameters.get(parameters.get(name) ?? '')),
  );
  // AUTO_INCREMENT takes 0 for a wish to be handed a number, by the server's sql_mode.
  return exact === 0 && key.isHandedOut && statement.kind === 'insert' ? null : exact;
}

/** One that updates a row which is there already gives an insert id that says little. */
function handedOut(key: TableKey, { sql }: Statement, insertId: number | string): number | string | null {
  if (insertId === 0 || /\bON\s+DUPLICATE\b/i.test(sql)) return null;
  return exactKey(key, [insertId]);
}
