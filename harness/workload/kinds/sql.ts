import type { Application } from '../../fixture/fixture.ts';
import type { TableKey } from '../exact-key.ts';
import { generatedBy, handedOutKey, rowNaming, sentKey, type RowNaming } from '../row-naming.ts';
import { StatementPlanner, type Statement, type Transaction } from '../statement-planner.ts';
import type { Done, Kind, KindOptions, Operation } from './kind.ts';
import { transactionOperation } from './transaction.ts';

/** The application's own statements, each committing itself, and its transactions. */
export class Sql implements Kind {
  readonly #planner: StatementPlanner;
  readonly #origin: number;
  /** How each statement, or each step of a transaction, names its row, by the name of the statement or transaction. */
  readonly #namings: ReadonlyMap<string, readonly (RowNaming | null)[]>;

  /** @param keys the keys, by table. */
  constructor(
    { seed, origin, settleOperations, retireOperations }: KindOptions,
    application: Application,
    keys: ReadonlyMap<string, TableKey | null>,
  ) {
    this.#planner = new StatementPlanner(application, seed, settleOperations, retireOperations);
    this.#origin = origin;
    const { statements, transactions = {} } = application.workload;
    this.#namings = new Map(
      [
        ...Object.entries(statements).map(([name, statement]) => [name, [statement]] as const),
        ...Object.entries(transactions).map(([name, { steps }]) => [name, steps] as const),
      ].map(([name, steps]) => [name, steps.map((step) => rowNaming(step, keys.get(step.table) ?? null))]),
    );
  }

  plan(index: number): Operation {
    const planned = this.#planner.plan(this.#origin + index);
    return planned.kind === 'transaction' ? this.#transaction(planned, index) : this.#statement(planned, index);
  }

  #transaction(planned: Transaction, index: number): Operation {
    const namings = this.#namings.get(planned.name) ?? [];
    return transactionOperation(index, planned, namings, (inserted, insertId) =>
      this.#planner.inserted(inserted, insertId),
    );
  }

  #statement(statement: Statement, index: number): Operation {
    const { kind: f, table } = statement;
    const naming = this.#namings.get(statement.statement)?.[0] ?? null;
    return {
      index,
      kind: 'sql',
      f,
      table,
      key: naming === null ? null : sentKey(naming, statement),
      value: f === 'read' ? null : this.#origin + index + 1,
      statement: statement.statement,
      send: async (session): Promise<Done> => {
        if (f === 'read') {
          await session.read(statement.sql, statement.values);
          return {};
        }
        const { result, askServer } = await session.writeWitnessed(table, statement.sql, statement.values);
        const { affectedRows: matched } = result;
        const insertId = generatedBy(naming, result.insertId);
        this.#planner.inserted(statement, insertId);
        if (f !== 'insert' || matched === 0) return { askServer, matched };
        const key = naming === null ? null : handedOutKey(naming, statement, insertId);
        return key === null ? { askServer } : { askServer, key };
      },
    };
  }
}
