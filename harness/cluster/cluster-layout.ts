import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import { clusterLabels } from '../../docker/labels.ts';
import type { Images } from '../../docker/plan.ts';
import { usage } from '../errors.ts';
import { makeCredentials, type Credentials } from './credentials.ts';
import { topologyFlags } from './etcd.ts';
import { startLinks, type StartedLinks } from './link.ts';
import { planLinks } from './link-plan.ts';
import { ManagedTablet } from './managed-tablet.ts';
import { PROFILES, type Profile, type ProfileName } from './profile.ts';
import { startReaper } from './reaper.ts';
import type { LogFault } from './follow-log.ts';
import { Pod } from './pod.ts';
import { planPod } from './pod-plan.ts';
import type { ServerEnvironment } from './server.ts';
import type { MySqlSettings } from './source-mysql.ts';
import type { SourceReplication } from './source-shard.ts';
import { sweepCluster } from './sweep.ts';
import { TARGET_UID, type TabletType } from './tablet.ts';
import type { StreamTabletType } from '../stream-tablet-types.ts';

/** Managed tablets that can become primary, by default: one is the primary, the other a replica. */
export const DEFAULT_REPLICAS = 2;

/** The smallest target that a cluster can have: one primary, and nothing that follows it. */
export const SMALLEST_TARGET = { replicas: 1, rdonlys: 0 };

export interface ClusterOptions {
  /** Folder for the servers' logs; created if it is missing. */
  readonly logDirectory: string;
  /** Whether that folder goes as the servers do if this process ends without having removed it. */
  readonly hasTemporaryLogs?: boolean;
  readonly onLogFault?: LogFault;
  readonly profile?: ProfileName;
  /** Flags of every vttablet, in addition to those of the profile. */
  readonly tabletFlags?: readonly string[];
  readonly cell?: string;
  /** Keyspace in front of the source MySQL. */
  readonly sourceKeyspace?: string;
  /** The source's database; by default it has the name of its keyspace. */
  readonly sourceDatabase?: string;
  readonly targetKeyspace?: string;
  /** Managed tablets that can become primary. */
  readonly replicas?: number;
  readonly rdonlys?: number;
  /** Variables of the source MySQL that differ from what two-way VReplication needs. */
  readonly sourceSettings?: MySqlSettings;
  /** The time zone of the source's machine, as the variable TZ has it; UTC by default. */
  readonly sourceMachineZone?: string;
  /** How the source is replicated; by default it is one MySQL. */
  readonly source?: SourceReplication;
  /** The size of a file system of its own for the data of each MySQL of the target, in MB, so that it can be filled. */
  readonly targetDiskMb?: number | undefined;
  /** The types of tablets on the other side that streams read from; by default the primary. */
  readonly tabletTypes?: readonly StreamTabletType[];
  /** A volume that already contains the source's data directory. */
  readonly sourceVolume?: string | undefined;
  /** Whether connections between servers lead through proxies, so that they can be impaired. */
  readonly links?: boolean;
  /** Whether faults may stop its servers and start them again. */
  readonly restartable?: boolean;
  /** Ports on this machine's loopback; free ones are used if none are given. */
  readonly hostPorts?: { readonly source?: number; readonly vtgate?: number };
}

/** What is decided before any server starts. */
export interface ClusterLayout {
  readonly environment: ServerEnvironment;
  readonly images: Images;
  readonly credentials: Credentials;
  readonly profile: Profile;
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly sourceDatabase: string;
  readonly targetKeyspace: string;
  readonly targetDiskMb: number | undefined;
  readonly tabletTypes: readonly StreamTabletType[];
  readonly replicas: number;
  readonly rdonlys: number;
  readonly hostPorts: NonNullable<ClusterOptions['hostPorts']>;
  /** None in a cluster whose servers reach each other without proxies. */
  readonly links: StartedLinks['links'];
  readonly releaseReaper: () => void;
}

