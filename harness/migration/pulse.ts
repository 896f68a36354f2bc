import type { Connection } from 'mysql2/promise';
import { openConnection } from '../mysql-connection.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import { primaryEndpoint, sidecarOf, type MigrationContext } from './context.ts';

/** A pulse is felt every 100 ms, so that a server that is slow to answer is asked in another way. */
const TIMEOUT_MS = 500;

/**
 * Feels from Vitess' own tables on a side's primary whether something has changed there. One such question costs less
 * than a millisecond of CPU; vtctld needs 16 to answer, and the tablets that it asks as much again.
 */
export class Pulse implements Disposable {
  readonly #connection: Connection | null;
  readonly #sql: string;
  #last = '';

  private constructor(connection: Connection | null, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
  }

  /** How many tables of a copy are left, and the states of streams. */
  static async ofCopy(context: MigrationContext): Promise<Pulse> {
    return await Pulse.#open(context, 'target', (sidecar) => {
      const left = `SELECT COUNT(DISTINCT table_name) FROM ${sidecar}.copy_state`;
      return `SELECT (${left}) AS tables, state, message FROM ${sidecar}.vreplication ORDER BY id`;
    });
  }

  /** The state of a VDiff, and how many of its tables are done, on the side that its workflow writes to. */
  static async ofVDiff(context: MigrationContext, side: Side, uuid: string): Promise<Pulse> {
    return await Pulse.#open(context, side, (sidecar) => {
      const done = `SELECT COUNT(*) FROM ${sidecar}.vdiff_table AS part WHERE vdiff_id = diff.id AND state = 'completed'`;
      return `SELECT state, (${done}) AS done FROM ${sidecar}.vdiff AS diff WHERE vdiff_uuid = '${uuid}'`;
    });
  }

  /** Servers that are not ours are not asked any more than necessary. */
  static async #open(context: MigrationContext, side: Side, sqlFor: (sidecar: string) => string): Promise<Pulse> {
    const sql = sqlFor(quoteName(sidecarOf(context, side)));
    if (context.cluster.existing !== null) return new Pulse(null, sql);
    const endpoint = { ...(await primaryEndpoint(context, side)), connectTimeout: TIMEOUT_MS };
    return new Pulse(await openConnection(endpoint, null).catch(() => null), sql);
  }

  /** Whether anything has changed since it was asked last; also true if that cannot be said. */
  readonly hasChanged = async (): Promise<boolean> => {
    if (this.#connection === null) return true;
    const now = await this.#feel(this.#connection).catch(() => null);
    if (now !== null && now === this.#last) return false;
    this.#last = now ?? '';
    return true;
  };

  async #feel(connection: Connection): Promise<string> {
    const [rows] = await connection.query({ sql: this.#sql, timeout: TIMEOUT_MS });
    return JSON.stringify(rows);
  }

  [Symbol.dispose](): void {
    this.#connection?.destroy();
  }
}
