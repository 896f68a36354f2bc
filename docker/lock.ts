import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import pWaitFor from 'p-wait-for';
import { isAlive } from './labels.ts';

const DIRECTORY = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'vitess-roundtrip');

/**
 * Runs `body` while no other process of this machine and user does the same, so that two first runs side by
 * side install one engine and build each image once. A lock whose process is gone is taken over.
 */
export async function withMachineLock<T>(name: string, body: () => Promise<T>, onWait: () => void): Promise<T> {
  await mkdir(DIRECTORY, { recursive: true });
  const file = path.join(DIRECTORY, `${name}.lock`);
  if (!(await tryLock(file))) {
    onWait();
    await pWaitFor(() => tryLock(file), { interval: 250, timeout: 3_600_000 });
  }
  try {
    return await body();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid} ${hostname()}`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const [pid, host] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  // An empty file is one whose owner has not written yet: it is left alone until it names a process.
  if (pid && host === hostname() && !isAlive(Number(pid))) await rm(file, { force: true });
  return false;
}
