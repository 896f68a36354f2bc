import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import tar from 'tar-stream';
import { trouble } from '../harness/errors.ts';
import { lastLines } from './engine.ts';
import { engineDoes, ENGINE_WRITE_MS } from './engine-does.ts';
import { OWNER_LABEL, PROJECT_LABEL, buildLabels } from './labels.ts';
import type { MachineSettings } from './machine.ts';

/** Where recipes are. */
export const RECIPES = import.meta.dirname;

export interface Recipe {
  /** The name that people see, such as `mysql` or `vitess`. */
  readonly name: string;
  /** The image that the recipe starts from. */
  readonly from: string;
  /** The script, below `docker/`. */
  readonly script: string;
  /** Other files below `docker/`; they appear in `/build` under their own names. */
  readonly files?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A named volume that outlives the build, mounted at `/cache`. */
  readonly cacheVolume?: string;
}

/** Returns 12 hexadecimal digits that change when the recipe does, so that an outdated image is recognised. */
export async function recipeHash(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([recipe.from, recipe.environment ?? {}]));
  for (const file of ['build.sh', recipe.script, ...(recipe.files ?? [])]) {
    hash.update(await readFile(path.join(RECIPES, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Vitess compiles in four minutes on two cores; a slow machine that also has to download its modules takes an hour. */
const BUILD_MS = 3 * 3_600_000;

export interface BuildContext {
  readonly docker: Docker;
  readonly machine: MachineSettings;
  /** Receives every line that the build prints. */
  readonly onLine: (line: string) => void;
}

/**
 * Runs a recipe in a container, and commits it as `image` if one is named.
 *
 * It does not use `docker build`: a cache that outlives the build needs BuildKit, which Debian 12's engine only offers
 * through a client plugin that Debian does not package; see docs/decisions/0001.
 *
 * @throws `unknown` with the build's last lines when the recipe fails.
 */
export async function runRecipe(
  { docker, machine, onLine }: BuildContext,
  recipe: Recipe,
  image: { name: string; changes: readonly string[] } | null,
): Promise<void> {
  const created = docker.createContainer({
    Image: recipe.from,
    User: 'root',
    Cmd: ['/bin/sh', '/build/build.sh'],
    Labels: buildLabels(),
    HostConfig: recipe.cacheVolume ? { Binds: [`${recipe.cacheVolume}:/cache`] } : {},
  });
  const container = await engineDoes(`a container for docker/${recipe.script}`, created);
  try {
    const files = container.putArchive(await packBuildDirectory(machine, recipe), { path: '/' });
    await engineDoes('the recipe’s files in its container', files);
    const output = await followOutput(docker, container, onLine);
    await engineDoes('the start of the recipe’s container', container.start());
    const ended = container.wait() as Promise<{ StatusCode: number }>;
    const { StatusCode: status } = await engineDoes(`the end of docker/${recipe.script}`, ended, BUILD_MS);
    const lines = await engineDoes('the end of the recipe’s output', output.lines);
    if (status !== 0) throw buildFailed(recipe, image?.name, status, lines);
    if (image) await commit(container, image);
  } finally {
    await engineDoes('the removal of the recipe’s container', container.remove({ force: true }));
  }
}

async function commit(container: Docker.Container, image: { name: string; changes: readonly string[] }): Promise<void> {
  const [repo, tag] = image.name.split(':');
  const changes = ['CMD ["/bin/sh"]', `LABEL ${PROJECT_LABEL}=image ${OWNER_LABEL}=`, ...image.changes];
  const committed = container.commit({ repo, tag, changes: changes.join('\n') });
  await engineDoes(`the image ${image.name}`, committed, ENGINE_WRITE_MS);
}

function buildFailed(recipe: Recipe, image: string | undefined, status: number, lines: readonly string[]) {
  return trouble({
    what: `The image ${image ?? recipe.name} could not be built.`,
    expected: `docker/${recipe.script} to end with status 0`,
    seen: `status ${status}; its last lines:\n${lastLines(lines.join('\n'))}`,
    where: `docker/${recipe.script} on ${recipe.from}`,
    next: 'Look at those lines. If packages cannot be reached, see docs/troubleshooting.md for mirrors and certificates.',
  });
}

async function packBuildDirectory(machine: MachineSettings, recipe: Recipe): Promise<NodeJS.ReadableStream> {
  const pack = tar.pack();
  const add = (name: string, content: Buffer | string) => pack.entry({ name: `build/${name}` }, content);
  add('build.sh', await readFile(path.join(RECIPES, 'build.sh')));
  add('recipe.sh', await readFile(path.join(RECIPES, recipe.script)));
  for (const file of recipe.files ?? []) add(path.basename(file), await readFile(path.join(RECIPES, file)));
  // Settings are passed in a file: a container's environment would be committed with the image, but mirrors belong to
  // this machine.
  add('environment', shellExports({ ...machine.environment, SSL_CERT_FILE: '/build/ca.crt', ...recipe.environment }));
  add('apt.conf', aptConfiguration(machine));
  if (machine.caBundle) add('ca.crt', machine.caBundle);
  for (const [name, content] of machine.aptCredentials) add(`apt-auth/${name}`, content);
  pack.finalize();
  return pack as unknown as NodeJS.ReadableStream;
}

/**
 * Returns apt's settings for a build: the machine's own, its certificates, and one that accepts a frozen snapshot.
 */
export function aptConfiguration(machine: MachineSettings): string {
  const certificates = machine.caBundle ? ['Acquire::https::CaInfo "/build/ca.crt";'] : [];
  const lines = [
    ...machine.aptOptions.filter((line) => !line.includes('CaInfo')),
    ...certificates,
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "none";',
  ];
  return `${lines.join('\n')}\n`;
}

/** Follows both streams line by line; `lines` resolves to the last of them once the container has ended. */
async function followOutput(docker: Docker, container: Docker.Container, onLine: (line: string) => void) {
  const attached = container.attach({ stream: true, stdout: true, stderr: true });
  const stream = await engineDoes('the output of the recipe’s container', attached);
  const merged = new PassThrough();
  docker.modem.demuxStream(stream, merged, merged);
  stream.on('end', () => merged.end());
  return { lines: readLines(merged, onLine) };
}

async function readLines(stream: PassThrough, onLine: (line: string) => void): Promise<string[]> {
  const last: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    last.push(line);
    if (last.length > 200) last.shift();
    onLine(line);
  }
  return last;
}

function shellExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');
}
