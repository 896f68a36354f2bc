import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A bug that is in a module of the harness while a run loads it. */
export interface Bug {
  /** The end of the module's path, such as `run/sampler.ts`. */
  readonly module: string;
  /** Text of the module before which the bug is inserted. */
  readonly before: string;
  readonly bug: string;
}

/**
 * Returns an environment for a run whose harness has these bugs; its Node also first loads `modules` of
 * `scenarios/harness/`.
 */
export function broken(bugs: readonly Bug[], modules: readonly string[] = []): Record<string, string> {
  const loaded = ['break-module.mjs', ...modules].map((name) => {
    return `--import ${pathToFileURL(path.resolve('scenarios/harness', name)).href}`;
  });
  return { BUG: JSON.stringify(bugs), NODE_OPTIONS: ['--disable-warning=ExperimentalWarning', ...loaded].join(' ') };
}

/**
 * Writes the config of the smallest possible rehearsal, with one table without rows and few writes, and returns its
 * arguments.
 */
export async function smallRehearsal(folder: string): Promise<string[]> {
  const own = await mkdtemp(path.join(folder, 'config-'));
  const schema = path.join(own, 'schema.sql');
  await writeFile(schema, 'CREATE TABLE parcel (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, label VARCHAR(20));\n');
  const file = path.join(own, 'roundtrip.config.json');
  const cluster = { replicas: 2, rdonlys: 0 };
  await writeFile(file, JSON.stringify({ source: { file: schema }, cluster, workload: { rate: 40 } }));
  return ['--config', file, '--seed', '7'];
}
