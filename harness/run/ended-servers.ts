import { open } from 'node:fs/promises';
import { Cluster } from '../cluster/cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { outcomeOf, trouble } from '../errors.ts';

/** How much of the end of a log is read: a panic of Go lists what each goroutine was doing after its message. */
const LOG_BYTES = 256 * 1024;
const SHOWN_LINES = 6;
/** With these words, a program in Go says why it ends by itself. */
const LAST_WORDS = /^(?:panic|fatal error): /;

/**
 * Returns the error to report for a run that ended with one. If a server that this run started has ended by itself,
 * that is what ended the run: whoever asked it has only waited in vain. A failure of the migration stays as it is.
 */
export async function orServerEnded(servers: MigrationServers, thrown: unknown): Promise<unknown> {
  if (!(servers instanceof Cluster) || outcomeOf(thrown) !== 'unknown') return thrown;
  const [first, ...others] = await servers.ended().catch(() => []);
  if (first === undefined) return thrown;
  const words = await lastWordsOf(first.logFile).catch(() => 'its log cannot be read');
  return trouble({
    what: `The server ${[first, ...others].map(({ name }) => name).join(', ')} ended by itself.`,
    expected: 'servers that run until the run has ended',
    seen: `${first.name}: ${first.status}; its log says:\n${words}`,
    where: first.logFile,
    next: 'Read that log. If it is a panic of Vitess, search its tracker for the first line, and report it if it is new.',
    cause: thrown,
  });
}

/** Returns the message of a panic with what follows it, or the last lines. */
async function lastWordsOf(file: string): Promise<string> {
  await using log = await open(file);
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read(Buffer.alloc(LOG_BYTES), 0, LOG_BYTES, Math.max(0, size - LOG_BYTES));
  const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
  const at = lines.findIndex((line) => LAST_WORDS.test(line));
  return (at === -1 ? lines.slice(-SHOWN_LINES) : lines.slice(at, at + SHOWN_LINES)).join('\n');
}
