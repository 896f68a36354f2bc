import { OwnRows } from '../own-rows.ts';
import { PlacedRandom, stream } from '../random.ts';
import { SERVER_STORED } from '../server-sql.ts';
import { firstValue, insertIdOf, matchedBy } from '../session.ts';
import type { Kind, KindOptions, Operation, WorkloadTable } from './kind.ts';

const TABLE = 'roundtrip_ids';
const DELETES = 0.1;
// These rows are there so that there is something to copy and to compare.
const INITIAL_ROWS = 100;

export const idsTable: WorkloadTable = {
  name: TABLE,
  kind: 'ids',
  create: `CREATE TABLE ${TABLE} (
  id BIGINT NOT NULL AUTO_INCREMENT,
  value BIGINT NOT NULL,
  server BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY value (value)
) ENGINE = InnoDB`,
  rows: INITIAL_ROWS,
  seed: (id) => `(${id}, ${-id}, 0)`,
};

/**
 * Inserts rows whose ids the server generates, and deletes some, so that an id that is given out again is not always a
 * duplicate.
 */
export class Ids implements Kind {
  readonly #origin: number;
  readonly #random = new PlacedRandom();
  readonly #choice;
  readonly #own: OwnRows<number>;

  constructor({ seed, origin, settleOperations }: KindOptions) {
    this.#origin = origin;
    this.#choice = stream(seed, 'ids');
    this.#own = new OwnRows(settleOperations);
  }

  /** A delete of an id whose row was not acknowledged becomes an insert that generates an id. */
  plan(index: number): Operation {
    this.#random.at(this.#choice, index);
    const deletes = this.#random.next() < DELETES;
    const id = deletes ? this.#own.take(index, this.#random.next()) : undefined;
    return id === undefined ? this.#generate(index) : deletion(index, id);
  }

  #generate(index: number): Operation {
    const value = this.#origin + index + 1;
    this.#own.planned(index);
    // The insert id is that of the row, so the server is recorded in a column of the row that only its insert writes.
    const insert = `INSERT INTO ${TABLE} (value, server) VALUES (${value}, ${SERVER_STORED})`;
    const look = `SELECT server FROM ${TABLE} WHERE value = ${value}`;
    return {
      index,
      kind: 'ids',
      f: 'generate',
      table: TABLE,
      key: null,
      value,
      send: async (session) => {
        const key = insertIdOf(await session.write(insert));
        this.#own.acknowledged(index, key);
        const askServer = async () => {
          const server = firstValue(await session.readIfPossible(look));
          return server === null ? undefined : Number(server);
        };
        return { key, askServer };
      },
    };
  }
}

/** Deletes a row whose id is known. */
export function deletion(index: number, id: number): Operation {
  return {
    index,
    kind: 'ids',
    f: 'delete',
    table: TABLE,
    key: id,
    value: null,
    send: async (session) => {
      const { result, askServer } = await session.writeWitnessed(TABLE, `DELETE FROM ${TABLE} WHERE id = ${id}`);
      return { matched: matchedBy(result), askServer };
    },
  };
}
