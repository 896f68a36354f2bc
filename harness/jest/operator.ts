import type { Cluster } from '../cluster/cluster.ts';
import { trouble } from '../errors.ts';

/** Runs vtctldclient beside vtctld, as an operator would by hand. @throws trouble with what it printed, if it fails. */
export async function vtctldclient(cluster: Cluster, args: readonly string[]): Promise<string> {
  const command = ['vtctldclient', '--server=localhost:15999', ...args];
  const { exitCode, stdout, stderr } = await cluster.vtctld.server.exec(command);
  if (exitCode === 0) return stdout;
  throw trouble({ what: `vtctldclient ${args[0]} failed.`, seen: `status ${exitCode}: ${stderr || stdout}` });
}
