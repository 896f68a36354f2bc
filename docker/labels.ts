import { ownerOf } from '../harness/owner.ts';

/** Says what something is; on every image that we make, and on the containers in which images are made. */
export const PROJECT_LABEL = 'vitess-roundtrip';
/** Has the cluster's id; on every container and network of a cluster. */
export const CLUSTER_LABEL = 'vitess-roundtrip.cluster';
/**
 * Names the process that owns a container or network, as `host/boot/pidnamespace pid starttime`. Earlier versions wrote
 * `host pid starttime`, and leave containers alone whose first word is not their host’s name.
 */
export const OWNER_LABEL = 'vitess-roundtrip.owner';

/** Returns labels for what a cluster creates on the engine. */
export function clusterLabels(clusterId: string): Record<string, string> {
  return { [CLUSTER_LABEL]: clusterId, [OWNER_LABEL]: ownerOf(process.pid) };
}

/** Returns labels for a container in which an image is made. */
export function buildLabels(): Record<string, string> {
  return { [PROJECT_LABEL]: 'build', [OWNER_LABEL]: ownerOf(process.pid) };
}
