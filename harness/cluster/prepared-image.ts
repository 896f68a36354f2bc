import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { OWNER_LABEL, PROJECT_LABEL, buildLabels } from '../../docker/labels.ts';
import { lastLines } from '../../docker/engine.ts';
import { engineDoes, ENGINE_WRITE_MS } from '../../docker/engine-does.ts';
import { withMachineLock } from '../../docker/lock.ts';
import { trouble } from '../errors.ts';

/**
 * Where our data is in every container. It is a folder of our own, because a folder that an image declares as a volume
 * would be lost when a prepared data directory is kept, and because we do not rely on any image's layout.
 */
export const DATA_ROOT = '/roundtrip';

/** Initialising takes seconds, or minutes on a machine that is busy with many of them. */
const PREPARE_MS = 1_200_000;

/**
 * Returns the user that an image's servers run as: the one that the image names, or else `mysql`, which every MySQL
 * image has.
 */
export async function serverUser(docker: Docker, image: string): Promise<string> {
  const { Config } = await engineDoes(`what the image ${image} is`, docker.getImage(image).inspect());
  return Config.User && !/^(root|0)(:|$)/.test(Config.User) ? Config.User : 'mysql';
}

/**
 * Returns an image with a data directory that is already initialised: `script` is run once, as the server's user, in a
 * container of `image`, and the result is kept. Initialising takes seconds, but starting a container of the prepared
 * image copies nothing, because the engine's layers are copied on write.
 *
 * @returns the prepared image's name. It is built again when the image or the script changes.
 */
export async function prepareImage(docker: Docker, image: string, name: string, script: string): Promise<string> {
  const { Id } = await engineDoes(`what the image ${image} is`, docker.getImage(image).inspect());
  const hash = createHash('sha256').update(`${Id}\n${script}`).digest('hex').slice(0, 12);
  const prepared = `vitess-roundtrip/prepared-${name}:${hash}`;
  const isThere = async () => (await docker.listImages({ filters: { reference: [prepared] } })).length > 0;
  if (await isThere()) return prepared;
  await withMachineLock(
    `prepare-${name}`,
    async () => {
      if (!(await isThere())) await prepare(docker, image, prepared, script);
    },
    () => undefined,
  );
  return prepared;
}

async function prepare(docker: Docker, image: string, prepared: string, script: string): Promise<void> {
  const user = await serverUser(docker, image);
  // There are two containers, because root must create the folder and the server's user must fill it, and not every
  // image is certain to have a program that changes from one to the other.
  const folder = await runAndCommit(docker, image, 'root', `mkdir -p ${DATA_ROOT} && chown ${user} ${DATA_ROOT}`, user);
  await runAndCommit(docker, folder, user, script, user, prepared);
  await docker
    .getImage(folder)
    .remove({ noprune: true })
    .catch(() => undefined);
}

async function runAndCommit(
  docker: Docker,
  image: string,
  user: string,
  script: string,
  nextUser: string,
  name?: string,
): Promise<string> {
  const created = docker.createContainer({
    Image: image,
    User: user,
    Entrypoint: ['/bin/sh', '-euc'],
    Cmd: [script],
    Labels: buildLabels(),
  });
  const container = await engineDoes(`a container of ${image}`, created);
  try {
    await engineDoes(`the start of a container of ${image}`, container.start());
    const ended = container.wait() as Promise<{ StatusCode: number }>;
    const { StatusCode: status } = await engineDoes('a data directory that is initialised', ended, PREPARE_MS);
    if (status !== 0) throw await preparationFailed(container, image, status);
    const [repo, tag] = name?.split(':') ?? [];
    const changes = `USER ${nextUser}\nLABEL ${PROJECT_LABEL}=image ${OWNER_LABEL}=`;
    const committed = container.commit({ ...(repo ? { repo, tag } : {}), changes }) as Promise<{ Id: string }>;
    return (await engineDoes(`an image with the data directory of ${image}`, committed, ENGINE_WRITE_MS)).Id;
  } finally {
    await engineDoes('the removal of that container', container.remove({ force: true, v: true }));
  }
}

async function preparationFailed(container: Docker.Container, image: string, status: number) {
  const log = await engineDoes('its log', container.logs({ stdout: true, stderr: true, tail: 30 }));
  return trouble({
    what: `A data directory could not be initialised with the image ${image}.`,
    expected: 'status 0',
    seen: `status ${status}; its last lines:\n${lastLines(readable(log))}`,
    where: `the image ${image}`,
    next: 'Check that the image has the programs that this harness starts by name: mysqld, and mysqlctl for Vitess.',
  });
}

/** Returns the engine's log stream without its frame headers, and without anything else that is not text. */
function readable(log: Buffer): string {
  // oxlint-disable-next-line no-control-regex -- frame headers are control characters
  return log.toString('utf8').replaceAll(/[\u0000-\u0008\u000e-\u001f]+./g, '');
}
