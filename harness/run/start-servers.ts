import { Cluster, type ClusterOptions } from '../cluster/cluster.ts';
import { ExistingCluster, type ExistingOptions } from '../cluster/existing-cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import type { Recorder } from '../history/recorder.ts';
import type { MigrationContext } from '../migration/context.ts';
import { findKeyspaces } from '../migration/find-keyspaces.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { DEFAULT_SIDECAR } from '../vtctl/keyspaces.ts';
import { Vtctl } from '../vtctl/vtctl.ts';
import { usage } from '../errors.ts';
import type { SetUp } from './set-up.ts';

export interface ServerOptions {
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
  /** Servers that run already, in place of a cluster that is started. */
  readonly existing?: ExistingOptions | undefined;
}

export type StartedServers = Pick<MigrationContext, 'sidecars'> & { readonly servers: MigrationServers };

/**
 * Starts the servers that are there before a migration begins, or reaches those that run already.
 *
 * @throws trouble when one does not start, or does not answer; usage when a keyspace that must be there is not.
 */
export async function startServers(setUp: SetUp | null, options: ServerOptions): Promise<StartedServers> {
  const { recorder, existing } = options;
  const logDirectory = options.artifacts.logs;
  const note = (text: string) => recorder.note(text);
  const title = existing ? 'reach the source and the Vitess that run' : 'start the source MySQL, etcd and vtctld';
  return await recorder.step('cluster', title, async () => {
    if (existing === undefined) {
      if (setUp === null) throw usage({ what: 'Servers cannot be started without an engine and images.' });
      const { docker, images } = setUp;
      const servers = await Cluster.start(docker, images, {
        ...options.cluster,
        logDirectory,
        onLogFault: options.artifacts.failed,
      });
      return { servers, sidecars: { source: DEFAULT_SIDECAR, target: DEFAULT_SIDECAR } };
    }
    const servers = await ExistingCluster.reach(existing);
    try {
      const looking = new Vtctl(servers.vtctld, (command) => note(`$ ${command}`));
      return { servers, sidecars: await findKeyspaces(looking, servers) };
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
  });
}
