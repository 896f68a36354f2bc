import type Docker from 'dockerode';
import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble, usage } from '../errors.ts';
import { getKeyspaces, type KeyspaceRecord } from '../vtctl/keyspaces.ts';
import { getShards } from '../vtctl/shards.ts';
import { Vtctldclient } from '../vtctl/vtctldclient.ts';
import { EXACT, queryRows, withConnection } from './mysql-endpoint.ts';
import type { MigrationServers, Side, SideServer, SourceAccess, Versions, VtgateAccess } from './servers.ts';
import { VtctldclientContainer, type VtctldAddress } from './vtctldclient-container.ts';

export interface ExistingOptions {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly workflow: string;
  readonly shards: Readonly<Record<Side, string>>;
  readonly vtctld: VtctldAddress;
  /** Without a database. */
  readonly vtgate: ConnectionOptions;
  /** Of each side's primary, with its database. */
  readonly mysql: { readonly source: ConnectionOptions; readonly target: ConnectionOptions } | null;
  readonly vitessUsers: readonly string[];
  readonly resume: boolean;
  readonly probes: boolean;
}

/** A Vitess and a source that already run. Nothing of it is started here, and nothing is stopped at the end. */
export class ExistingCluster implements MigrationServers {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly workflow: string;
  readonly shards: Readonly<Record<Side, string>>;
  readonly sidecars: Readonly<Record<Side, string>>;
  readonly settlesSchemas = false;
  readonly starts = null;
  readonly vtctld: VtctldclientContainer;
  readonly existing: Pick<ExistingOptions, 'resume' | 'probes'>;
  readonly #options: ExistingOptions;

  private constructor(
    options: ExistingOptions,
    vtctld: VtctldclientContainer,
    sidecars: Readonly<Record<Side, string>>,
  ) {
    this.cell = options.cell;
    this.sourceKeyspace = options.sourceKeyspace;
    this.targetKeyspace = options.targetKeyspace;
    this.workflow = options.workflow;
    this.shards = options.shards;
    this.sidecars = sidecars;
    this.existing = options;
    this.vtctld = vtctld;
    this.#options = options;
  }

  /**
   * @throws trouble when vtctld, vtgate or a MySQL that was named does not answer; usage when a keyspace or its one shard
   *   is not there as the config has it.
   */
  static async reach(
    docker: Docker,
    image: string,
    options: ExistingOptions & {
      readonly logDirectory: string;
      /** Told every command before it is run. */
      readonly note: (text: string) => void;
    },
  ): Promise<ExistingCluster> {
    await answers(options.vtgate, 'vtgate', 'target.vtgate');
    if (options.mysql !== null) {
      await answers(options.mysql.source, 'The source MySQL', 'target.mysql.source');
      await answers(options.mysql.target, 'The target MySQL', 'target.mysql.target');
    }
    const { vtctld: address, logDirectory, note } = options;
    const vtctld = await VtctldclientContainer.start(docker, { image, vtctld: address, logDirectory });
    try {
      const looking = new Vtctldclient(vtctld.firstLook(address), (command) => note(`$ ${command}`));
      return new ExistingCluster(options, vtctld, await findKeyspaces(looking, options));
    } catch (error) {
      await vtctld[Symbol.asyncDispose]();
      throw error;
    }
  }

  get hasMysqls(): boolean {
    return this.#options.mysql !== null;
  }

  get source(): SourceAccess {
    const { mysql, sourceKeyspace } = this.#options;
    if (mysql === null) throw unreachable('source');
    const endpoint = { ...EXACT, ...mysql.source };
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

  get ownUsers(): readonly string[] {
    const { mysql, vitessUsers } = this.#options;
    return [...vitessUsers, ...(mysql?.source.user === undefined ? [] : [mysql.source.user])];
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

  async versions(): Promise<Versions> {
    const mysql = this.hasMysqls ? await versionOf(this.source.harnessEndpoint, 'VERSION()') : 'not asked';
    const vitess = await versionOf((await this.vtgate()).harnessEndpoint(), '@@version_comment');
    return { mysql, vitess: /Version: (\S+)/.exec(vitess)?.[1] ?? vitess, etcd: 'not asked' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vtctld[Symbol.asyncDispose]();
  }
}

/** Whether both keyspaces are there, each with the one shard that the config names. @returns their sidecar databases. */
async function findKeyspaces(vtctl: Vtctldclient, options: ExistingOptions): Promise<Record<Side, string>> {
  const records = await getKeyspaces(vtctl);
  const find = async (side: Side): Promise<string> => {
    const name = { source: options.sourceKeyspace, target: options.targetKeyspace }[side];
    const record = records.find((each) => each.name === name);
    if (record === undefined) throw noKeyspace(side, name, records);
    const shards = await getShards(vtctl, name);
    if (shards.length !== 1 || shards[0] !== options.shards[side]) throw otherShards(side, name, options, shards);
    return record.sidecar;
  };
  const source = await find('source');
  return { source, target: await find('target') };
}

function noKeyspace(side: Side, name: string, records: readonly KeyspaceRecord[]) {
  return usage({
    what: `There is no keyspace ${name}.`,
    expected: `${name}, keyspaces.${side} of the config`,
    seen: records.map((record) => record.name).join(', ') || 'none at all',
    where: 'GetKeyspaces',
    next: 'Name the keyspace that is there, or make it first: a rehearsal makes none on servers that run already.',
  });
}

function otherShards(side: Side, name: string, options: ExistingOptions, shards: readonly string[]) {
  const [only] = shards;
  return usage({
    what:
      shards.length === 1
        ? `The shard of keyspace ${name} has another name.`
        : `The keyspace ${name} does not have one shard.`,
    expected: `${name}/${options.shards[side]}`,
    seen: shards.map((shard) => `${name}/${shard}`).join(', ') || 'no shard',
    where: `FindAllShardsInKeyspace ${name}`,
    next:
      shards.length === 1
        ? `Say target.shards.${side}: '${only}' in the config.`
        : 'Only keyspaces of one shard can be rehearsed.',
  });
}

/** Whoever asks takes it that the figure is not known. */
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
