import type { ConnectionOptions } from 'mysql2/promise';
import { accountStatements, VITESS_ROLES, type Account, type Credentials } from './credentials.ts';
import { endpoint, withConnection } from './mysql-endpoint.ts';
import { DATA_ROOT, prepareImage, serverUser } from './prepared-image.ts';
import { Server, type Surroundings } from './server.ts';

const PORT = 3306;
const DATA_DIRECTORY = `${DATA_ROOT}/data`;

/** Server variables by name, as `gtid_mode`. They come last on the command line, so they win. */
export type MySqlSettings = Readonly<Record<string, string>>;

/** What two-way VReplication needs of the source, and full durability. */
const SETTINGS: MySqlSettings = {
  server_id: '1',
  gtid_mode: 'ON',
  enforce_gtid_consistency: 'ON',
  log_bin: 'binlog',
  log_replica_updates: 'ON',
  sync_binlog: '1',
  innodb_flush_log_at_trx_commit: '1',
};

/** The MySQL that is migrated: a server that Vitess does not manage. */
export class SourceMySql implements AsyncDisposable {
  readonly server: Server;
  readonly database: string;
  readonly #credentials: Credentials;

  private constructor(server: Server, database: string, credentials: Credentials) {
    this.server = server;
    this.database = database;
    this.#credentials = credentials;
  }

  static async start(
    surroundings: Surroundings,
    options: { image: string; database: string; credentials: Credentials; settings?: MySqlSettings; hostPort?: number },
  ): Promise<SourceMySql> {
    const { image, database, credentials, settings = {}, hostPort } = options;
    const { docker } = surroundings;
    // It can be chosen only when the data directory is made (MySQL manual, “Identifier Case Sensitivity”).
    const { lower_case_table_names: lowerCase = '0' } = settings;
    const initialize = `mysqld --no-defaults --initialize-insecure${lowerCase === '0' ? '' : ` --lower-case-table-names=${lowerCase}`}`;
    const prepared = await prepareImage(
      docker,
      image,
      'mysql',
      `${initialize} --datadir=${DATA_DIRECTORY}; rm ${DATA_DIRECTORY}/auto.cnf`,
    );
    const accounts = [
      credentials.harness,
      credentials.application,
      ...VITESS_ROLES.map((role) => credentials.vitess[role]),
    ];
    const server = await Server.start(surroundings, {
      name: 'source-mysql',
      image: prepared,
      user: await serverUser(docker, prepared),
      command: ['mysqld', ...flags({ ...SETTINGS, ...settings })],
      files: { [`${DATA_ROOT}/init.sql`]: accountStatements(accounts, database) },
      ports: [hostPort === undefined ? PORT : { container: PORT, host: hostPort }],
    });
    const source = new SourceMySql(server, database, credentials);
    await server.until('the source MySQL answers a query', async () => await source.#ping());
    return source;
  }

  get port(): number {
    return PORT;
  }

  /** For the harness' own reads and preparations. */
  get harnessEndpoint(): ConnectionOptions {
    return this.#endpoint(this.#credentials.harness);
  }

  /** What an application uses before it goes through vtgate. */
  get applicationEndpoint(): ConnectionOptions {
    return this.#endpoint(this.#credentials.application);
  }

  #endpoint(account: Account): ConnectionOptions {
    return endpoint(this.server.port(PORT), account, this.database);
  }

  async #ping(): Promise<void> {
    await withConnection(this.harnessEndpoint, async (connection) => await connection.query('SELECT 1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function flags(settings: MySqlSettings): string[] {
  return [
    '--no-defaults',
    `--datadir=${DATA_DIRECTORY}`,
    '--socket=/tmp/mysql.sock',
    `--port=${PORT}`,
    '--mysqlx=OFF',
    '--skip-name-resolve',
    `--init-file=${DATA_ROOT}/init.sql`,
    ...Object.entries(settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`),
  ];
}
