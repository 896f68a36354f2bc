import type { Application } from '../../fixture/fixture.ts';
import { Plan } from '../plan.ts';
import type { Kind, KindOptions, Operation } from './kind.ts';

/** The application's own statements, each committing itself. */
export class Sql implements Kind {
  readonly #plan: Plan;
  readonly #origin: number;
  readonly #keyColumns: ReadonlyMap<string, string | null>;

  /** @param keyColumns by table: its column with auto_increment, if that alone is its primary key. */
  constructor(
    { seed, origin, settleOperations }: KindOptions,
    application: Application,
    keyColumns: ReadonlyMap<string, string | null>,
  ) {
    this.#plan = new Plan(application, seed, settleOperations);
    this.#origin = origin;
    this.#keyColumns = keyColumns;
  }

  plan(index: number): Operation {
    const statement = this.#plan.operation(this.#origin + index);
    const { kind: f, table, keys } = statement;
    const column = this.#keyColumns.get(table) ?? null;
    const known = column === null || f === 'insert' ? undefined : keys.get(column);
    const key = known === undefined || known === null ? null : Number(known);
    return {
      index,
      kind: 'sql',
      f,
      table,
      key,
      value: f === 'read' ? null : this.#origin + index + 1,
      statement: statement.statement,
      send: async (session) => {
        if (f === 'read') {
          await session.read(statement.sql, statement.values);
          return {};
        }
        const { result, server } = await session.writeWitnessed(table, statement.sql, statement.values);
        const { insertId, affectedRows } = result;
        this.#plan.inserted(statement, insertId);
        if (f !== 'insert') return { server, matched: affectedRows };
        return column === null || insertId === 0 ? { server } : { server, key: insertId };
      },
    };
  }
}
