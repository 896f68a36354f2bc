import { OwnRows } from '../own-rows.ts';
import { PlacedRandom, stream } from '../random.ts';
import { SERVER_TOLD } from '../server-sql.ts';
import { insertIdOf, matchedBy, type Session } from '../session.ts';
import type { Done, Kind, KindOptions, Operation, WorkloadTable } from './kind.ts';

const TABLE = 'roundtrip_rows';
const INITIAL_ROWS = 1_000;
/** The number of initial rows that are reserved for strays. */
const STRAY_ROWS = 100;

export const rowsTable: WorkloadTable = {
  name: TABLE,
  kind: 'rows',
  create: `CREATE TABLE ${TABLE} (
  id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  value BIGINT NOT NULL,
  server BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY value (value),
  CONSTRAINT ${TABLE}_version CHECK (version > 0)
) ENGINE = InnoDB`,
  rows: INITIAL_ROWS,
  seed: (id) => `(${id}, 1, ${-id}, 0)`,
};

/** The share of each among the operations; the rest are updates. */
const READS = 0.2;
const INSERTS = 0.15;
const DELETES = 0.1;
/** Recently planned keys are still in flight; another key is then drawn, at most this often. */
const IN_FLIGHT = 32;
const DRAWS = 4;

/** Inserts, updates, deletes and reads of single rows. Each row has a version that its updates count up. */
export class Rows implements Kind {
  readonly #options: KindOptions;
  readonly #random = new PlacedRandom();
  readonly #choice;
  readonly #own: OwnRows<number>;
  readonly #recent: number[] = [];

  constructor(options: KindOptions) {
    this.#options = options;
    this.#choice = stream(options.seed, 'rows');
    this.#own = new OwnRows(options.settleOperations);
  }

  plan(index: number): Operation {
    const random = this.#random;
    random.at(this.#choice, index);
    const point = random.next();
    if (point < INSERTS) return this.#insert(index);
    if (point < INSERTS + DELETES) {
      const key = this.#own.take(index, random.next());
      return key === undefined ? this.#insert(index) : deletion(index, this.#inFlight(key));
    }
    const key = this.#inFlight(this.#draw(index));
    return point < INSERTS + DELETES + READS ? read(index, key) : update(index, key, this.#value(index));
  }

  #value(index: number): number {
    return this.#options.origin + index + 1;
  }

  #insert(index: number): Operation {
    const value = this.#value(index);
    const key = INITIAL_ROWS + value;
    this.#own.planned(index);
    // The key is known before the server confirms it; an update of a row that was not inserted matches nothing.
    this.#own.acknowledged(index, key);
    return insertion(index, this.#inFlight(key), value);
  }

  /** Picks an existing row, either an initial one or one of our own; initial ones are never deleted. */
  #draw(index: number): number {
    let key = this.#drawOnce(index);
    for (let draws = 1; draws < DRAWS && this.#recent.includes(key); draws += 1) key = this.#drawOnce(index);
    return key;
  }

  #drawOnce(index: number): number {
    const { isStray } = this.#options;
    const initial = isStray ? STRAY_ROWS : INITIAL_ROWS - STRAY_ROWS;
    const at = this.#random.below(initial + this.#own.settled(index));
    if (at < initial) return 1 + at + (isStray ? INITIAL_ROWS - STRAY_ROWS : 0);
    return this.#own.pick(index, this.#random.next()) ?? 1;
  }

  #inFlight(key: number): number {
    if (this.#recent.push(key) > IN_FLIGHT) this.#recent.shift();
    return key;
  }
}

/** Returns the key of a row that exists throughout, and that the application updates. */
export function initialRow(random: PlacedRandom): number {
  return 1 + random.below(INITIAL_ROWS - STRAY_ROWS);
}

/** An insert that can also be sent as part of a larger transaction. */
export function insertion(index: number, key: number, value: number): Operation & { readonly sql: string } {
  const sql = `INSERT INTO ${TABLE} (id, version, value, server) VALUES (${key}, 1, ${value}, ${SERVER_TOLD})`;
  const send = async (session: Session): Promise<Done> => ({ server: insertIdOf(await session.write(sql)) });
  return { index, kind: 'rows', f: 'insert', table: TABLE, key, value, send, sql };
}

/** The key and value of an insert that no writer plans, in a range of numbers of its own. */
export function loneInsertion(origin: number): ReturnType<typeof insertion> {
  return insertion(0, INITIAL_ROWS + origin + 1, origin + 1);
}

export function update(index: number, key: number, value: number): Operation {
  const sql = `UPDATE ${TABLE} SET value = ${value}, version = version + 1, server = ${SERVER_TOLD} WHERE id = ${key}`;
  const send = async (session: Session): Promise<Done> => {
    const result = await session.write(sql);
    const matched = matchedBy(result);
    return matched === 0 ? { matched } : { matched, server: insertIdOf(result) };
  };
  return { index, kind: 'rows', f: 'update', table: TABLE, key, value, send };
}

function deletion(index: number, key: number): Operation {
  const send = async (session: Session): Promise<Done> => {
    const { result, askServer } = await session.writeWitnessed(TABLE, `DELETE FROM ${TABLE} WHERE id = ${key}`);
    return { matched: matchedBy(result), askServer };
  };
  return { index, kind: 'rows', f: 'delete', table: TABLE, key, value: null, send };
}

export function read(index: number, key: number): Operation {
  const sql = `SELECT version, value, @@server_uuid FROM ${TABLE} WHERE id = ${key}`;
  const send = async (session: Session): Promise<Done> => {
    const [row] = await session.read(sql);
    if (row === undefined) return { value: null };
    return { version: Number(row[0]), value: Number(row[1]), server: String(row[2]) };
  };
  return { index, kind: 'rows', f: 'read', table: TABLE, key, value: null, send };
}
