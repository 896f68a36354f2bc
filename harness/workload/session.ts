import {
  createConnection,
  type Connection,
  type ConnectionOptions,
  type FieldPacket,
  type ResultSetHeader,
} from 'mysql2';
import { NO_PREPARED_STATEMENTS } from '../mysql-connection.ts';
import { endsConnection } from './classify.ts';
import type { Value } from './generate.ts';
import { NotAcknowledged, type FailurePoint } from './outcome.ts';
import { serverOf } from './server-sql.ts';
import { stepAnswer, type StepAnswer } from './step-answer.ts';

/** Where writes go. */
export interface WriteEndpoint {
  readonly name: 'source' | 'vtgate';
  readonly options: ConnectionOptions;
}

/** 64-bit integers are strings. */
export type Row = readonly (string | number | null)[];

/** The result of one statement of a transaction. */
export type Result = ResultSetHeader | readonly Row[];

// A healthy server answers within milliseconds.
const connectTimeoutMs = 10_000;
const endTimeoutMs = 1_000;

/**
 * One connection of a process, like one in an application's pool. Everything is sent once. An operation that is not
 * acknowledged throws `NotAcknowledged`.
 */
export class Session {
  readonly endpoint: WriteEndpoint;
  readonly #connection: Connection;
  readonly #statementTimeoutMs: number;
  #isLost = false;

  private constructor(endpoint: WriteEndpoint, connection: Connection, statementTimeoutMs: number) {
    this.endpoint = endpoint;
    this.#connection = connection;
    this.#statementTimeoutMs = statementTimeoutMs;
    // A connection that dies while it is idle only reports that by an event.
    connection.on('error', () => {
      this.#isLost = true;
    });
  }

  /** Opens a connection within 10 s. */
  static async open(endpoint: WriteEndpoint, statementTimeoutMs: number): Promise<Session> {
    const connection = createConnection({
      connectTimeout: connectTimeoutMs,
      ...endpoint.options,
      ...NO_PREPARED_STATEMENTS,
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: true,
      rowsAsArray: true,
      // A value that is read and sent again must be exactly the server's value.
      dateStrings: true,
      jsonStrings: true,
      // BEGIN and the statement after it are one round trip.
      multipleStatements: true,
    });
    const session = new Session(endpoint, connection, statementTimeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    connection.connect((error) => (error === null ? resolve() : reject(error)));
    try {
      await promise;
    } catch (error) {
      connection.destroy();
      throw new NotAcknowledged(error, 'connect', endpoint.name === 'vtgate');
    }
    return session;
  }

  /** Whether another statement can be sent. */
  get isUsable(): boolean {
    return !this.#isLost;
  }

  async read(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return await this.#send<readonly Row[]>(sql, values, 'read');
  }

  /** Runs one statement that commits itself. */
  async write(sql: string): Promise<ResultSetHeader> {
    return await this.#send<ResultSetHeader>(sql, [], 'autocommit');
  }

  /**
   * Runs one statement that commits itself and cannot report which server executed it. It is asked which server has the
   * table just before the statement, and again by `askServer`, which should be called at once.
   *
   * A transaction would make that certain, but vtgate does not buffer a transaction during a switch, so it would meet
   * errors that the statement alone would not.
   *
   * @returns its result as soon as it is acknowledged. `askServer` returns the UUID of the server; undefined if the
   *   table moved meanwhile, or if the second question was not answered.
   */
  async writeWitnessed(
    table: string,
    sql: string,
    values: readonly Value[] = [],
  ): Promise<{ readonly result: ResultSetHeader; readonly askServer: () => Promise<string | undefined> }> {
    const look = serverOf(table);
    const [before, ...results] = await this.#send<readonly Result[]>(`${look};${sql}`, values, 'autocommit');
    // A procedure can return rows before it says what it did.
    const result = results.findLast((each) => 'insertId' in each);
    if (result === undefined) throw new Error(`No server said what this statement did: ${sql}`);
    const first = firstValue(before);
    const askServer = async () => {
      const second = firstValue(await this.readIfPossible(look));
      return first !== null && first === second ? String(first) : undefined;
    };
    return { result, askServer };
  }

  /** Asks for information that is useful but not necessary after an acknowledged write. */
  async readIfPossible(sql: string): Promise<readonly Row[] | undefined> {
    try {
      return await this.read(sql);
    } catch (error) {
      if (error instanceof NotAcknowledged) return undefined;
      throw error;
    }
  }

  /** Runs the statements in one transaction. @returns the result of each. */
  async transact(statements: string, values: readonly Value[] = []): Promise<readonly Result[]> {
    const results = await this.begin(statements, values);
    await this.commit();
    return results;
  }

  /** Begins a transaction with these statements. If one is refused, it rolls back; call `commit` afterwards. */
  async begin(statements: string, values: readonly Value[] = []): Promise<readonly Result[]> {
    try {
      const [, ...results] = await this.#send<Result[]>(`BEGIN;${statements}`, values, 'before-commit');
      return results;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Runs one statement of a transaction that has begun; the transaction stays as it is if the statement is refused. */
  async step(sql: string, values: readonly Value[] = []): Promise<StepAnswer> {
    const { result, fields } = await this.#ask(sql, values, 'before-commit');
    return stepAnswer(result, fields);
  }

  async commit(): Promise<void> {
    // On a lost connection, COMMIT is never sent.
    await this.#send('COMMIT', [], this.#isLost ? 'before-commit' : 'commit');
  }

  /** Never fails: a connection that cannot roll back is closed, and the server then rolls back by itself. */
  async rollback(): Promise<void> {
    if (this.#isLost) return;
    await this.#send('ROLLBACK', [], 'before-commit').catch(() => this.destroy());
  }

  /** Closes the connection at once, without a goodbye. */
  destroy(): void {
    this.#isLost = true;
    this.#connection.destroy();
  }

  /** Closes the connection properly, within at most a second. */
  async close(): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const bound = setTimeout(() => {
      this.#connection.destroy();
      resolve();
    }, endTimeoutMs);
    this.#connection.end(() => resolve());
    await ended;
    clearTimeout(bound);
  }

  async #send<T>(sql: string, values: readonly Value[], stage: FailurePoint): Promise<T> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its shape is the statement's, which the caller wrote
    return (await this.#ask(sql, values, stage)).result as T;
  }

  #ask(sql: string, values: readonly Value[], stage: FailurePoint): Promise<Asked> {
    const { promise, resolve, reject } = Promise.withResolvers<Asked>();
    const given = values.length === 0 ? {} : { values: [...values] };
    const options = { sql, timeout: this.#statementTimeoutMs, ...given };
    this.#connection.query(options, (error, result, fields) => {
      if (error === null) return resolve({ result, fields });
      if (endsConnection(error)) this.destroy();
      return reject(new NotAcknowledged(error, stage, this.endpoint.name === 'vtgate'));
    });
    return promise;
  }
}

/** A server's answer, as mysql2 returns it. */
interface Asked {
  readonly result: unknown;
  readonly fields: readonly FieldPacket[] | undefined;
}

/** Returns the insert id of a result, which carries the value of `SERVER_TOLD`; 0 for none. */
export function insertIdOf(result: Result | undefined): number {
  return result !== undefined && 'insertId' in result ? result.insertId : 0;
}

export function matchedBy(result: Result | undefined): number {
  return result !== undefined && 'affectedRows' in result ? result.affectedRows : 0;
}

/** Returns the first column of the first row. */
export function firstValue(result: Result | undefined): string | number | null {
  return result !== undefined && !('insertId' in result) ? (result[0]?.[0] ?? null) : null;
}
