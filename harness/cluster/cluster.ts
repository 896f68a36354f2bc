import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import type { ConnectionOptions } from 'mysql2/promise';
import { engineDoes } from '../../docker/engine-does.ts';
import type { Images } from '../../docker/plan.ts';
import { cpuOf } from './cpu.ts';
import type { Credentials } from './credentials.ts';
import { Etcd } from './etcd.ts';
import type { Link } from './link.ts';
import type { LinkName } from './link-plan.ts';
import type { ManagedTablet } from './managed-tablet.ts';
import { queryRows, withConnection } from './mysql-endpoint.ts';
import {
  giveUp,
  layOutCluster,
  startManagedMysqls,
  stop,
  withLinks,
  withPod,
  type ClusterOptions,
  type ClusterLayout,
} from './cluster-layout.ts';
import { usage } from '../errors.ts';
import { allOrFirstError } from '../wait.ts';
import type { Profile } from './profile.ts';
import type { MigrationServers, Ownership, ServerCpu, ServerVersions } from './servers.ts';
import type { SourceMySql, SourceMySqlOptions } from './source-mysql.ts';
import { SourceShard, type SourceReplication } from './source-shard.ts';
import { hostName } from './server.ts';
import { SOURCE_UID, TARGET_UID, tabletName } from './tablet.ts';
import { UnmanagedTablet } from './unmanaged-tablet.ts';
import { Vtctld } from './vtctld.ts';
import { Vtgate } from './vtgate.ts';

export type { ClusterOptions } from './cluster-layout.ts';

/** A server whose container has ended. */
export interface EndedServer {
  readonly name: string;
  /** The engine's words, such as `Exited (2) 4 minutes ago`. */
  readonly status: string;
  /** What its process ended with: 128 and its number for a signal that ended it. Null if the engine does not say. */
  readonly exitCode: number | null;
  readonly logFile: string;
}

/**
 * The servers of one migration, on a network of their own. `start` brings up what exists before a migration begins: the
 * source MySQL, etcd, vtctld, and vtgate if it notices new tablets soon. The steps that need the tablets start them, and
 * vtgate otherwise.
 *
 * `await using` stops everything. If a process ends without that, its reaper cleans up after it.
 */
export class Cluster implements MigrationServers {
  readonly id: string;
  readonly profile: Profile;
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly tabletTypes: MigrationServers['tabletTypes'];
  readonly credentials: Credentials;
  /** The source's MySQLs and their tablets. */
  readonly sources: SourceShard;
  readonly etcd: Etcd;
  readonly vtctld: Vtctld;
  readonly shards = { source: '0', target: '0' };
  readonly existing = null;
  readonly hasMysqls = true;
  readonly targetPrimary = null;
  readonly #layout: ClusterLayout;
  readonly #managed: readonly Promise<ManagedTablet>[];
  #vtgate: Promise<Vtgate> | undefined;

  private constructor(
    layout: ClusterLayout,
    servers: EarlyServers & { sources: SourceShard; managed: readonly Promise<ManagedTablet>[] },
  ) {
    this.#layout = layout;
    this.id = layout.environment.clusterId;
    this.profile = layout.profile;
    this.cell = layout.cell;
    this.sourceKeyspace = layout.sourceKeyspace;
    this.targetKeyspace = layout.targetKeyspace;
    this.tabletTypes = layout.tabletTypes;
    this.credentials = layout.credentials;
    this.sources = servers.sources;
    this.etcd = servers.etcd;
    this.vtctld = servers.vtctld;
    this.#managed = servers.managed;
    if (servers.vtgate !== undefined) this.#vtgate = Promise.resolve(servers.vtgate);
  }

