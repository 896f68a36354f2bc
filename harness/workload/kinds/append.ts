import { SERVER_TOLD } from '../server-sql.ts';
import { insertIdOf } from '../session.ts';
import type { Kind, KindOptions, Operation, WorkloadTable } from './kind.ts';

const TABLE = 'roundtrip_append';
// These rows are there so that there is something to copy and to compare.
const INITIAL_ROWS = 100;

export const appendTable: WorkloadTable = {
  name: TABLE,
  kind: 'append',
  // There is no key at all, so that a write that is applied twice appears twice.
  create: `CREATE TABLE ${TABLE} (value BIGINT NOT NULL, server BIGINT UNSIGNED NOT NULL) ENGINE = InnoDB`,
  rows: INITIAL_ROWS,
  seed: (row) => `(${-row}, 0)`,
};

/** A set that only grows, in a table without a primary key. */
export class Append implements Kind {
  readonly #origin: number;

  constructor({ origin }: KindOptions) {
    this.#origin = origin;
  }

  plan(index: number): Operation {
    const value = this.#origin + index + 1;
    const sql = `INSERT INTO ${TABLE} (value, server) VALUES (${value}, ${SERVER_TOLD})`;
    return {
      index,
      kind: 'append',
      f: 'append',
      table: TABLE,
      key: null,
      value,
      send: async (session) => ({ server: insertIdOf(await session.write(sql)) }),
    };
  }
}
