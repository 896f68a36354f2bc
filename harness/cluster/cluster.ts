import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import type { Images } from '../../docker/images.ts';
import { makeCredentials, type Credentials } from './credentials.ts';
import { Etcd, topologyFlags } from './etcd.ts';
import { clusterLabels } from '../../docker/labels.ts';
import { ManagedTablet } from './managed-tablet.ts';
import { queryRows, withConnection } from './mysql-endpoint.ts';
import { PROFILES, type Profile, type ProfileName } from './profile.ts';
import { startReaper } from './reaper.ts';
import type { Surroundings } from './server.ts';
import { SourceMySql, type MySqlSettings } from './source-mysql.ts';
import { sweepCluster } from './sweep.ts';
import type { TabletType } from './tablet.ts';
import { UnmanagedTablet } from './unmanaged-tablet.ts';
import { Vtctld } from './vtctld.ts';
import { Vtgate } from './vtgate.ts';

export interface ClusterOptions {
  /** Folder for the servers' logs; made when it is missing. */
  readonly logDirectory: string;
  readonly profile?: ProfileName;
  readonly cell?: string;
  /** Keyspace in front of the source MySQL; the source's database has the same name. */
  readonly sourceKeyspace?: string;
  readonly targetKeyspace?: string;
  /** Managed tablets that can become primary. */
  readonly replicas?: number;
  readonly rdonlys?: number;
  /** Variables of the source MySQL that differ from what two-way VReplication needs. */
  readonly sourceSettings?: MySqlSettings;
  /** Ports on this machine's loopback; free ones are taken where none is given. */
  readonly hostPorts?: { readonly source?: number; readonly vtgate?: number };
}

interface Versions {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
}

const SOURCE_UID = 100;
const TARGET_UID = 200;

/**
 * The servers of one migration, on a network of their own. `start` brings up what is there before a migration
 * begins, the source MySQL, etcd and vtctld; the tablets and vtgate are started by the steps that need them.
 *
 * `await using` stops everything. A process that ends without that is cleaned up after by its reaper.
 */
export class Cluster implements AsyncDisposable {
  readonly id: string;
  readonly profile: Profile;
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly credentials: Credentials;
  readonly source: SourceMySql;
  readonly etcd: Etcd;
  readonly vtctld: Vtctld;
  readonly #parts: Parts;
  readonly #managed: readonly Promise<ManagedTablet>[];
  #unmanaged: Promise<UnmanagedTablet> | undefined;
  #vtgate: Promise<Vtgate> | undefined;

  private constructor(
    parts: Parts,
    servers: { source: SourceMySql; etcd: Etcd; vtctld: Vtctld; managed: readonly Promise<ManagedTablet>[] },
  ) {
    this.#parts = parts;
    this.id = parts.surroundings.clusterId;
    this.profile = parts.profile;
    this.cell = parts.cell;
    this.sourceKeyspace = parts.sourceKeyspace;
    this.targetKeyspace = parts.targetKeyspace;
    this.credentials = parts.credentials;
    this.source = servers.source;
    this.etcd = servers.etcd;
    this.vtctld = servers.vtctld;
    this.#managed = servers.managed;
  }

  static async start(docker: Docker, images: Images, options: ClusterOptions): Promise<Cluster> {
    const parts = await lay(docker, images, options);
    const { surroundings, cell } = parts;
    // Nobody waits for these here: `managedTablets` does, and hears of what went wrong.
    const managed = startManagedMysqls(parts);
    try {
      const [source, [etcd, vtctld]] = await allOrFirstError([
        SourceMySql.start(surroundings, {
          image: images.mysql,
          database: parts.sourceKeyspace,
          credentials: parts.credentials,
          settings: options.sourceSettings ?? {},
          ...(options.hostPorts?.source === undefined ? {} : { hostPort: options.hostPorts.source }),
        }),
        Etcd.start(surroundings, images.etcd).then(
          async (started) =>
            [started, await Vtctld.start(surroundings, { image: images.vitess, etcd: started, cell })] as const,
        ),
      ]);
      return new Cluster(parts, { source, etcd, vtctld, managed });
    } catch (error) {
      await Promise.allSettled(managed);
      await stop(parts);
      throw error;
    }
  }