  static async start(docker: Docker, images: Images, options: ClusterOptions): Promise<Cluster> {
    const laidOut = await layOutCluster(docker, images, options);
    const layout = options.links ? await withLinks(laidOut) : await withPod(laidOut, options);
    // These are not awaited here; `managedTablets` awaits them, and sees their errors.
    const managed = startManagedMysqls(layout);
    try {
      const [sources, { etcd, vtctld, vtgate }] = await allOrFirstError([
        startSource(layout, {
          image: images.mysql,
          database: layout.sourceDatabase,
          credentials: layout.credentials,
          settings: options.sourceSettings ?? {},
          volume: options.sourceVolume,
          ...(options.sourceMachineZone === undefined ? {} : { machineZone: options.sourceMachineZone }),
          ...(options.hostPorts?.source === undefined ? {} : { hostPort: options.hostPorts.source }),
          replication: options.source ?? { followers: 0 },
        }),
        startEarlyServers(layout),
      ]);
      return new Cluster(layout, { sources, etcd, vtctld, vtgate, managed });
    } catch (error) {
      await Promise.allSettled(managed);
      return await giveUp(layout, error);
    }
  }

  /** The MySQL that is the primary of the source now. */
  get source(): SourceMySql {
    return this.sources.primary;
  }

  get sourceFollowers(): readonly SourceMySql[] {
    return this.sources.followers;
  }

  get workflow(): string {
    return `${this.sourceKeyspace}2${this.targetKeyspace}`;
  }

  get settlesSchemas(): boolean {
    return this.profile.settlesSchemas;
  }

  get accounts(): Ownership {
    const { harness, vitess } = this.credentials;
    const madeForRun = [harness, ...Object.values(vitess)].map(({ user }) => user);
    return { madeForRun, ofVitess: [], vitessHosts: [] };
  }

  get starts(): this {
    return this;
  }

  /** Returns the tablets in front of the source's MySQLs, the primary's first; each is started once. */
  async unmanagedTablets(): Promise<readonly [UnmanagedTablet, ...UnmanagedTablet[]]> {
    return await this.sources.tablets();
  }

