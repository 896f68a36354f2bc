import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** On every image we make, and on the containers that make one: what it is. */
export const PROJECT_LABEL = 'vitess-roundtrip';
/** On every container and network of a cluster: the cluster's id. */
export const CLUSTER_LABEL = 'vitess-roundtrip.cluster';
/** On every container and network: the process that owns it, as `host pid starttime`. */
export const OWNER_LABEL = 'vitess-roundtrip.owner';

/** Labels for what a cluster makes on the engine. */
export function clusterLabels(clusterId: string): Record<string, string> {
  return { [CLUSTER_LABEL]: clusterId, [OWNER_LABEL]: ownerOf(process.pid) };
}

/** Labels for a container that an image is made in. */
export function buildLabels(): Record<string, string> {
  return { [PROJECT_LABEL]: 'build', [OWNER_LABEL]: ownerOf(process.pid) };
}

/** A process, told apart from a later one with the same number by the time it started. */
export function ownerOf(pid: number): string {
  return `${hostname()} ${pid} ${startTime(pid) ?? ''}`;
}

/**
 * Whether the owner is known to be gone. Owners on other machines are never judged: the engine may be shared.
 */
export function isGone(owner: string): boolean {
  const [host, pid] = owner.split(' ');
  if (host !== hostname() || !pid) return false;
  if (!isAlive(Number(pid))) return true;
  return ownerOf(Number(pid)) !== owner;
}

/** Whether a process of this number runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
