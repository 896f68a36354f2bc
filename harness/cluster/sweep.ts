import type Docker from 'dockerode';
import { CLUSTER_LABEL, OWNER_LABEL, isGone, ownerOf } from '../../docker/labels.ts';

/** What a sweep removed. */
export interface Swept {
  readonly containers: number;
  readonly networks: number;
}

/** Removes what runs left whose process is gone, and only that. */
export async function sweepLeftovers(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => isGone(labels[OWNER_LABEL] ?? ''));
}

/** Removes everything of one cluster. */
export async function sweepCluster(docker: Docker, clusterId: string): Promise<Swept> {
  return await remove(docker, (labels) => labels[CLUSTER_LABEL] === clusterId);
}

/** Removes everything that this process made. */
export async function sweepOwn(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => labels[OWNER_LABEL] === ownerOf(process.pid));
}

/** Removes everything that carries this project's label, whoever owns it: `roundtrip clean`. */
export async function sweepAll(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => labels[OWNER_LABEL] !== '');
}

async function remove(docker: Docker, isOurs: (labels: Record<string, string>) => boolean): Promise<Swept> {
  const filters = { label: [OWNER_LABEL] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => isOurs(Labels));
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone)),
  );
  const networks = (await docker.listNetworks({ filters })).filter(({ Labels }) => isOurs(Labels ?? {}));
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(ignoreGone)));
  return { containers: containers.length, networks: networks.length };
}

/** 404: somebody else removed it; 409: its removal is already under way. */
function ignoreGone(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 409) throw error;
}
