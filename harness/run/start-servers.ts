import { Cluster, type ClusterOptions } from '../cluster/cluster.ts';
import { ExistingCluster, type ExistingOptions } from '../cluster/existing-cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import type { Recorder } from '../history/recorder.ts';
import type { MigrationContext } from '../migration/context.ts';
import { findKeyspaces } from '../migration/find-keyspaces.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { DEFAULT_SIDECAR } from '../vtctl/keyspaces.ts';
import { Vtctl } from '../vtctl/vtctl.ts';
import type { SetUp } from './set-up.ts';

export interface ServerOptions {
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  /** Options for a cluster that is started. */
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
}

/** Where servers come from: an engine with images, or servers that are already running. */
export type ServersFrom = SetUp | { readonly existing: ExistingOptions };

export type StartedServers = Pick<MigrationContext, 'sidecars'> & { readonly servers: MigrationServers };

/**
 * Starts the servers that are there before a migration begins, or connects to those that are already running.
 *
 * @throws trouble if one does not start or does not answer; usage if a required keyspace does not exist.
 */
export async function startServers(from: ServersFrom, options: ServerOptions): Promise<StartedServers> {
  const { recorder } = options;
  if ('existing' in from) {
    const title = 'connect to the running source and Vitess';
    return await recorder.step('cluster', title, async () => await reach(from.existing, recorder));
  }
  const title = 'start the source MySQL and the first servers of Vitess';
  return await recorder.step('cluster', title, async () => await start(from, options));
}

async function start({ docker, images }: SetUp, { cluster, artifacts }: ServerOptions): Promise<StartedServers> {
  const servers = await Cluster.start(docker, images, {
    ...cluster,
    logDirectory: artifacts.logs,
    onLogFault: artifacts.failed,
  });
  return { servers, sidecars: { source: DEFAULT_SIDECAR, target: DEFAULT_SIDECAR } };
}

async function reach(existing: ExistingOptions, recorder: Recorder): Promise<StartedServers> {
  const servers = await ExistingCluster.reach(existing);
  try {
    const looking = new Vtctl(servers.vtctld, (command) => recorder.note(`$ ${command}`));
    return { servers, sidecars: await findKeyspaces(looking, servers) };
  } catch (error) {
    await servers[Symbol.asyncDispose]();
    throw error;
  }
}
