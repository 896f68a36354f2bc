import { cp, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { freshShell } from './fresh-shell.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** The packages are linked; the others are made by runs. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'artifacts', 'dist']);

/** A copy of this repository as it is, for commands that write into it. */
export class TreeCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<TreeCopy> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-tree-')));
    await cp(ROOT, folder, { recursive: true, filter: (file) => !LEFT_OUT.has(path.relative(ROOT, file)) });
    // Hard links, so that a command that installs packages does so in the copy alone. On another disk it has its own.
    const isSameDisk = (await stat(ROOT)).dev === (await stat(folder)).dev;
    await execa('cp', [isSameDisk ? '-al' : '-a', path.join(ROOT, 'node_modules'), folder]);
    return new TreeCopy(folder);
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Runs a line of shell as the pages have it. @throws with its output when it fails. @returns its output. */
  async run(line: string): Promise<string> {
    const { exitCode, output } = await freshShell(line, { cwd: this.folder });
    if (exitCode !== 0) throw new Error(`“${line}” ended with status ${exitCode}:\n${output}`);
    return output;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
