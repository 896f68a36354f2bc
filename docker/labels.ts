import { ownerOf } from '../harness/owner.ts';

/** On every image we make, and on the containers that make one: what it is. */
export const PROJECT_LABEL = 'vitess-roundtrip';
/** On every container and network of a cluster: the cluster's id. */
export const CLUSTER_LABEL = 'vitess-roundtrip.cluster';
/**
 * On every container and network: the process that owns it, as `host/boot/pidnamespace pid starttime`. Earlier versions
 * wrote `host pid starttime`, and leave alone whose first word is not their host’s name.
 */
export const OWNER_LABEL = 'vitess-roundtrip.owner';

/** Labels for what a cluster makes on the engine. */
export function clusterLabels(clusterId: string): Record<string, string> {
  return { [CLUSTER_LABEL]: clusterId, [OWNER_LABEL]: ownerOf(process.pid) };
}

/** Labels for a container that an image is made in. */
export function buildLabels(): Record<string, string> {
  return { [PROJECT_LABEL]: 'build', [OWNER_LABEL]: ownerOf(process.pid) };
}
