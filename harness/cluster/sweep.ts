import type Docker from 'dockerode';
import { isGone, ownerOf } from '../owner.ts';
import { waitFor } from '../wait.ts';
import { CLUSTER_LABEL, OWNER_LABEL } from '../../docker/labels.ts';

/** What a sweep removed. */
export interface Swept {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

/** Removes what was left by runs whose process is known to be gone, and nothing else; see `isGone`. */
export async function sweepLeftovers(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels, ageMs) => isGone(labels[OWNER_LABEL] ?? '', ageMs));
}

/** Removes everything that belongs to one cluster. */
export async function sweepCluster(docker: Docker, clusterId: string): Promise<Swept> {
  return await remove(docker, (labels) => labels[CLUSTER_LABEL] === clusterId);
}

/** Removes everything that this process created. */
export async function sweepOwn(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => labels[OWNER_LABEL] === ownerOf(process.pid));
}

/** Removes everything that has this project's label, no matter who owns it, for `roundtrip clean`. */
export async function sweepAll(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => labels[OWNER_LABEL] !== '');
}

/**
 * Lists and removes again and again until nothing is left: a container may be starting while we list, and neither a
 * network nor a volume can be removed before its last container.
 */
async function remove(
  docker: Docker,
  isOurs: (labels: Record<string, string>, ageMs: number) => boolean,
): Promise<Swept> {
  const filters = { label: [OWNER_LABEL] };
  const removed = { containers: new Set<string>(), networks: new Set<string>(), volumes: new Set<string>() };
  await waitFor({ what: 'nothing left to sweep', timeoutMs: 30_000, intervalMs: 100 }, async () => {
    const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels, Created }) =>
      isOurs(Labels, Date.now() - Created * 1000),
    );
    await Promise.all(
      containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(retry)),
    );
    const networks = (await docker.listNetworks({ filters })).filter(({ Labels, Created }) =>
      isOurs(Labels ?? {}, Date.now() - Date.parse(Created)),
    );
    await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(retry)));
    const volumes = ((await docker.listVolumes({ filters })).Volumes ?? []).filter((volume) =>
      isOurs(volume.Labels ?? {}, Date.now() - createdAt(volume)),
    );
    await Promise.all(volumes.map(({ Name }) => docker.getVolume(Name).remove().catch(retry)));
    for (const { Id } of containers) removed.containers.add(Id);
    for (const { Id } of networks) removed.networks.add(Id);
    for (const { Name } of volumes) removed.volumes.add(Name);
    const named = [...networks, ...volumes].map(({ Name }) => Name);
    const left = [...containers.map(({ Names }) => Names.join()), ...named];
    return { done: left.length === 0 || undefined, seen: left.join(', ') };
  });
  return { containers: removed.containers.size, networks: removed.networks.size, volumes: removed.volumes.size };
}

/** The engine reports when a volume was created, although dockerode's type does not know it. */
function createdAt(volume: Docker.VolumeInspectInfo): number {
  return 'CreatedAt' in volume ? Date.parse(String(volume.CreatedAt)) : Date.now();
}

/** 403: a network still has a container; 404: someone else removed it; 409: its removal is under way. */
function retry(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 403 && statusCode !== 404 && statusCode !== 409) throw error;
}
