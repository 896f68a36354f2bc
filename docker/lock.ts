import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pWaitFor from 'p-wait-for';
import { messageOf, trouble } from '../harness/errors.ts';

const DIRECTORY = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'vitess-roundtrip');
/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Runs `body` while no other process of this user on this machine does the same, so that two first runs in parallel
 * install one engine and build each image once.
 *
 * It holds SQLite's own lock, which the kernel releases the moment its process ends, however it ends. So there are no
 * stale locks, and no need to guess from a name and a number whether another process is alive; see docs/decisions/0016.
 */
export async function withMachineLock<T>(name: string, body: () => Promise<T>, onWait: () => void): Promise<T> {
  await mkdir(DIRECTORY, { recursive: true });
  const file = path.join(DIRECTORY, `${name}.lock.sqlite`);
  using database = open(file);
  if (!tryLock(database, file)) {
    onWait();
    await pWaitFor(() => tryLock(database, file), { interval: 250, timeout: 3_600_000 });
  }
  return await body();
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw noLock(file, error);
  }
}

/**
 * The transaction writes nothing and never ends: closing the database, or the end of this process, releases the lock.
 */
function tryLock(database: DatabaseSync, file: string): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY)
      return false;
    throw noLock(file, error);
  }
}

function noLock(file: string, cause: unknown): Error {
  return trouble({
    what: 'The lock that keeps two runs from building the same thing cannot be taken.',
    expected: 'an empty file that SQLite can lock',
    seen: messageOf(cause),
    where: file,
    next: 'Remove that file and make its folder writable, or name another folder in XDG_CACHE_HOME.',
    cause,
  });
}