  /** Returns how to connect to the first replica, which `provision` makes the primary. */
  async targetMysql(): Promise<ConnectionOptions> {
    return await (await this.#managed[0]!).mysql();
  }

  /** Returns the tablets of the target keyspace, replicas first; their MySQLs start with the cluster. */
  async managedTablets(): Promise<ManagedTablet[]> {
    return await allOrFirstError(
      this.#managed.map(async (starting) => {
        const tablet = await starting;
        await tablet.serve();
        return tablet;
      }),
    );
  }

  /** Returns vtgate, which is started once. */
  async vtgate(): Promise<Vtgate> {
    this.#vtgate ??= startVtgate(this.#layout);
    return await this.#vtgate;
  }

  /** Returns a link that can be impaired. @throws usage if the cluster was started without links. */
  link(name: LinkName): Link {
    const link = this.#layout.links.get(name);
    if (link !== undefined) return link;
    throw usage({
      what: 'The servers of this cluster reach each other without proxies.',
      next: 'Start it with `links`.',
    });
  }

  /** The versions that the running servers report. */
  async versions(): Promise<ServerVersions> {
    const [mysql, etcd, vitess] = await Promise.all([
      withConnection(this.source.harnessEndpoint, async (connection) => {
        const [row] = await queryRows<{ version: string }>(connection, 'SELECT VERSION() AS version');
        return row!.version;
      }),
      this.etcd.version(),
      this.vtctld.server.exec(['vtctldclient', '--version']),
    ]);
    return { mysql, etcd, vitess: /Version: (\S+)/.exec(vitess.output)?.[1] ?? vitess.output.trim() };
  }

  /**
   * Returns how much CPU each server has used so far, if its start was requested; a tablet is counted together with its
   * MySQL.
   */
  async cpu(): Promise<readonly ServerCpu[]> {
    const sources = this.sources.members.map(({ mysql, tablet }, index) => [
      cpuOf(mysql.server.name, { server: mysql.server, mysql: mysql.harnessEndpoint }),
      ...(tablet === undefined ? [] : [cpuOf(tabletName(this.sourceKeyspace, SOURCE_UID + index), tablet)]),
    ]);
    const managed = this.#managed.map(async (starting) => ({
      server: (await starting).server,
      mysql: (await starting).harnessEndpoint,
    }));
    return await Promise.all([
      ...sources.flat(),
      cpuOf(this.etcd.server.name, this.etcd),
      ...managed.map((tablet, index) => cpuOf(tabletName(this.targetKeyspace, TARGET_UID + index), tablet)),
      ...(this.#vtgate === undefined ? [] : [cpuOf('vtgate', this.#vtgate)]),
      this.vtctld.cpu(),
    ]);
  }

  /** The servers whose containers have ended. @throws if the engine does not answer. */
  async ended(): Promise<readonly EndedServer[]> {
    const { environment } = this.#layout;
    const label = Object.entries(environment.labels).map(([name, value]) => `${name}=${value}`);
    const filters = { label, status: ['exited', 'dead'] };
    const listing = environment.docker.listContainers({ all: true, filters });
    const containers = await engineDoes('a list of the servers that have ended', listing);
    return containers.map(({ Names: [hostname = ''], Status: status }) => {
      const name = hostname.slice(hostName(environment, '').length + 1);
      const [, code] = /^Exited \((\d+)\)/.exec(status) ?? [];
      const exitCode = code === undefined ? null : Number(code);
      return { name, status, exitCode, logFile: path.join(environment.logDirectory, `${name}.log`) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A server that is still starting would come up after the sweep.
    await Promise.allSettled([...this.sources.members.map(({ tablet }) => tablet), this.#vtgate, ...this.#managed]);
    await this.#saveMysqlLogs();
    await stop(this.#layout);
  }

  async #saveMysqlLogs(): Promise<void> {
    const save = async (starting: Promise<ManagedTablet>) => {
      const tablet = await starting;
      const file = path.join(this.#layout.environment.logDirectory, `${tablet.server.name}-mysqld.log`);
      const log = await tablet.mysqlLog();
      await writeFile(file, log).catch((error: unknown) => this.#layout.environment.onLogFault?.(file, error));
    };
    // A tablet that never started, or whose container is gone, has no log to keep.
    await Promise.allSettled(this.#managed.map(save));
  }
}

/** The servers of Vitess that start before any tablet. */
interface EarlyServers {
  readonly etcd: Etcd;
  readonly vtctld: Vtctld;
  /** Undefined if it starts after the tablets. */
  readonly vtgate: Vtgate | undefined;
}

async function startEarlyServers(layout: ClusterLayout): Promise<EarlyServers> {
  const { environment, images, cell, profile } = layout;
  const etcd = await Etcd.start(environment, images.etcd);
  const vtctld = await Vtctld.start(environment, { image: images.vitess, etcd, cell });
  // It is awaited because there must be no keyspace before it has started; `adopt` says why.
  const vtgate = profile.startsVtgateFirst ? await startVtgate(layout) : undefined;
  return { etcd, vtctld, vtgate };
}

async function startVtgate(layout: ClusterLayout): Promise<Vtgate> {
  const { environment, images, credentials, cell, profile, hostPorts, links } = layout;
  return await Vtgate.start(environment, {
    image: images.vitess,
    credentials,
    cell,
    profile,
    applicationPort: links.get('application-vtgate')?.hostPort,
    ...(hostPorts.vtgate === undefined ? {} : { hostPort: hostPorts.vtgate }),
  });
}

async function startSource(
  { environment, images, credentials, cell, profile, sourceKeyspace: keyspace }: ClusterLayout,
  { replication, ...options }: SourceMySqlOptions & { readonly replication: SourceReplication },
): Promise<SourceShard> {
  return await SourceShard.start(environment, options, replication, async (source, index) => {
    const uid = SOURCE_UID + index;
    return await UnmanagedTablet.start(environment, {
      image: images.vitess,
      source,
      credentials,
      cell,
      uid,
      keyspace,
      profile,
    });
  });
}