export async function layOutCluster(docker: Docker, images: Images, options: ClusterOptions): Promise<ClusterLayout> {
  await mkdir(options.logDirectory, { recursive: true });
  const clusterId = randomBytes(4).toString('hex');
  const network = `roundtrip-${clusterId}`;
  const labels = clusterLabels(clusterId);
  // No other network option of the engine keeps published ports off the machine's other interfaces, and testcontainers
  // cannot set options of a network.
  const loopback = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' };
  const sourceKeyspace = options.sourceKeyspace ?? 'commerce';
  const releaseReaper = startReaper(
    clusterId,
    options.hasTemporaryLogs === true ? [path.resolve(options.logDirectory)] : [],
  );
  await docker.createNetwork({ Name: network, Driver: 'bridge', Labels: labels, Options: loopback });
  const profile = PROFILES[options.profile ?? 'rehearsal'];
  return {
    environment: {
      docker,
      clusterId,
      network,
      labels,
      logDirectory: options.logDirectory,
      isRestartable: options.restartable ?? false,
      ...(options.onLogFault === undefined ? {} : { onLogFault: options.onLogFault }),
    },
    images,
    credentials: makeCredentials(),
    profile: { ...profile, vttablet: [...profile.vttablet, ...(options.tabletFlags ?? [])] },
    cell: options.cell ?? 'zone1',
    sourceKeyspace,
    sourceDatabase: options.sourceDatabase ?? sourceKeyspace,
    targetKeyspace: options.targetKeyspace ?? 'customer',
    targetDiskMb: options.targetDiskMb,
    tabletTypes: options.tabletTypes ?? ['primary'],
    replicas: options.replicas ?? DEFAULT_REPLICAS,
    rdonlys: options.rdonlys ?? 1,
    hostPorts: options.hostPorts ?? {},
    links: new Map(),
    releaseReaper,
  };
}

/** Starts the containers of the target keyspace, in parallel with everything else: their MySQLs need nothing else. */
export function startManagedMysqls(layout: ClusterLayout): Promise<ManagedTablet>[] {
  const { environment, images, credentials, cell, targetKeyspace: keyspace, profile, replicas, rdonlys } = layout;
  const types: TabletType[] = [
    ...Array<TabletType>(replicas).fill('replica'),
    ...Array<TabletType>(rdonlys).fill('rdonly'),
  ];
  return types.map((type, index) => {
    const starting = ManagedTablet.start(environment, {
      image: images.vitess,
      topologyFlags: topologyFlags(environment),
      credentials,
      cell,
      uid: TARGET_UID + index,
      keyspace,
      type,
      profile,
      diskMb: layout.targetDiskMb,
    });
    starting.catch(() => undefined);
    return starting;
  });
}

/**
 * Starts the proxies of a layout with links, through which its servers will reach each other.
 *
 * @throws usage if the image of the proxies was not requested.
 */
export async function withLinks(layout: ClusterLayout): Promise<ClusterLayout> {
  const { environment, images } = layout;
  try {
    if (images.toxiproxy === undefined) throw noToxiproxy();
    const { links, addresses } = await startLinks(environment, images.toxiproxy, planLinks(layout));
    return { ...layout, links, environment: { ...environment, addresses } };
  } catch (error) {
    return await giveUp(layout, error);
  }
}

/** Starts the pod of a layout without links, in which all its servers will be. */
export async function withPod(layout: ClusterLayout, { source }: ClusterOptions): Promise<ClusterLayout> {
  const { environment, images } = layout;
  try {
    const pod = await Pod.start(environment, images.vitess, planPod(layout, source?.followers ?? 0));
    return { ...layout, environment: { ...environment, pod } };
  } catch (error) {
    return await giveUp(layout, error);
  }
}

function noToxiproxy() {
  return usage({
    what: 'A cluster with links needs Toxiproxy.',
    expected: 'set-up with the image setting `toxiproxy`',
    seen: 'set-up without it',
  });
}

/** Stops everything that has been started. @throws the error because of which it is stopped. */
export async function giveUp(layout: ClusterLayout, error: unknown): Promise<never> {
  await stop(layout).catch((left: unknown) => {
    throw new SuppressedError(left, error);
  });
  throw error;
}

export async function stop({ environment, releaseReaper }: ClusterLayout): Promise<void> {
  await sweepCluster(environment.docker, environment.clusterId);
  releaseReaper();
}
