import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import { openConnection } from '../mysql-connection.ts';
import type { Read, TextRow } from '../schema/read.ts';
import { MOST_WARNINGS, seriousWarnings } from './warnings.ts';

export type { TextRow } from '../schema/read.ts';

// Time zones and modes change what values look like. Limits on execution time and rows would cut a comparison short,
// and a limit on the length of GROUP_CONCAT would cut a checksum. A value that exceeds the packet size causes a
// warning, but a server may be set to keep few warnings or none.
const settings = `SET SESSION time_zone = '+00:00', sql_mode = '', max_execution_time = 0,
  sql_select_limit = 18446744073709551615, group_concat_max_len = 1000000000, information_schema_stats_expiry = 0,
  max_error_count = ${MOST_WARNINGS}`;

/** What reads one side. */
export type Reading = Pick<Reader, 'name' | 'read' | 'show'>;

/** Both sides, as they are read. */
export interface Sides {
  readonly source: Reading;
  readonly target: Reading;
}

/** A connection of our own to one side, set up so that values look the same on every server. */
export class Reader {
  readonly name: string;
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(name: string, connection: Connection, timeoutMs: number) {
    this.name = name;
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws trouble when the server cannot be reached. */
  static async open(name: string, side: ConnectionOptions, timeoutMs: number): Promise<Reader> {
    try {
      // A statement and the question for its warnings are one round trip.
      const options = { ...side, charset: 'utf8mb4', multipleStatements: true };
      const connection = await openConnection(options, { timeoutMs });
      const reader = new Reader(name, connection, timeoutMs);
      await connection.query('SET NAMES utf8mb4');
      await connection.query(settings);
      return reader;
    } catch (error) {
      throw trouble({
        what: `The ${name} cannot be reached to compare its rows.`,
        seen: messageOf(error),
        cause: error,
      });
    }
  }

  /**
   * Reads rows. Several reads may be requested at once; each waits for the one before.
   *
   * @throws trouble if the statement fails, takes too long, or causes a warning, because a value may then have been
   *   cut.
   */
  async read(sql: string, where: string): Promise<TextRow[]> {
    const reading = this.#last.then(async () => await this.#readWarned(sql, where));
    this.#last = reading.catch(() => {});
    return await reading;
  }

  /** Does the same as `read`, for queries with values. */
  asking(where: string): Read {
    return async (sql, values = []) => await this.read(this.#connection.format(sql, [...values]), where);
  }

  // The warnings are those of the statement just before.
  async #readWarned(sql: string, where: string): Promise<TextRow[]> {
    const [rows = [], shown = []] = await this.#send<TextRow[][]>(`${sql};SHOW WARNINGS`, where);
    const warnings = seriousWarnings(shown);
    if (warnings.length === 0) return rows;
    throw trouble({
      what: `The ${this.name} gave warnings while its rows were read, so they cannot be trusted.`,
      expected: 'no warnings, except for deprecation and for values that are read in another way',
      seen: warnings.slice(0, 3).join('\n'),
      where,
      next: 'Look at the rows there: a value that a warning names may have been cut or changed on its way.',
    });
  }

  [Symbol.dispose](): void {
    this.#connection.destroy();
  }

  /** Does the same as `read`, for rows that only a person looks at, so warnings do not matter. */
  async show(sql: string, where: string): Promise<TextRow[]> {
    const reading = this.#last.then(async () => await this.#send<TextRow[]>(sql, where));
    this.#last = reading.catch(() => {});
    return await reading;
  }

  /** Returns the rows of one statement, or those of each of several. */
  async #send<T extends TextRow[] | TextRow[][]>(sql: string, where: string): Promise<T> {
    try {
      const [rows] = await this.#connection.query<T & (RowDataPacket[] | RowDataPacket[][])>({
        sql,
        timeout: this.#timeoutMs,
        typeCast: (field) => field.string(),
      });
      return rows;
    } catch (error) {
      throw trouble({
        what: `The ${this.name} did not let its rows be read.`,
        expected: `an answer within ${this.#timeoutMs} ms`,
        seen: messageOf(error),
        where: `${where}: ${sql.slice(0, 300)}`,
        cause: error,
      });
    }
  }
}