  /** The tablet in front of the source; started once. */
  async unmanagedTablet(): Promise<UnmanagedTablet> {
    const { surroundings, images, credentials, cell, profile } = this.#parts;
    this.#unmanaged ??= UnmanagedTablet.start(surroundings, {
      image: images.vitess,
      source: this.source,
      credentials,
      cell,
      uid: SOURCE_UID,
      keyspace: this.sourceKeyspace,
      profile,
    });
    return await this.#unmanaged;
  }

  /** The tablets of the target keyspace, replicas first; their MySQLs start with the cluster. */
  async managedTablets(): Promise<ManagedTablet[]> {
    return await allOrFirstError(
      this.#managed.map(async (starting) => {
        const tablet = await starting;
        await tablet.serve();
        return tablet;
      }),
    );
  }

  /** vtgate; started once. */
  async vtgate(): Promise<Vtgate> {
    const { surroundings, images, credentials, cell, profile, hostPorts } = this.#parts;
    this.#vtgate ??= Vtgate.start(surroundings, {
      image: images.vitess,
      credentials,
      cell,
      profile,
      ...(hostPorts.vtgate === undefined ? {} : { hostPort: hostPorts.vtgate }),
    });
    return await this.#vtgate;
  }

  /** As the running servers report them. */
  async versions(): Promise<Versions> {
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#saveMysqlLogs();
    await stop(this.#parts);
  }

  async #saveMysqlLogs(): Promise<void> {
    const save = async (starting: Promise<ManagedTablet>) => {
      const tablet = await starting;
      const file = path.join(this.#parts.surroundings.logDirectory, `${tablet.server.name}-mysqld.log`);
      await writeFile(file, await tablet.mysqlLog());
    };
    // A tablet that never started, or whose container is gone, has no log to keep.
    await Promise.allSettled(this.#managed.map(save));
  }
}

/** What is decided before any server starts. */
interface Parts {
  readonly surroundings: Surroundings;
  readonly images: Images;
  readonly credentials: Credentials;
  readonly profile: Profile;
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  readonly replicas: number;
  readonly rdonlys: number;
  readonly hostPorts: NonNullable<ClusterOptions['hostPorts']>;
  readonly releaseReaper: () => void;
}

async function lay(docker: Docker, images: Images, options: ClusterOptions): Promise<Parts> {
  await mkdir(options.logDirectory, { recursive: true });
  const clusterId = randomBytes(4).toString('hex');
  const network = `roundtrip-${clusterId}`;
  const labels = clusterLabels(clusterId);
  // No other network option of the engine keeps published ports off the machine's other interfaces, and
  // testcontainers cannot set options of a network.
  const loopback = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' };
  const releaseReaper = startReaper(clusterId);
  await docker.createNetwork({ Name: network, Driver: 'bridge', Labels: labels, Options: loopback });
  return {
    surroundings: { docker, clusterId, network, labels, logDirectory: options.logDirectory },
    images,
    credentials: makeCredentials(),
    profile: PROFILES[options.profile ?? 'rehearsal'],
    cell: options.cell ?? 'zone1',
    sourceKeyspace: options.sourceKeyspace ?? 'commerce',
    targetKeyspace: options.targetKeyspace ?? 'customer',
    replicas: options.replicas ?? 2,
    rdonlys: options.rdonlys ?? 1,
    hostPorts: options.hostPorts ?? {},
    releaseReaper,
  };
}

/** The containers of the target keyspace, side by side with everything else: their MySQLs need nothing of it. */
function startManagedMysqls(parts: Parts): Promise<ManagedTablet>[] {
  const { surroundings, images, credentials, cell, targetKeyspace: keyspace, profile, replicas, rdonlys } = parts;
  const types: TabletType[] = [
    ...Array<TabletType>(replicas).fill('replica'),
    ...Array<TabletType>(rdonlys).fill('rdonly'),
  ];
  return types.map((type, index) => {
    const starting = ManagedTablet.start(surroundings, {
      image: images.vitess,
      topologyFlags: topologyFlags(surroundings),
      credentials,
      cell,
      uid: TARGET_UID + index,
      keyspace,
      type,
      profile,
    });
    starting.catch(() => undefined);
    return starting;
  });
}

async function stop({ surroundings, releaseReaper }: Parts): Promise<void> {
  await sweepCluster(surroundings.docker, surroundings.clusterId);
  releaseReaper();
}

/** Like Promise.all, but every part has ended before an error is thrown, so that none starts a server behind it. */
async function allOrFirstError<T extends readonly unknown[]>(parts: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(parts);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as { [K in keyof T]: Awaited<T[K]> };
}
