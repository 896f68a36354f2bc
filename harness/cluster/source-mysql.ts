import type { ConnectionOptions } from 'mysql2/promise';
import type { FedProgram } from './feed-program.ts';
import { accountStatements, VITESS_ROLES, type Account, type Credentials } from './credentials.ts';
import { endpoint, queryRows, withConnection } from './mysql-endpoint.ts';
import { OWN } from './own-connections.ts';
import { OWN_OPTIONS } from './mysqld-options.ts';
import { DATA_ROOT, prepareImage, serverUser } from './prepared-image.ts';
import { Server, type ServerEnvironment } from './server.ts';
import type { ReplicatedFrom } from './source-replication.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';
import type { Files } from './with-files.ts';

/** The port of the first MySQL of a source; those of its followers are numbered from there. */
export const SOURCE_MYSQL_PORT = 3306;

/** The name of a source's MySQL with this index: the first one is the source, the others are its followers. */
export function sourceMysqlName(index: number): string {
  return index === 0 ? 'source-mysql' : `source-mysql-${index + 1}`;
}

const OWN_FLAGS = OWN_OPTIONS.map((option) => `--${option}`);

const DATA_DIRECTORY = `${DATA_ROOT}/data`;

/** Server variables by name, such as `gtid_mode`. They come last on the command line, so they take precedence. */
export type MySqlSettings = Readonly<Record<string, string>>;

/** What two-way VReplication needs from the source, and full durability. */
const SETTINGS: MySqlSettings = {
  server_id: '1',
  gtid_mode: 'ON',
  enforce_gtid_consistency: 'ON',
  log_bin: 'binlog',
  log_replica_updates: 'ON',
  sync_binlog: '1',
  innodb_flush_log_at_trx_commit: '1',
};

export interface SourceMySqlOptions {
  readonly image: string;
  /** The database that is migrated; null if there is none yet. */
  readonly database: string | null;
  readonly credentials: Credentials;
  readonly settings?: MySqlSettings;
  /** Where it listens in its network; {@link SOURCE_MYSQL_PORT} by default. */
  readonly port?: number;
  readonly hostPort?: number;
  /** The name of the server, unique in its cluster; `source-mysql` by default. */
  readonly name?: string;
  readonly files?: Files;
  /** The volume that holds the data directory; by default the data is in the container. */
  readonly volume?: string | undefined;
  /** The time zone of its machine, as the variable TZ has it; UTC by default. */
  readonly machineZone?: string;
}

/** The MySQL that is migrated: a server that Vitess does not manage. */
export class SourceMySql implements AsyncDisposable {
  readonly server: Server;
  readonly database: string;
  /** Where it listens in its network. */
  readonly port: number;
  readonly #credentials: Credentials;

  private constructor(server: Server, port: number, database: string, credentials: Credentials) {
    this.server = server;
    this.port = port;
    this.database = database;
    this.#credentials = credentials;
  }

  static async start(environment: ServerEnvironment, options: SourceMySqlOptions): Promise<SourceMySql> {
    const {
      image,
      database,
      credentials,
      settings = {},
      port = SOURCE_MYSQL_PORT,
      hostPort,
      name = sourceMysqlName(0),
      files = {},
      volume,
      machineZone = 'UTC',
    } = options;
    const { docker } = environment;
    const prepared = await prepareImage(docker, image, 'mysql', initialising(settings));
    const accounts = [
      credentials.harness,
      credentials.application,
      ...VITESS_ROLES.map((role) => credentials.vitess[role]),
    ];
    const server = await Server.start(environment, {
      name,
      image: prepared,
      user: await serverUser(docker, prepared),
      command: supervised(environment, ['mysqld', ...flags(port, { ...SETTINGS, ...settings })]),
      environment: { TZ: machineZone },
      files: { ...files, [`${DATA_ROOT}/init.sql`]: accountStatements(accounts, database) },
      volumes: volume === undefined ? {} : { [DATA_DIRECTORY]: volume },
      ports: [hostPort === undefined ? port : { container: port, host: hostPort }],
    });
    const source = new SourceMySql(server, port, database ?? '', credentials);
    await source.#untilReady();
    return source;
  }

  get process(): ServerProcess {
    return new ServerProcess('source mysqld', this.server, async () => await this.#untilReady());
  }

  /** Returns how another server of the cluster replicates from this one. */
  get replicated(): ReplicatedFrom {
    return { host: this.server.host, port: this.port, account: this.#credentials.vitess.repl };
  }

  /** Whether it accepts connections with TLS; a server that does not say (before MySQL 8.0.21) counts as one without. */
  async hasTls(): Promise<boolean> {
    const sql = `SELECT VALUE AS value FROM performance_schema.tls_channel_status
      WHERE CHANNEL = 'mysql_main' AND PROPERTY = 'Enabled'`;
    return await withConnection(this.harnessEndpoint, async (connection) => {
      const rows = await queryRows<{ value: string }>(connection, sql).catch(noneIfUnknownTable);
      return rows[0]?.value === 'Yes';
    });
  }

  /** Returns how the harness itself connects. */
  get harnessEndpoint(): ConnectionOptions {
    return { ...this.#endpoint(this.#credentials.harness), ...OWN };
  }

  /** Returns how an application connects before it goes through vtgate. */
  get applicationEndpoint(): ConnectionOptions {
    return this.#endpoint(this.#credentials.application);
  }

  /** Runs MySQL's own client in the server's container, with these bytes as its input. */
  async client(
    options: readonly string[],
    input: AsyncIterable<Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<FedProgram> {
    const { user, password } = this.#credentials.harness;
    const command = ['mysql', '--no-defaults', '--host=127.0.0.1', `--port=${this.port}`, `--user=${user}`, ...options];
    return await this.server.feed(command, { MYSQL_PWD: password }, input, signal);
  }

  #endpoint(account: Account): ConnectionOptions {
    return endpoint(this.server.port(this.port), account, this.database);
  }

  async #untilReady(): Promise<void> {
    await this.server.until('it answers a query', async () => {
      await withConnection(this.harnessEndpoint, async (connection) => await connection.query('SELECT 1'));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function noneIfUnknownTable(error: unknown): readonly never[] {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ER_NO_SUCH_TABLE') return [];
  throw error;
}

/** A data directory keeps the lower_case_table_names with which it was created, and does not start with another. */
function initialising({ lower_case_table_names: cases }: MySqlSettings): string {
  const names = cases === undefined ? '' : ` --lower-case-table-names=${cases}`;
  const command = `mysqld --no-defaults --initialize-insecure --datadir=${DATA_DIRECTORY}${names} ${OWN_FLAGS.join(' ')}`;
  return `${command}; rm ${DATA_DIRECTORY}/auto.cnf`;
}

function flags(port: number, settings: MySqlSettings): string[] {
  return [
    '--no-defaults',
    `--datadir=${DATA_DIRECTORY}`,
    '--socket=/tmp/mysql.sock',
    `--port=${port}`,
    '--mysqlx=OFF',
    '--skip-name-resolve',
    ...OWN_FLAGS,
    `--init-file=${DATA_ROOT}/init.sql`,
    ...Object.entries(settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`),
  ];
}
