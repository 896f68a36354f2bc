import type { Connection, RowDataPacket } from 'mysql2/promise';
import { openConnection } from '../mysql-connection.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import { primaryEndpoint, sidecarOf, type MigrationContext } from './context.ts';

/** A pulse is felt every 100 ms, so that a server that is slow to answer is asked in another way. */
const TIMEOUT_MS = 500;

/** A cheap question. */
export interface Beat {
  readonly sql: string;
  /** Returns what of the answer, if it changes, is worth a look. */
  readonly essence: (rows: readonly RowDataPacket[]) => unknown;
}

/**
 * Feels from Vitess' own tables on a side's primary whether something has changed there. One such question costs less
 * than a millisecond of CPU; vtctld needs 16 to answer, and the tablets that it asks as much again.
 */
export class Pulse implements Disposable {
  #connection: Connection | null;
  readonly #beat: Beat;
  #last: string | null = null;

  /** @param connection null if the server is not to be asked. */
  constructor(connection: Connection | null, beat: Beat) {
    this.#connection = connection;
    this.#beat = beat;
  }

  /**
   * The states of streams, and whether any table is left to copy.
   *
   * @param left receives, each time it is felt, the tables that are left while there are any.
   */
  static async ofCopy(context: MigrationContext, left: (tables: readonly string[]) => void): Promise<Pulse> {
    return await Pulse.#open(context, 'target', (sidecar) => {
      const names = `SELECT JSON_ARRAYAGG(CONVERT(table_name USING utf8mb4)) FROM ${sidecar}.copy_state`;
      return {
        sql: `SELECT (${names}) AS tables, state, message FROM ${sidecar}.vreplication ORDER BY id`,
        essence: (rows) => {
          const tables: readonly string[] = rows[0]?.['tables'] ?? [];
          if (tables.length > 0) left(tables);
          return [tables.length === 0, rows.map(({ state, message }) => [state, message])];
        },
      };
    });
  }

  /** The state of a VDiff, and how many of its tables are done, on the side that its workflow writes to. */
  static async ofVDiff(context: MigrationContext, side: Side, uuid: string): Promise<Pulse> {
    return await Pulse.#open(context, side, (sidecar) => {
      const done = `SELECT COUNT(*) FROM ${sidecar}.vdiff_table AS part WHERE vdiff_id = diff.id AND state = 'completed'`;
      const sql = `SELECT state, (${done}) AS done FROM ${sidecar}.vdiff AS diff WHERE vdiff_uuid = '${uuid}'`;
      return { sql, essence: (rows) => rows };
    });
  }

  /** Servers that are not ours are not asked any more than necessary. */
  static async #open(context: MigrationContext, side: Side, beatIn: (sidecar: string) => Beat): Promise<Pulse> {
    const beat = beatIn(quoteName(sidecarOf(context, side)));
    if (context.cluster.existing !== null) return new Pulse(null, beat);
    const open = async () => {
      return await openConnection({ ...(await primaryEndpoint(context, side)), connectTimeout: TIMEOUT_MS }, null);
    };
    return new Pulse(await open().catch(() => null), beat);
  }

  /** Whether anything has changed since it was asked last; also true if that cannot be said. */
  readonly hasChanged = async (): Promise<boolean> => {
    if (this.#connection === null) return true;
    try {
      const now = await this.#feel(this.#connection);
      const hasChanged = now !== this.#last;
      this.#last = now;
      return hasChanged;
    } catch {
      // A connection on which a statement is not answered answers no other.
      this[Symbol.dispose]();
      return true;
    }
  };

  async #feel(connection: Connection): Promise<string> {
    const [rows] = await connection.query<RowDataPacket[]>({ sql: this.#beat.sql, timeout: TIMEOUT_MS });
    return JSON.stringify(this.#beat.essence(rows));
  }

  [Symbol.dispose](): void {
    this.#connection?.destroy();
    this.#connection = null;
  }
}
