import { cp, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { execa } from 'execa';
import { freshShell, limitFor } from './fresh-shell.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Folders that are not copied: the packages are linked, and the others are made by runs. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'artifacts', 'dist']);
const COPY_MS = 120_000;

/** A copy of the current repository, for commands that write into it. */
export interface TreeCopy {
  /** The path of something in the copy; of the copy itself if nothing is named. */
  readonly path: (...names: readonly string[]) => string;
  /** Runs a line of shell from the pages. @throws with its output if it fails. @returns its output. */
  readonly run: (line: string) => Promise<string>;
}

/**
 * Makes a copy before the first test of a file, and removes it after the last.
 *
 * @param commands the most that one of its tests runs, from which the tests' time limit follows.
 */
export function treeCopy(commands: number): TreeCopy {
  let folder = '';
  jest.setTimeout(limitFor(commands));
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-tree-')));
    await copyInto(folder);
  }, COPY_MS);
  afterAll(async () => await rm(folder, { recursive: true }), COPY_MS);
  return {
    path: (...names) => path.join(folder, ...names),
    run: async (line) => {
      const { exitCode, output } = await freshShell(line, { cwd: folder });
      if (exitCode !== 0) throw new Error(`“${line}” ended with status ${exitCode}:\n${output}`);
      return output;
    },
  };
}

async function copyInto(folder: string): Promise<void> {
  await cp(ROOT, folder, { recursive: true, filter: (file) => !LEFT_OUT.has(path.relative(ROOT, file)) });
  // Hard links ensure that a command that installs packages only changes the copy. On another disk, files are copied.
  const isSameDisk = (await stat(ROOT)).dev === (await stat(folder)).dev;
  await execa('cp', [isSameDisk ? '-al' : '-a', path.join(ROOT, 'node_modules'), folder]);
}
