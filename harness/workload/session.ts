import { createConnection, type Connection, type ConnectionOptions, type ResultSetHeader } from 'mysql2/promise';
import { endsConnection } from './classify.ts';
import type { Operation } from './plan.ts';

/** Where writes go. */
export interface WriteEndpoint {
  readonly name: 'source' | 'vtgate';
  readonly options: ConnectionOptions;
}

// A server that answers at all does so within milliseconds.
const connectTimeoutMs = 10_000;
const endTimeoutMs = 1_000;

/** One connection of the writer, as an application's pool would hold it. */
export class Session {
  readonly endpoint: WriteEndpoint;
  readonly #connection: Connection;
  #lost = false;

  private constructor(endpoint: WriteEndpoint, connection: Connection) {
    this.endpoint = endpoint;
    this.#connection = connection;
    // A connection that dies while it is idle tells so by an event only.
    connection.on('error', () => {
      this.#lost = true;
    });
  }

  /** Within 10 s. */
  static async open(endpoint: WriteEndpoint): Promise<Session> {
    const connection = await createConnection({
      connectTimeout: connectTimeoutMs,
      ...endpoint.options,
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
    });
    return new Session(endpoint, connection);
  }

  /** Whether another write can be sent. */
  get usable(): boolean {
    return !this.#lost;
  }

  /** Sends a write, once. After a lost connection or a timeout the session cannot be used again. */
  async send(operation: Operation, timeoutMs: number): Promise<ResultSetHeader> {
    try {
      const { sql, values } = operation;
      const [result] = await this.#connection.query<ResultSetHeader>({ sql, values: [...values], timeout: timeoutMs });
      return result;
    } catch (error) {
      if (endsConnection(error)) {
        this.#lost = true;
        this.#connection.destroy();
      }
      throw error;
    }
  }

  /** Says goodbye, for at most a second. */
  async close(): Promise<void> {
    if (this.#lost) return;
    this.#lost = true;
    const { promise: given, resolve: giveUp } = Promise.withResolvers<void>();
    const bound = setTimeout(() => {
      this.#connection.destroy();
      giveUp();
    }, endTimeoutMs);
    await Promise.race([this.#connection.end().catch(() => this.#connection.destroy()), given]);
    clearTimeout(bound);
  }
}
