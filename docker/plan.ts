import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { usage } from '../harness/errors.ts';
import { RECIPES, recipeHash, type Recipe } from './build.ts';

/** The images that a cluster runs, by name; ours, or the ones that a setting names. */
export interface Images {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
  /** Only where a run asked for it. */
  readonly toxiproxy?: string;
  /** Only where a scenario asked for it. */
  readonly mariadb?: string;
}

/** Where our own images are on the engine. */
export const REPOSITORY = 'vitess-roundtrip';
/** What the project's pages and expectations were tried on; every other version is asked for by name. */
export const DEFAULT_VITESS_VERSION = 'v0.24.1';
const CACHE_VOLUME = 'vitess-roundtrip-build-cache';

/** The images that must exist, and how each part is made. */
export interface ImagePlan {
  readonly images: Images;
  readonly recipes: {
    base: string;
    mysql: Recipe;
    etcd: Recipe;
    builder: Recipe;
    vitess: CompiledRecipe;
    toxiproxy: CompiledRecipe;
    mariadb: Recipe;
  };
  readonly builderImage: string;
}

/** Programs that are compiled, and then put on an image. */
export interface CompiledRecipe {
  readonly compile: Recipe;
  readonly image: Recipe;
}

/** What a run asks for in place of our own images; an environment variable takes precedence. */
export interface ImageSettings {
  readonly images?: { readonly [Name in 'mysql' | 'vitess' | 'etcd']?: string | undefined };
  readonly vitessVersion?: string | undefined;
  /** Whether the run needs Toxiproxy, which only faults of the network do. */
  readonly toxiproxy?: boolean;
  /** Whether it needs MariaDB, which nothing but a scenario about it does. */
  readonly mariadb?: boolean;
}

/** Returns the names of the images, whether they exist or not. */
export async function planImages(settings: ImageSettings = {}): Promise<ImagePlan> {
  const { images = {}, vitessVersion } = settings;
  const version = await vitessVersionOf(vitessVersion);
  const base = `${REPOSITORY}/base:sid-${await baseHash()}`;
  const tag = async (of: Recipe, label: string) => `${REPOSITORY}/${of.name}:${label}-${await recipeHash(of)}`;

  const mysql = makeRecipe('mysql', base);
  const etcd = makeRecipe('etcd', base);
  const mariadb = makeRecipe('mariadb', base);
  const builder = makeRecipe('builder', base, { script: 'vitess/builder.sh' });
  const builderImage = await tag(builder, 'go');
  const mysqlImage = await tag(mysql, 'debian');
  const vitess = compiledRecipe('vitess', mysqlImage, { builderImage, folder: `vitess/${version}`, binaries: version });
  const toxiproxy = compiledRecipe('toxiproxy', base, { builderImage, folder: 'toxiproxy', binaries: 'toxiproxy' });
  return {
    recipes: { base, mysql, etcd, builder, vitess, toxiproxy, mariadb },
    builderImage,
    images: {
      mysql: process.env['ROUNDTRIP_MYSQL_IMAGE'] || images.mysql || mysqlImage,
      vitess: process.env['ROUNDTRIP_VITESS_IMAGE'] || images.vitess || (await tag(vitess.image, version)),
      etcd: process.env['ROUNDTRIP_ETCD_IMAGE'] || images.etcd || (await tag(etcd, 'debian')),
      ...(settings.toxiproxy ? { toxiproxy: await tag(toxiproxy.image, 'v2') } : {}),
      ...(settings.mariadb ? { mariadb: await tag(mariadb, 'debian') } : {}),
    },
  };
}

/**
 * @param folder has go.mod and go.sum, which pin what is compiled.
 * @param binaries the folder of the cache that the programs are put into.
 */
function compiledRecipe(
  name: string,
  from: string,
  { builderImage, folder, binaries }: { builderImage: string; folder: string; binaries: string },
): CompiledRecipe {
  const pins = [`${folder}/go.mod`, `${folder}/go.sum`];
  const cache = { cacheVolume: CACHE_VOLUME, environment: { BIN_DIR: binaries } };
  // What is compiled, and how, is part of what the image is.
  const files = [...pins, 'vitess/compile.sh', 'vitess/builder.sh'];
  return {
    compile: { name: folder, from: builderImage, script: 'vitess/compile.sh', files: pins, ...cache },
    image: makeRecipe(name, from, { files, ...cache }),
  };
}

function makeRecipe(name: string, from: string, rest: Partial<Recipe> = {}): Recipe {
  return { name, from, script: `${name}/recipe.sh`, ...rest };
}

async function baseHash(): Promise<string> {
  const script = await readFile(path.join(RECIPES, 'base/mmdebstrap.sh'));
  return createHash('sha256').update(script).digest('hex').slice(0, 12);
}

/** Returns the versions of Vitess' Go module whose dependencies docker/vitess/ pins, the newest first. */
export async function vitessVersions(): Promise<readonly string[]> {
  const names = await readdir(path.join(RECIPES, 'vitess'));
  return names
    .filter((name) => /^v\d+\.\d+\.\d+$/.test(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

async function vitessVersionOf(asked: string | undefined): Promise<string> {
  const versions = await vitessVersions();
  const version = process.env['ROUNDTRIP_VITESS_VERSION'] || asked || DEFAULT_VITESS_VERSION;
  if (versions.includes(version)) return version;
  throw usage({
    what: 'There is no recipe for that version of Vitess.',
    expected: `one of ${versions.join(', ')}`,
    seen: version,
    where: 'ROUNDTRIP_VITESS_VERSION, or cluster.vitessVersion of the config',
    next: insteadOf(version, versions),
  });
}

/** Says what to do where a version is asked for that is not there. Release 24.0.4 is version v0.24.4 of the Go module. */
export function insteadOf(asked: string, versions: readonly string[]): string {
  const module = asked.replace(/^v?([1-9]\d*)\.0\.(\d+)$/, 'v0.$1.$2');
  if (versions.includes(module)) return `Choose one of those; the one that you mean is ${module}.`;
  const choice = 'Choose one of those';
  return /^v0\.\d+\.\d+$/.test(module) ? `${choice}, or add it: sh docker/vitess/add.sh ${module}` : `${choice}.`;
}
