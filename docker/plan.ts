import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { usage } from '../harness/errors.ts';
import { RECIPES, recipeHash, type Recipe } from './build.ts';

/** The names of the images that a cluster runs: ours, or those that a setting names. */
export interface Images {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
  /** Present only if the run asked for it. */
  readonly toxiproxy?: string;
  /** Present only if a scenario asked for it. */
  readonly mariadb?: string;
}

/** The repository of our own images on the engine. */
export const REPOSITORY = 'vitess-roundtrip';
/** The version on which the project's pages and expectations were tried; any other must be asked for by name. */
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

/** The images that a run asks for instead of our own; an environment variable takes precedence. */
export interface ImageSettings {
  readonly images?: { readonly [Name in 'mysql' | 'vitess' | 'etcd']?: string | undefined };
  readonly vitessVersion?: string | undefined;
  /** Whether the run needs Toxiproxy, which only faults of the network do. */
  readonly toxiproxy?: boolean;
  /** Whether the run needs MariaDB, which only a scenario about it does. */
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
 * @param folder the folder with go.mod and go.sum, which pin what is compiled.
 * @param binaries the folder of the cache into which the programs are put.
 */
function compiledRecipe(
  name: string,
  from: string,
  { builderImage, folder, binaries }: { builderImage: string; folder: string; binaries: string },
): CompiledRecipe {
  const pins = [`${folder}/go.mod`, `${folder}/go.sum`];
  const cache = { cacheVolume: CACHE_VOLUME, environment: { BIN_DIR: binaries } };
  // A change of what is compiled, or how, makes another image.
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

/** Says what to do about a version that has no recipe. Release 24.0.4 is version v0.24.4 of the Go module. */
export function insteadOf(asked: string, versions: readonly string[]): string {
  const module = asked.replace(/^v?([1-9]\d*)\.0\.(\d+)$/, 'v0.$1.$2');
  if (versions.includes(module)) return `Choose one of those; you probably mean ${module}.`;
  const choice = 'Choose one of those';
  return /^v0\.\d+\.\d+$/.test(module) ? `${choice}, or add it: sh docker/vitess/add.sh ${module}` : `${choice}.`;
}
