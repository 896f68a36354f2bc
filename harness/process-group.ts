import { waitFor } from './wait.ts';

/** Most processes end at once; this is for those that are still writing to a disk. */
const END_MS = 10_000;

/** @returns whether there is such a group. */
export function tellGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/**
 * Waits for a process that leads a group of its own. The whole group ends when the signal is aborted or this process
 * ends.
 */
export async function endedBy<T>(
  leader: Promise<T> & { readonly pid?: number },
  signal: AbortSignal | undefined,
): Promise<T> {
  const { pid } = leader;
  if (signal === undefined || pid === undefined) return await leader;
  const end = () => void tellGroup(pid, 'SIGTERM');
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  process.once('exit', end);
  try {
    const result = await leader;
    if (signal.aborted) await groupEnded(pid);
    return result;
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

/** Waits for a group that was told to end, and kills what does not end in time; reapers remove what it started. */
async function groupEnded(pid: number): Promise<void> {
  const wait = { what: `the end of process group ${pid}`, timeoutMs: END_MS };
  const look = async () => ({ done: tellGroup(pid, 0) ? undefined : true, seen: 'it runs' });
  await waitFor(wait, look).catch(() => tellGroup(pid, 'SIGKILL'));
}
