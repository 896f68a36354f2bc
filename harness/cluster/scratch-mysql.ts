import type Docker from 'dockerode';
import type { ConnectionOptions } from 'mysql2/promise';
import type { Images } from '../../docker/plan.ts';
import { trouble } from '../errors.ts';
import { layOutCluster, stop, type ClusterLayout } from './cluster-layout.ts';
import { makeDataVolume } from './data-volume.ts';
import { queryRows, withConnection } from './mysql-endpoint.ts';
import { SourceMySql, type MySqlSettings } from './source-mysql.ts';
import type { FedProgram } from './feed-program.ts';

export interface ScratchMySqlOptions {
  readonly docker: Docker;
  readonly images: Images;
  /** Variables of the future source; those that speed up reading are added. */
  readonly settings: MySqlSettings;
  /** Folder for the server's log, which the caller removes. */
  readonly logDirectory: string;
}

/**
 * Durability is worth nothing before the data is complete. The other settings are what a client needs: large
 * statements, and rows from its standard input.
 */
const WHILE_READING: MySqlSettings = {
  innodb_flush_log_at_trx_commit: '0',
  innodb_doublewrite: 'OFF',
  innodb_buffer_pool_size: '512M',
  sync_binlog: '0',
  max_allowed_packet: '1G',
  local_infile: 'ON',
  event_scheduler: 'OFF',
  // This only matters to those who create a function, which has already happened in production.
  log_bin_trust_function_creators: 'ON',
};

const NAME = 'scratch-mysql';

/** The server writes every changed page when it ends. */
const END_MS = 600_000;

/**
 * A MySQL that only reads a dump, before there is a cluster. Whatever the dump does to the server itself ends with this
 * server; the data stays on a volume, on which a source can be started. Disposing of it removes both.
 */
export class ScratchMySql implements AsyncDisposable {
  /** Its data directory. */
  readonly volume: string;
  readonly #mysql: SourceMySql;
  readonly #layout: ClusterLayout;

  private constructor(mysql: SourceMySql, layout: ClusterLayout, volume: string) {
    this.#mysql = mysql;
    this.#layout = layout;
    this.volume = volume;
  }

  static async start({ docker, images, settings, logDirectory }: ScratchMySqlOptions): Promise<ScratchMySql> {
    const layout = await layOutCluster(docker, images, { logDirectory, hasTemporaryLogs: true });
    const { environment, credentials } = layout;
    try {
      const volume = await makeDataVolume(environment, NAME);
      const mysql = await SourceMySql.start(environment, {
        name: NAME,
        image: images.mysql,
        database: null,
        credentials,
        settings: { ...settings, ...WHILE_READING },
        volume,
      });
      const scratch = new ScratchMySql(mysql, layout, volume);
      await scratch.#redoLog('DISABLE');
      return scratch;
    } catch (error) {
      await stop(layout);
      throw error;
    }
  }

  /** Returns how to connect, with this database or none. */
  endpoint(database?: string): ConnectionOptions {
    const { database: _, ...endpoint } = this.#mysql.harnessEndpoint;
    return database === undefined ? endpoint : { ...endpoint, database };
  }

  /** The end of the server's log, for errors. */
  get recentLog(): string {
    return this.#mysql.server.recentLog();
  }

  /** Returns the SQL modes of a session that sets none. */
  async sqlMode(): Promise<string> {
    return await withConnection(this.endpoint(), async (connection) => {
      const [row] = await queryRows<{ mode: string }>(connection, 'SELECT @@GLOBAL.sql_mode AS mode');
      return row?.mode ?? '';
    });
  }

  /** Runs MySQL's own client in the server's container, with these bytes as its input. */
  async client(
    options: readonly string[],
    input: AsyncIterable<Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<FedProgram> {
    return await this.#mysql.client(options, input, signal);
  }

  /** Removes its binary logs and persisted variables, which would give a source a history that is not its own. */
  async forgetHistory(): Promise<void> {
    await withConnection(this.endpoint(), async (connection) => {
      await connection.query('RESET PERSIST');
      // MySQL 8.0 calls it this.
      await connection.query('RESET BINARY LOGS AND GTIDS').catch(async () => await connection.query('RESET MASTER'));
    });
  }

  /** Ends the server in an orderly way, so that another can be started on its volume. */
  async end(): Promise<void> {
    await this.forgetHistory();
    await this.#redoLog('ENABLE');
    await this.#mysql.server.end(END_MS).catch((error: unknown) => {
      throw trouble({ what: 'The MySQL that read the dump did not end.', seen: this.recentLog, cause: error });
    });
  }

  /** Nothing has to survive a crash of this server, and rows load faster without the log. */
  async #redoLog(change: 'DISABLE' | 'ENABLE'): Promise<void> {
    await withConnection(this.endpoint(), async (connection) => {
      await connection.query(`ALTER INSTANCE ${change} INNODB REDO_LOG`).catch(unlessUnknownSyntax);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { docker } = this.#layout.environment;
    // A source whose start was abandoned may still use the volume.
    const holding = await docker.listContainers({ all: true, filters: { volume: [this.volume] } });
    const removed = holding.map(async ({ Id }) => await docker.getContainer(Id).remove({ force: true, v: true }));
    await Promise.allSettled(removed);
    await stop(this.#layout);
  }
}

const ER_PARSE_ERROR = 1064;

/** MySQL before 8.0.21 always has a redo log. */
function unlessUnknownSyntax(error: unknown): void {
  if (typeof error !== 'object' || error === null || !('errno' in error) || error.errno !== ER_PARSE_ERROR) throw error;
}
