import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Starts a separate process that removes the cluster if this process ends without having done so, however it ends.
 * The reaper notices the end because its standard input is closed, which no signal can prevent.
 *
 * @param folders of this machine that are then removed as well.
 * @returns a function that lets the reaper go once the cluster has been stopped.
 */
export function startReaper(clusterId: string, folders: readonly string[] = []): () => void {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), clusterId, ...folders], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // Node flags of the parent (a debugger's, Jest's) are not for the child.
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  child.unref();
  const { stdin } = child;
  // The pipe must not keep this process alive.
  (stdin as unknown as { unref(): void }).unref();
  stdin.on('error', () => undefined);
  // Without a reaper, the next set-up sweeps.
  child.on('error', () => undefined);
  return () => void stdin.end('done\n');
}

/**
 * What speaks to the engine is loaded only when it is needed, because every cluster starts a reaper beside its servers,
 * and loading it takes half of a reaper's CPU time.
 */
async function reap(clusterId: string, folders: readonly string[]): Promise<void> {
  let said = '';
  for await (const chunk of process.stdin) said += String(chunk);
  if (said === 'done\n') return;
  try {
    const [{ default: Docker }, { sweepCluster }] = await Promise.all([import('dockerode'), import('./sweep.ts')]);
    const address = process.env['DOCKER_HOST'] ?? '';
    const docker = address.startsWith('unix://') ? new Docker({ socketPath: address.slice(7) }) : new Docker();
    await sweepCluster(docker, clusterId);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await reap(process.argv[2]!, process.argv.slice(3));
