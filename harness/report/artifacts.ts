import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cannotWrite, messageOf, trouble, usage, type RoundtripError } from '../errors.ts';
import { isGone, ownerOf, UNKNOWN_OWNER_MS } from '../owner.ts';
import { junit } from './junit.ts';
import { parseRunResult } from './verdict-schema.ts';
import type { RunResult } from './verdict.ts';

const KEPT_RUNS = 20;
const RUN_NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z-[0-9a-f]{6}$/;
const LATEST = 'latest';
/** A file that names the process that is still writing into a folder, in the form of `ownerOf`. */
const OWNER = '.owner';

/** One run's folder. */
export interface Artifacts {
  /** `<root>/<UTC time>-<id>`, such as `artifacts/2026-07-30T10-11-12-345Z-1a2b3c`. */
  readonly path: string;
  /** `<path>/logs`, for the servers' logs. */
  readonly logs: string;
  /** Writes `<path>/junit.xml`; a reader sees the whole file or none. */
  readonly writeJunit: (result: RunResult) => Promise<void>;
  /** Writes `<path>/verdict.json` in the same way, and ends the run's claim on the folder. */
  readonly writeVerdict: (result: RunResult) => Promise<void>;
  /**
   * The files that the run could not write here, in order of time. They make the run `unknown`, because its record is
   * incomplete.
   */
  readonly faults: readonly RoundtripError[];
  /** Reports a write that failed; the run continues. One failure per file is kept. */
  readonly failed: (file: string, cause: unknown) => void;
}

/**
 * Creates a folder for one run and points `<root>/latest` at it. Several runs may do so at once. Only the newest 20
 * runs' folders are kept, and those of processes that are still writing.
 *
 * @param root the folder `artifacts` itself, which is created if it is missing.
 * @throws RoundtripError with outcome `unknown` if the folder cannot be created.
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
      what: 'the folder for the artifacts of this run cannot be created',
      expected: `a folder ${path} and a link ${join(root, LATEST)} to it`,
      where: root,
      next: `make ${root} writable; only a link may be at ${join(root, LATEST)}`,
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

/** Replaces the link. A link cannot be changed, but rename replaces it atomically, so that `latest` never dangles. */
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

/**
 * Writes a file so that a reader sees either the whole file or the previous one. @throws `unknown` with its name if it
 * cannot be written.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    // The file is flushed before the rename; otherwise, after a crash, a renamed file may exist and be empty.
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** Returns the text of a file, or null if there is none. @throws `usage` with its name if it cannot be read. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    // Not `instanceof Error`: under Jest, Node's own errors come from another realm.
    if (typeof cause === 'object' && cause !== null && Reflect.get(cause, 'code') === 'ENOENT') return null;
    const next = 'Make it readable, or move it away.';
    throw usage({ what: 'A file cannot be read.', seen: messageOf(cause), where: path, next, cause });
  }
}

async function removeOldRuns(root: string, ownName: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true });
  const runs = entries.filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name)).map(({ name }) => name);
  const old = runs.toSorted().slice(0, -KEPT_RUNS);
  for (const name of old) {
    if (name === ownName || name === (await latestOf(root)) || (await isInUse(join(root, name)))) continue;
    // Another run may be removing the same folder. A folder that stays does no harm, because the next run tries again.
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function latestOf(root: string): Promise<string | undefined> {
  const link = join(root, LATEST);
  const stat = await lstat(link).catch(() => undefined);
  return stat?.isSymbolicLink() === true ? basename(await readlink(link)) : undefined;
}

/**
 * Whether a run's process may still be writing into the folder. A long run must not lose its folder to twenty short
 * ones that began after it. Containers may share a folder without seeing each other's processes; the claim of such an
 * owner is valid for as long as any run may take.
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
