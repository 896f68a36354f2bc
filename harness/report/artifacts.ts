import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cannotWrite, trouble, type RoundtripError } from '../errors.ts';
import { isGone, ownerOf, UNKNOWN_OWNER_MS } from '../owner.ts';
import { junit } from './junit.ts';
import { parseRunResult } from './verdict-schema.ts';
import type { RunResult } from './verdict.ts';

const KEPT_RUNS = 20;
const RUN_NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z-[0-9a-f]{6}$/;
const LATEST = 'latest';
/** Names the process that still writes into a folder, by `ownerOf`. */
const OWNER = '.owner';

/** One run's folder. */
export interface Artifacts {
  /** `<root>/<UTC time>-<id>`, as `artifacts/2026-07-30T10-11-12-345Z-1a2b3c`. */
  readonly path: string;
  /** `<path>/logs`, for what the servers wrote. */
  readonly logs: string;
  /** Writes `<path>/junit.xml`; a reader sees a whole file or none. */
  readonly writeJunit: (result: RunResult) => Promise<void>;
  /** Writes `<path>/verdict.json` in the same way. Ends the run's claim on the folder. */
  readonly writeVerdict: (result: RunResult) => Promise<void>;
  /** What the run could not write down here, first one first. It makes the run `unknown`: its record is not whole. */
  readonly faults: readonly RoundtripError[];
  /** To be told of a write that failed; the run goes on. One of each file is kept. */
  readonly failed: (file: string, cause: unknown) => void;
}

/**
 * Makes a folder for one run and points `<root>/latest` at it. Several runs may do so at once.
 * Only the newest 20 runs' folders are kept, and those of processes that still write.
 *
 * @param root the folder `artifacts` itself; it is made when missing.
 * @throws RoundtripError with outcome `unknown` when the folder cannot be made.
 */
export async function openArtifacts(root: string, startedAt = new Date()): Promise<Artifacts> {
  const name = `${startedAt.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`;
  const path = join(root, name);
  const logs = join(path, 'logs');
  try {
    await mkdir(logs, { recursive: true });
    await writeFile(join(path, OWNER), `${ownerOf(process.pid)}\n`);
    await pointLatestAt(root, name);
  } catch (cause) {
    throw trouble({
      what: 'the folder for what this run leaves behind cannot be made',
      expected: `a folder ${path} and a link ${join(root, LATEST)} to it`,
      where: root,
      next: `make ${root} writable; nothing but a link may stand at ${join(root, LATEST)}`,
      cause,
    });
  }
  await removeOldRuns(root, name);
  const writeJunit = async (result: RunResult) => await writeWhole(join(path, 'junit.xml'), junit(result));
  const writeVerdict = async (result: RunResult) => {
    const verdict = parseRunResult(result);
    await writeWhole(join(path, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
    await rm(join(path, OWNER), { force: true });
  };
  const faults: RoundtripError[] = [];
  const failed = (file: string, cause: unknown) => {
    if (!faults.some(({ facts }) => facts.where === file)) faults.push(cannotWrite(file, cause));
  };
  return { path, logs, writeJunit, writeVerdict, faults, failed };
}

/** A link cannot be changed, only replaced: rename does it in one move, so that `latest` never dangles. */
async function pointLatestAt(root: string, name: string): Promise<void> {
  const fresh = join(root, `.${LATEST}-${name}`);
  await symlink(name, fresh);
  try {
    await rename(fresh, join(root, LATEST));
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** A reader sees the whole file, or the one before it. @throws `unknown` with its name when it cannot be written. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    // Flushed before the rename: after a crash a renamed file may otherwise be there and empty.
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

async function removeOldRuns(root: string, ownName: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true });
  const runs = entries.filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name)).map(({ name }) => name);
  const old = runs.toSorted().slice(0, -KEPT_RUNS);
  for (const name of old) {
    if (name === ownName || name === (await latestOf(root)) || (await isInUse(join(root, name)))) continue;
    // Another run may be removing the same folder, and a folder that stays does no harm: the next run tries again.
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function latestOf(root: string): Promise<string | undefined> {
  const link = join(root, LATEST);
  const stat = await lstat(link).catch(() => undefined);
  return stat?.isSymbolicLink() === true ? basename(await readlink(link)) : undefined;
}

/**
 * A long run must not lose its folder to twenty short ones that began after it. Containers may share a folder and see
 * nothing of each other's processes: of such an owner the claim holds for as long as any run may take.
 */
async function isInUse(path: string): Promise<boolean> {
  const claim = join(path, OWNER);
  const owner = (await readFile(claim, 'utf8').catch(() => '')).trim();
  if (owner === '') return false;
  const { mtimeMs } = await lstat(claim).catch(() => ({ mtimeMs: 0 }));
  const ageMs = Date.now() - mtimeMs;
  if (isGone(owner, ageMs)) return false;
  const isHere = owner === ownerOf(Number(owner.split(' ')[1]));
  return isHere || ageMs <= UNKNOWN_OWNER_MS;
}
