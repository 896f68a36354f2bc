import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { layOutCluster, stop, type ClusterLayout } from '../cluster/cluster-layout.ts';
import { SourceMySql } from '../cluster/source-mysql.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { setUp } from '../run/set-up.ts';
import { SERVER_DATABASES } from '../schema/server-databases.ts';
import { quoteName } from '../schema/quote.ts';
import type { WantedServer } from './rule-case.ts';

/** The folder where a server finds the files beside a case. */
const FILES = '/roundtrip/case';

/** Settings for speed, because nothing here has to survive a crash, and some hundred schemas are created. */
const HASTY = {
  sync_binlog: '0',
  innodb_flush_log_at_trx_commit: '0',
  innodb_flush_method: 'nosync',
  innodb_doublewrite: 'OFF',
  performance_schema: 'OFF',
};

export const DATABASES = { source: 'commerce', target: 'vt_customer' } as const;
export type RuleSide = keyof typeof DATABASES;

/**
 * A MySQL on which one case after another is tried. `clear` undoes what a case did: databases, accounts, replication,
 * and global variables.
 */
export class RuleServer implements AsyncDisposable {
  readonly endpoint: ConnectionOptions;
  readonly #server: SourceMySql;
  readonly #connection: Connection;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #accounts: ReadonlySet<string>;

  private constructor(
    server: SourceMySql,
    connection: Connection,
    variables: ReadonlyMap<string, string>,
    accounts: ReadonlySet<string>,
  ) {
    this.endpoint = { ...server.harnessEndpoint, multipleStatements: true };
    this.#server = server;
    this.#connection = connection;
    this.#variables = variables;
    this.#accounts = accounts;
  }

  static async start(
    { environment, images, credentials }: ClusterLayout,
    options: { side: RuleSide; name: string; wanted: WantedServer; files: Readonly<Record<string, string>> },
  ): Promise<RuleServer> {
    const { side, name, wanted, files } = options;
    const server = await SourceMySql.start(environment, {
      image: images.mysql,
      database: DATABASES[side],
      credentials,
      name,
      settings: { ...HASTY, ...wanted.settings },
      files: Object.fromEntries(Object.entries(files).map(([file, text]) => [`${FILES}/${file}`, text])),
    });
    const connection = await createConnection({ ...server.harnessEndpoint, multipleStatements: true });
    // Without a listener, an error between two statements would end the process; the next statement reports it.
    connection.on('error', () => undefined);
    return new RuleServer(server, connection, await variablesOf(connection), new Set(await accountsOf(connection)));
  }

  /** Runs SQL over a connection of its own, so that it begins with the current global variables. */
  async run(sql: string): Promise<void> {
    await withConnection(this.endpoint, async (connection) => await connection.query(sql));
  }

  /** Leaves an empty database on a server in the state in which it started. */
  async clear(): Promise<void> {
    const connection = this.#connection;
    await this.#restoreVariables();
    const databases = await queryRows<{ name: string }>(
      connection,
      `SELECT schema_name AS name FROM information_schema.schemata
       WHERE schema_name NOT IN (?)`,
      [SERVER_DATABASES],
    );
    const accounts = (await accountsOf(connection)).filter((account) => !this.#accounts.has(account));
    const replicas = await queryRows(connection, 'SHOW REPLICA STATUS');
    const own = quoteName(this.#server.database);
    const statements = [
      ...databases.map(({ name }) => `DROP DATABASE ${quoteName(name)}`),
      ...accounts.map((account) => `DROP USER ${account}`),
      ...(replicas.length === 0 ? [] : ['RESET REPLICA ALL']),
      `CREATE DATABASE ${own}`,
      `USE ${own}`,
    ];
    // Otherwise a child in one database would prevent its parent in another from being dropped.
    await connection.query(['SET foreign_key_checks = OFF', ...statements].join('; '));
  }

  async #restoreVariables(): Promise<void> {
    const connection = this.#connection;
    await connection.query('RESET PERSIST');
    const changed = await queryRows<{ name: string }>(
      connection,
      `SELECT variable_name AS name FROM performance_schema.variables_info WHERE variable_source = 'DYNAMIC'`,
    );
    const now = await variablesOf(connection);
    const names = changed.map(({ name }) => name).filter((name) => now.get(name) !== this.#variables.get(name));
    // In this order enforce_gtid_consistency comes before gtid_mode, and read_only before super_read_only.
    for (const name of names.toSorted()) {
      const steps =
        name === 'gtid_mode' ? ['OFF_PERMISSIVE', 'ON_PERMISSIVE', 'ON'] : [this.#variables.get(name) ?? ''];
      for (const value of steps) await connection.query(`SET GLOBAL ${name} = ${literal(value)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy();
    await this.#server[Symbol.asyncDispose]();
  }
}

/**
 * The servers of all cases. Each is started when the first case needs it, and is then used by all cases that need the
 * same one.
 */
export class RuleServers implements AsyncDisposable {
  readonly #layout: ClusterLayout;
  readonly #servers = new Map<string, RuleServer>();
  #started = 0;

  private constructor(layout: ClusterLayout) {
    this.#layout = layout;
  }

  static async open(): Promise<RuleServers> {
    const { docker, images } = await setUp(new Recorder());
    const artifacts = await openArtifacts('artifacts');
    return new RuleServers(await layOutCluster(docker, images, { logDirectory: artifacts.logs }));
  }

  /** Runs `body` with a server in the state in which it started. */
  async with<T>(
    side: RuleSide,
    wanted: WantedServer,
    files: Readonly<Record<string, string>>,
    body: (server: RuleServer) => Promise<T>,
  ): Promise<T> {
    if (wanted.isFresh) {
      await using fresh = await this.#start(side, wanted, files);
      return await body(fresh);
    }
    // A server without special settings does not look for files either.
    const isTold = Object.keys(wanted.settings).length > 0;
    const key = JSON.stringify([side, wanted.settings, isTold ? files : {}]);
    const server = this.#servers.get(key) ?? (await this.#start(side, wanted, files));
    this.#servers.set(key, server);
    await server.clear();
    return await body(server);
  }

  async #start(side: RuleSide, wanted: WantedServer, files: Readonly<Record<string, string>>): Promise<RuleServer> {
    const name = `${side}-${++this.#started}`;
    return await RuleServer.start(this.#layout, { side, name, wanted, files });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) await server[Symbol.asyncDispose]();
    await stop(this.#layout);
  }
}

async function variablesOf(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const rows = await queryRows<{ Variable_name: string; Value: string }>(connection, 'SHOW GLOBAL VARIABLES');
  return new Map(rows.map((row) => [row.Variable_name, row.Value]));
}

/** The accounts in SQL, such as `reader`@`%`. */
async function accountsOf(connection: Connection): Promise<readonly string[]> {
  const rows = await queryRows<{ user: string; host: string }>(connection, 'SELECT user, host FROM mysql.user');
  return rows.map(({ user, host }) => `${quoteName(user)}@${quoteName(host)}`);
}

function literal(value: string): string {
  return /^\d+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}
