import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { messageOf, trouble, usage } from '../harness/errors.ts';
import type { Progress } from '../harness/history/steps.ts';
import { RECIPES, aptConfiguration, recipeHash, runRecipe, type BuildContext, type Recipe } from './build.ts';
import { apt, checkDisk, lastLines, REQUIRED_DISK_BYTES, REQUIRED_DISK_BYTES_WARM, type Engine } from './engine.ts';
import { withMachineLock } from './lock.ts';
import { readDebianMirror, readMachineSettings } from './machine.ts';

/** The images a cluster runs, by name; ours or the ones a setting names. */
export interface Images {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
}

/** Vitess versions (of its Go module) that docker/vitess/ has pinned dependencies for. */
export const VITESS_VERSIONS = ['v0.24.1', 'v0.23.3'] as const;
const REPOSITORY = 'vitess-roundtrip';
const PULLED_BASE = 'debian:sid-slim';
const CACHE_VOLUME = 'vitess-roundtrip-build-cache';

export interface ImageListener {
  /** Runs one part of the set-up as something a person can follow. */
  part<T>(title: string, body: (scope: { readonly progress: (progress: Progress) => void }) => Promise<T>): Promise<T>;
}

interface Plan {
  readonly images: Images;
  readonly recipes: { base: string; mysql: Recipe; etcd: Recipe; builder: Recipe; compile: Recipe; vitess: Recipe };
  readonly builderImage: string;
}

/**
 * Makes sure that every image is there, building what is missing or whose recipe changed.
 *
 * ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE and ROUNDTRIP_ETCD_IMAGE put other images in;
 * ROUNDTRIP_VITESS_VERSION chooses the Vitess that is built.
 */
export async function ensureImages(engine: Engine, listener: ImageListener): Promise<Images> {
  const plan = await planImages();
  if ((await missing(engine.docker, plan.images)).length === 0) {
    await checkDisk(engine, REQUIRED_DISK_BYTES_WARM);
    return plan.images;
  }
  await checkDisk(engine, REQUIRED_DISK_BYTES);
  return await withMachineLock(
    'images',
    async () => {
      await new Builder(engine.docker, plan, listener).build();
      return plan.images;
    },
    () => void listener.part('another process is building the images; waiting for it', async () => undefined),
  );
}

/** The names of the images, whether they are there or not. */
export async function planImages(): Promise<Plan> {
  const version = vitessVersion();
  const base = `${REPOSITORY}/base:sid-${await baseHash()}`;
  const tag = async (of: Recipe, label: string) => `${REPOSITORY}/${of.name}:${label}-${await recipeHash(of)}`;

  const mysql = makeRecipe('mysql', base);
  const etcd = makeRecipe('etcd', base);
  const builder = makeRecipe('builder', base, { script: 'vitess/builder.sh' });
  const builderImage = await tag(builder, 'go');
  const pins = [`vitess/${version}/go.mod`, `vitess/${version}/go.sum`];
  const cache = { cacheVolume: CACHE_VOLUME, environment: { BIN_DIR: version } };
  const compile: Recipe = { name: 'compile', from: builderImage, script: 'vitess/compile.sh', files: pins, ...cache };
  const mysqlImage = await tag(mysql, 'debian');
  // What is compiled, and how, is part of what the image is.
  const files = [...pins, 'vitess/compile.sh', 'vitess/builder.sh'];
  const vitess = makeRecipe('vitess', mysqlImage, { files, ...cache });
  return {
    recipes: { base, mysql, etcd, builder, compile, vitess },
    builderImage,
    images: {
      mysql: process.env['ROUNDTRIP_MYSQL_IMAGE'] || mysqlImage,
      vitess: process.env['ROUNDTRIP_VITESS_IMAGE'] || (await tag(vitess, version)),
      etcd: process.env['ROUNDTRIP_ETCD_IMAGE'] || (await tag(etcd, 'debian')),
    },
  };
}

function makeRecipe(name: string, from: string, rest: Partial<Recipe> = {}): Recipe {
  return { name, from, script: `${name}/recipe.sh`, ...rest };
}

async function baseHash(): Promise<string> {
  const script = await readFile(path.join(RECIPES, 'base/mmdebstrap.sh'));
  return createHash('sha256').update(script).digest('hex').slice(0, 12);
}

function vitessVersion(): string {
  const version = process.env['ROUNDTRIP_VITESS_VERSION'] || VITESS_VERSIONS[0];
  if ((VITESS_VERSIONS as readonly string[]).includes(version)) return version;
  throw usage({
    what: 'There is no recipe for that version of Vitess.',
    expected: `one of ${VITESS_VERSIONS.join(', ')}`,
    seen: version,
    where: 'ROUNDTRIP_VITESS_VERSION',
    next: 'Choose one of those, or add docker/vitess/<version>/go.mod and go.sum as docker/README.md says.',
  });
}

