import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import type { Side } from '../side.ts';
import { EXACT } from '../mysql-connection.ts';
import { queryRows, withConnection } from './mysql-endpoint.ts';
import { OWN } from './own-connections.ts';
import type { MigrationServers, Ownership, SideServer, SourceAccess, ServerVersions, VtgateAccess } from './servers.ts';
import { VtctldConnection, type VtctldAddress } from './vtctld-connection.ts';

export interface ExistingOptions {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly workflow: string;
  readonly tabletTypes: MigrationServers['tabletTypes'];
  readonly shards: Readonly<Record<Side, string>>;
  readonly vtctld: VtctldAddress;
  /** How to connect to vtgate; no database is selected. */
  readonly vtgate: ConnectionOptions;
  /** How to connect to the primary of each side, with its database. */
  readonly mysql: { readonly source: ConnectionOptions; readonly target: ConnectionOptions } | null;
  readonly vitessUsers: readonly string[];
  readonly vitessHosts: readonly string[];
  readonly resume: boolean;
  readonly probes: boolean;
}

/** A Vitess and a source that are already running. Nothing there is started, and nothing is stopped at the end. */
export class ExistingCluster implements MigrationServers {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly workflow: string;
  readonly tabletTypes: MigrationServers['tabletTypes'];
  readonly shards: Readonly<Record<Side, string>>;
  readonly settlesSchemas = false;
  readonly starts = null;
  readonly vtctld: VtctldConnection;
  readonly existing: Pick<ExistingOptions, 'resume' | 'probes'>;
  readonly #options: ExistingOptions;

  private constructor(options: ExistingOptions, vtctld: VtctldConnection) {
    this.cell = options.cell;
    this.sourceKeyspace = options.sourceKeyspace;
    this.targetKeyspace = options.targetKeyspace;
    this.workflow = options.workflow;
    this.tabletTypes = options.tabletTypes;
    this.shards = options.shards;
    this.existing = options;
    this.vtctld = vtctld;
    this.#options = options;
  }

  /** @throws trouble when vtctld, vtgate or a MySQL that was named does not answer. */
  static async reach(options: ExistingOptions): Promise<ExistingCluster> {
    await answers(options.vtgate, 'vtgate', 'target.vtgate');
    if (options.mysql !== null) {
      await answers(options.mysql.source, 'The source MySQL', 'target.mysql.source');
      await answers(options.mysql.target, 'The target MySQL', 'target.mysql.target');
    }
    return new ExistingCluster(options, await VtctldConnection.open(options.vtctld));
  }

  get hasMysqls(): boolean {
    return this.#options.mysql !== null;
  }

  /** Followers of the source are not asked, because the config does not name them. */
  readonly sourceFollowers = [];

  get source(): SourceAccess {
    const { mysql, sourceKeyspace } = this.#options;
    if (mysql === null) throw unreachable('source');
    const endpoint = { ...EXACT, ...mysql.source, ...OWN };
    return {
      server: { name: `${sourceKeyspace} MySQL` },
      database: mysql.source.database ?? sourceKeyspace,
      harnessEndpoint: endpoint,
      applicationEndpoint: endpoint,
    };
  }

  get targetPrimary(): SideServer {
    const { mysql, targetKeyspace } = this.#options;
    if (mysql === null) throw unreachable('target');
    return { name: `${targetKeyspace} MySQL`, endpoint: { ...EXACT, ...mysql.target } };
  }

  get accounts(): Ownership {
    const { vitessUsers: ofVitess, vitessHosts } = this.#options;
    return { madeForRun: [], ofVitess, vitessHosts };
  }

  async targetMysql(): Promise<ConnectionOptions> {
    return this.targetPrimary.endpoint;
  }

  async managedTablets(): Promise<readonly []> {
    return [];
  }

  async vtgate(): Promise<VtgateAccess> {
    const endpoint = (keyspace?: string): ConnectionOptions => ({
      ...EXACT,
      ...this.#options.vtgate,
      ...(keyspace === undefined ? {} : { database: keyspace }),
    });
    return { server: { page: noPage }, applicationEndpoint: endpoint, harnessEndpoint: endpoint };
  }

  async versions(): Promise<ServerVersions> {
    const mysql = this.hasMysqls ? await versionOf(this.source.harnessEndpoint, 'VERSION()') : 'not asked';
    const vitess = await versionOf((await this.vtgate()).harnessEndpoint(), '@@version_comment');
    return { mysql, vitess: /Version: (\S+)/.exec(vitess)?.[1] ?? vitess, etcd: 'not asked' };
  }

  async cpu(): Promise<null> {
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vtctld[Symbol.asyncDispose]();
  }
}

/** Always throws; callers then treat the figure as unknown. */
async function noPage(): Promise<never> {
  return await Promise.reject(new Error('vtgate’s HTTP page is not asked for'));
}

async function versionOf(endpoint: ConnectionOptions, expression: string): Promise<string> {
  return await withConnection(endpoint, async (connection) => {
    const [row] = await queryRows<{ version: string }>(connection, `SELECT ${expression} AS version`);
    return row!.version;
  });
}

async function answers(endpoint: ConnectionOptions, name: string, key: string): Promise<void> {
  try {
    await withConnection(endpoint, async (connection) => await connection.query('SELECT 1'));
  } catch (error) {
    throw trouble({
      what: `${name} cannot be reached.`,
      seen: messageOf(error),
      where: `${endpoint.host}:${endpoint.port}, as ${endpoint.user}; ${key} of the config`,
      next: 'Check host, port, account, password and certificates.',
      cause: error,
    });
  }
}

function unreachable(side: 'source' | 'target') {
  return trouble({
    what: `The ${side} MySQL cannot be asked.`,
    expected: 'its address',
    seen: 'none',
    where: `target.mysql.${side} of the config`,
  });
}
