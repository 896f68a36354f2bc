import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { messageOf, trouble } from '../harness/errors.ts';
import { RECIPES, aptConfiguration } from './build.ts';
import { apt, lastLines } from './engine.ts';
import { engineDoes, ENGINE_WRITE_MS } from './engine-does.ts';
import { readDebianMirror, type MachineSettings } from './machine.ts';

const PULLED_BASE = 'debian:sid-slim';

/** Makes `image` from Debian sid, which is pulled if a registry answers, or else assembled from Debian's packages. */
export async function makeBase(
  docker: Docker,
  machine: MachineSettings,
  image: string,
  say: (text: string) => void,
): Promise<void> {
  const isPulled = await pull(docker, PULLED_BASE).then(
    () => true,
    () => false,
  );
  if (isPulled) {
    await engineDoes(`the tag ${image}`, docker.getImage(PULLED_BASE).tag(repository(image)));
  } else {
    say('no registry answers; assembling it from Debian’s packages');
    await importDebian(docker, image, aptConfiguration(machine));
  }
}

/** Returns an image's name in the two parts that the engine's API takes. */
function repository(image: string): { repo: string; tag: string } {
  const at = image.lastIndexOf(':');
  return { repo: image.slice(0, at), tag: image.slice(at + 1) };
}

/** A pull that receives nothing for this long has lost its registry. */
const PULL_SILENCE_MS = 300_000;
/** Making a base from packages downloads some 100 MB. */
const MAKE_BASE_MS = 3_600_000;

/** @throws `unknown` naming the image if it cannot be pulled. */
export async function pull(docker: Docker, image: string): Promise<void> {
  try {
    const stream = await engineDoes(`an answer to the pull of ${image}`, docker.pull(image), PULL_SILENCE_MS);
    await followPull(docker, stream);
  } catch (error) {
    throw trouble({
      what: `The image ${image} is not on the engine and could not be pulled.`,
      seen: messageOf(error),
      where:
        'ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE and ROUNDTRIP_ETCD_IMAGE name images that are not built here',
      next: `Check the name, load the image (\`docker load\`), or unset the setting to have it built from docker/.`,
      cause: error,
    });
  }
}

/** Waits for the end of a pull; each message of the engine extends the wait. */
async function followPull(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = () => reject(new Error(`nothing was heard of the pull for ${PULL_SILENCE_MS / 1000} s`));
  const timer = setTimeout(giveUp, PULL_SILENCE_MS);
  docker.modem.followProgress(
    stream,
    (error) => (error ? reject(error) : resolve()),
    () => timer.refresh(),
  );
  try {
    await ended;
  } finally {
    clearTimeout(timer);
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  }
}

async function importDebian(docker: Docker, image: string, aptOptions: string): Promise<void> {
  if ((await execa('sh', ['-c', 'command -v mmdebstrap'], { reject: false })).exitCode !== 0) {
    await apt(['update']);
    await apt(['install', '-y', '--no-install-recommends', 'mmdebstrap']);
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-'));
  try {
    const archive = path.join(directory, 'base.tar');
    const options = aptOptions.split('\n').filter((line) => line && !line.includes('CaInfo'));
    const script = path.join(RECIPES, 'base/mmdebstrap.sh');
    const run = await execa('sh', [script, archive, await readDebianMirror(), options.join('\n')], {
      all: true,
      reject: false,
      timeout: MAKE_BASE_MS,
    });
    if (run.exitCode !== 0) {
      throw trouble({
        what: 'The base image could not be assembled from Debian’s packages.',
        seen: lastLines(run.all),
        where: 'docker/base/mmdebstrap.sh',
        next: 'Check that apt-get works on this machine, and that its mirror has the suite sid.',
      });
    }
    const imported = async () => {
      const stream = await docker.importImage(createReadStream(archive), repository(image));
      stream.resume();
      await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
    };
    await engineDoes(`the import of ${image}`, imported(), ENGINE_WRITE_MS);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
