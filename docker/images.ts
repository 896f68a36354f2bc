import type Docker from 'dockerode';
import type { Progress } from '../harness/history/steps.ts';
import { allOrFirstError } from '../harness/wait.ts';
import { makeBase, pull } from './base.ts';
import { runRecipe, type BuildContext, type Recipe } from './build.ts';
import { checkDisk, REQUIRED_DISK_BYTES, REQUIRED_DISK_BYTES_WARM, type Engine } from './engine.ts';
import { withMachineLock } from './lock.ts';
import { readMachineSettings } from './machine.ts';
import { planImages, REPOSITORY, type Images, type ImageSettings, type ImagePlan } from './plan.ts';

export interface ImageListener {
  /** Runs one part of the set-up and shows a person its progress. */
  part<T>(title: string, body: (scope: { readonly progress: (progress: Progress) => void }) => Promise<T>): Promise<T>;
}

/**
 * Makes sure that every image exists, and builds those that are missing or whose recipe changed.
 *
 * The images that a config asks for take precedence over our own; ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE and
 * ROUNDTRIP_ETCD_IMAGE replace them; ROUNDTRIP_VITESS_VERSION chooses the Vitess that is built.
 */
export async function ensureImages(
  engine: Engine,
  listener: ImageListener,
  settings: ImageSettings = {},
): Promise<Images> {
  const plan = await planImages(settings);
  if ((await missing(engine.docker, Object.values(plan.images))).length === 0) {
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

async function missing(docker: Docker, names: readonly string[]): Promise<string[]> {
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

/** Builds what is missing; parts that do not need each other are built in parallel. */
class Builder {
  readonly #docker: Docker;
  readonly #plan: ImagePlan;
  readonly #listener: ImageListener;
  readonly #machine = readMachineSettings();
  #base: Promise<void> | undefined;
  #builder: Promise<void> | undefined;

  constructor(docker: Docker, plan: ImagePlan, listener: ImageListener) {
    this.#docker = docker;
    this.#plan = plan;
    this.#listener = listener;
  }

  async build(): Promise<void> {
    const { images, recipes } = this.#plan;
    const mysql = this.#unlessPresent(images.mysql, () => this.#image(recipes.mysql, images.mysql, ['USER mysql']));
    const etcd = this.#unlessPresent(images.etcd, () => this.#image(recipes.etcd, images.etcd, ['USER etcd']));
    const vitess = this.#unlessPresent(images.vitess, async () => {
      const { compile, image } = recipes.vitess;
      const below = this.#unlessPresent(image.from, async () => {
        if (images.mysql === image.from) await mysql;
        else await this.#image(recipes.mysql, image.from, ['USER mysql']);
      });
      await allOrFirstError([this.#compile(compile), below]);
      await this.#image(image, images.vitess, ['USER vitess']);
    });
    await allOrFirstError([mysql, etcd, vitess, this.#toxiproxy(), this.#mariadb()]);
  }

  async #mariadb(): Promise<void> {
    const { images, recipes } = this.#plan;
    const { mariadb } = images;
    if (mariadb === undefined) return;
    await this.#unlessPresent(mariadb, () => this.#image(recipes.mariadb, mariadb, ['USER mysql']));
  }

  async #toxiproxy(): Promise<void> {
    const { images, recipes } = this.#plan;
    const { toxiproxy } = images;
    if (toxiproxy === undefined) return;
    await this.#unlessPresent(toxiproxy, async () => {
      await this.#compile(recipes.toxiproxy.compile);
      await this.#image(recipes.toxiproxy.image, toxiproxy, ['USER nobody']);
    });
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
    const { builderImage, recipes } = this.#plan;
    await (this.#builder ??= this.#unlessPresent(builderImage, () => this.#image(recipes.builder, builderImage, [])));
    await this.#listener.part(`compile ${recipe.name}`, async ({ progress }) => {
      let done = 0;
      let total = 0;
      const onLine = (line: string) => {
        total ||= Number(/^total (\d+)$/.exec(line)?.[1] ?? 0);
        // `go install -v` names each package that it compiles on a line of its own.
        if (total > 0 && /^[\w./~-]+$/.test(line)) done++;
        progress({ done, total, unit: 'packages', detail: total > 0 ? '' : line.slice(0, 60) });
      };
      await runRecipe(await this.#context(onLine), recipe, null);
    });
  }

  async #context(onLine: (line: string) => void): Promise<BuildContext> {
    return { docker: this.#docker, machine: await this.#machine, onLine };
  }

  /** Makes the base image from Debian sid, pulled if a registry answers, or else assembled from Debian's packages. */
  async #ensureBase(): Promise<void> {
    const { base } = this.#plan.recipes;
    if (await isPresent(this.#docker, base)) return;
    await this.#listener.part('image base', async ({ progress }) => {
      const say = (detail: string) => progress({ done: 0, total: 0, unit: 'lines', detail });
      await makeBase(this.#docker, await this.#machine, base, say);
    });
  }
}