async function missing(docker: Docker, images: Images): Promise<string[]> {
  const names = Object.values(images) as string[];
  const present = await Promise.all(names.map((name) => isPresent(docker, name)));
  return names.filter((_, index) => !present[index]);
}

async function isPresent(docker: Docker, image: string): Promise<boolean> {
  return await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

/** Builds what is missing, side by side where one part does not need another. */
class Builder {
  readonly #docker: Docker;
  readonly #plan: Plan;
  readonly #listener: ImageListener;
  readonly #machine = readMachineSettings();
  #base: Promise<void> | undefined;

  constructor(docker: Docker, plan: Plan, listener: ImageListener) {
    this.#docker = docker;
    this.#plan = plan;
    this.#listener = listener;
  }

  async build(): Promise<void> {
    const { images, recipes, builderImage } = this.#plan;
    const mysql = this.#unlessPresent(images.mysql, () => this.#image(recipes.mysql, images.mysql, ['USER mysql']));
    const etcd = this.#unlessPresent(images.etcd, () => this.#image(recipes.etcd, images.etcd, ['USER etcd']));
    const vitess = this.#unlessPresent(images.vitess, async () => {
      const compiled = this.#unlessPresent(builderImage, () => this.#image(recipes.builder, builderImage, [])).then(
        () => this.#compile(recipes.compile),
      );
      const below = this.#unlessPresent(recipes.vitess.from, async () => {
        if (images.mysql === recipes.vitess.from) await mysql;
        else await this.#image(recipes.mysql, recipes.vitess.from, ['USER mysql']);
      });
      await all([compiled, below]);
      await this.#image(recipes.vitess, images.vitess, ['USER vitess']);
    });
    await all([mysql, etcd, vitess]);
  }

  async #unlessPresent(image: string, build: () => Promise<void>): Promise<void> {
    if (await isPresent(this.#docker, image)) return;
    if (image.startsWith(`${REPOSITORY}/`)) return await build();
    await this.#listener.part(`pull ${image}`, async () => await pull(this.#docker, image));
  }

  async #image(recipe: Recipe, image: string, changes: readonly string[]): Promise<void> {
    await (this.#base ??= this.#ensureBase());
    await this.#listener.part(`image ${recipe.name}`, async ({ progress }) => {
      let lines = 0;
      const onLine = (line: string) => progress({ done: ++lines, total: 0, unit: 'lines', detail: line.slice(0, 60) });
      await runRecipe(await this.#context(onLine), recipe, { name: image, changes });
    });
  }

  async #compile(recipe: Recipe): Promise<void> {
    await this.#listener.part(`compile Vitess ${recipe.environment?.['BIN_DIR']}`, async ({ progress }) => {
      let done = 0;
      let total = 0;
      const onLine = (line: string) => {
        total ||= Number(/^total (\d+)$/.exec(line)?.[1] ?? 0);
        // `go install -v` names each package it compiles on a line of its own.
        if (total > 0 && /^[\w./~-]+$/.test(line)) done++;
        progress({ done, total, unit: 'packages', detail: total > 0 ? '' : line.slice(0, 60) });
      };
      await runRecipe(await this.#context(onLine), recipe, null);
    });
  }

  async #context(onLine: (line: string) => void): Promise<BuildContext> {
    return { docker: this.#docker, machine: await this.#machine, onLine };
  }

  /** Debian sid, pulled where a registry answers, else put together from Debian's packages. */
  async #ensureBase(): Promise<void> {
    const { base } = this.#plan.recipes;
    if (await isPresent(this.#docker, base)) return;
    await this.#listener.part('image base', async ({ progress }) => {
      const refused = await pull(this.#docker, PULLED_BASE).then(
        () => null,
        (error: unknown) => messageOf(error),
      );
      if (refused === null) {
        await this.#docker.getImage(PULLED_BASE).tag(repository(base));
      } else {
        progress({ done: 0, total: 0, unit: 'lines', detail: 'no registry answers; from Debian’s packages' });
        await importDebian(this.#docker, base, await this.#machine.then(aptConfiguration));
      }
    });
  }
}

/** Like Promise.all, but waits for every part to end before it throws, so that nothing goes on behind an error. */
async function all(parts: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(parts);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** An image's name as the engine's API takes it, in two parts. */
function repository(image: string): { repo: string; tag: string } {
  const at = image.lastIndexOf(':');
  return { repo: image.slice(0, at), tag: image.slice(at + 1) };
}

async function pull(docker: Docker, image: string): Promise<void> {
  try {
    const stream = await docker.pull(image);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
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
    });
    if (run.exitCode !== 0) {
      throw trouble({
        what: 'The base image could not be put together from Debian’s packages.',
        seen: lastLines(run.all),
        where: 'docker/base/mmdebstrap.sh',
        next: 'Check that apt-get works on this machine, and that its mirror carries the suite sid.',
      });
    }
    const stream = await docker.importImage(createReadStream(archive), repository(image));
    stream.resume();
    await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
