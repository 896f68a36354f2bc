import type { Cluster } from '../cluster/cluster.ts';
import { trouble } from '../errors.ts';

/** Runs vtctldclient in vtctld's container, as an operator would. @throws trouble with its output if it fails. */
export async function vtctldclient(cluster: Cluster, args: readonly string[]): Promise<string> {
  const command = ['vtctldclient', '--server=localhost:15999', ...args];
  const { exitCode, stdout, stderr } = await cluster.vtctld.server.exec(command);
  if (exitCode === 0) return stdout;
  throw trouble({ what: `vtctldclient ${args[0]} failed.`, seen: `status ${exitCode}: ${stderr || stdout}` });
}
