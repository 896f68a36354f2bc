import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ExhaustedObservation } from '../history/observations.ts';

/** Messages that mysqld and the Vitess programs log when they run out of disk or memory. */
const EXHAUSTED =
  /no space left on device|disk is full|the table '[^']*' is full|out of memory|cannot allocate memory/i;
const LINE_CHARACTERS = 300;

/**
 * Finds servers whose logs say that they ran out of disk or memory. A server whose disk is full may just wait, so that
 * its clients only see a time-out.
 *
 * @param logs the folder with one log per server.
 */
export async function exhaustedServers(logs: string): Promise<readonly ExhaustedObservation[]> {
  const files = (await readdir(logs)).filter((name) => name.endsWith('.log')).toSorted();
  const found = await Promise.all(files.map(async (name) => await firstLineOf(path.join(logs, name))));
  return found.flatMap((line, at) =>
    line === null ? [] : [{ of: 'exhausted' as const, server: path.basename(files[at]!, '.log'), line }],
  );
}

async function firstLineOf(file: string): Promise<string | null> {
  // If a log could not be created, that has been reported already.
  const handle = await open(file).catch(() => null);
  if (handle === null) return null;
  await using log = handle;
  for await (const line of log.readLines()) {
    if (EXHAUSTED.test(line)) return line.slice(0, LINE_CHARACTERS);
  }
  return null;
}
