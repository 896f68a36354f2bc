import { open } from 'node:fs/promises';
import path from 'node:path';
import { Cluster, type EndedServer } from '../cluster/cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { failure, outcomeOf, trouble } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import { exhaustedServers } from './exhausted-servers.ts';

/** How much of the end of a log is read: a panic of Go lists what each goroutine was doing after its message. */
const LOG_BYTES = 256 * 1024;
const SHOWN_LINES = 6;
/** With these words, a program in Go says why it ends by itself. */
const LAST_WORDS = /^(?:panic|fatal error): /;
/**
 * Exit codes of a server that somebody ended: with a signal that it cannot or does not catch (HUP, INT, KILL, TERM), or
 * with one that it obeys. Go programs exit with 2 after a panic, and MySQL with 1, 2 or 134.
 */
const ENDED_FROM_OUTSIDE = [0, 129, 130, 137, 143];

/**
 * Returns the error to report for a story that ended, with one or without. If a server that this run started has ended
 * although nothing was broken on purpose, that is what counts: whoever asked it has only waited in vain, and what
 * passed without it says less. A failure of the migration stays as it is.
 *
 * A server that ended by itself, as after a panic, would have done so in production too, so that is a failure. One that
 * lacked resources, or that was ended from outside, by a person or by the kernel, says nothing about the migration.
 */
export async function orServerEnded(servers: MigrationServers, recorder: Recorder, thrown: unknown): Promise<unknown> {
  const isFailure = thrown !== undefined && outcomeOf(thrown) !== 'unknown';
  const isStruck = thrown === undefined && recorder.events.some((event) => event.type === 'fault');
  if (!(servers instanceof Cluster) || isFailure || isStruck) return thrown;
  const ended = await servers.ended().catch(() => []);
  const [first] = ended;
  if (first === undefined) return thrown;
  const names = ended.map(({ name }) => name).join(', ');
  const words = await lastWordsOf(first.logFile).catch(() => 'its log cannot be read');
  const facts = {
    expected: 'servers that run until the run has ended',
    seen: `${first.name}: ${first.status}; its log says:\n${words}`,
    where: first.logFile,
    ...(thrown === undefined ? {} : { cause: thrown }),
  };
  if (ended.some(isFromOutside)) {
    recorder.observed({ of: 'endedFromOutside', servers: ended.map(({ name }) => name) });
    return trouble({
      ...facts,
      what: `The server ${names} was ended from outside.`,
      next: 'Find out who ended it: a person, or the kernel when memory ran out, which its log (dmesg) says. Then rehearse again.',
    });
  }
  const what = `The server ${names} ended by itself.`;
  if (await lackedResources(first)) {
    return trouble({ ...facts, what, next: 'Give the servers more disk or memory, and rehearse again.' });
  }
  const next =
    'Read that log. If it is a panic of Vitess, search its tracker for the first line, and report it if it is new.';
  return failure({ ...facts, what, next });
}

function isFromOutside({ exitCode }: EndedServer): boolean {
  return ENDED_FROM_OUTSIDE.includes(exitCode);
}

async function lackedResources({ logFile }: EndedServer): Promise<boolean> {
  const exhausted = await exhaustedServers(path.dirname(logFile)).catch(() => []);
  return exhausted.length > 0;
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
