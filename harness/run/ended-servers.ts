import { open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, type EndedServer } from '../cluster/cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { failure, isOutOfResources, outcomeOf, trouble, type RoundtripError } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import { lookUntil } from '../wait.ts';
import { exhaustedServers } from './exhausted-servers.ts';

/** How much of the end of a log is read: a panic of Go lists what each goroutine was doing after its message. */
const LOG_BYTES = 4 * 1024 * 1024;
const SHOWN_LINES = 6;
/** mysqld says why before it says that it crashes. */
const LINES_BEFORE_SIGNAL = 3;
/**
 * How long the engine may take to notice that a server has ended, while whoever asked it has noticed already: a crash
 * first writes what each goroutine was doing.
 */
const NOTICED_MS = 2_000;
/** How long the log of a server that has just ended may take to arrive. */
const LOG_ARRIVES_MS = 1_000;
/** With these words, a program in Go, or mysqld, says that it crashes. */
const CRASHED = /^(?:panic|fatal error|SIG(?:ABRT|BUS|FPE|ILL|SEGV)): |mysqld got signal/;
const OF_MYSQLD = /mysqld got signal/;
/** What the engine reports for a process that ended by SIGABRT or SIGSEGV, without words. */
const CRASH_CODES = [134, 139];

/** A server that ended, with the last words of its log. */
export interface SeenEnd extends EndedServer {
  readonly words: string;
}

/**
 * Returns the error to report for a story that ended, with one or without. If a server that this run started has
 * ended, that is what counts: whoever asked it has only waited in vain, and what passed without it says less. A failure
 * of the migration stays as it is.
 */
export async function orServerEnded(servers: MigrationServers, recorder: Recorder, thrown: unknown): Promise<unknown> {
  if (!(servers instanceof Cluster)) return thrown;
  const isOpen = thrown !== undefined && outcomeOf(thrown) === 'unknown';
  const found = await (isOpen ? endedSoon(servers) : endedNow(servers));
  if (found.length === 0) return thrown;
  recorder.note(`ended: ${found.map(({ name, status }) => `${name}, ${status}`).join('; ')}`);
  if (thrown !== undefined && !isOpen) return thrown;
  await pause(LOG_ARRIVES_MS);
  const ended = await Promise.all(found.map(async (each) => ({ ...each, words: await lastWordsOf(each.logFile) })));
  const isStruck = recorder.events.some((event) => event.type === 'fault' && event.event === 'strike');
  const exhausted = await exhaustedServers(path.dirname(ended[0]!.logFile)).catch(() => []);
  const error = endedError(ended, isStruck || exhausted.length > 0, thrown);
  if (error.outcome === 'unknown') recorder.observed({ of: 'serverEnded', what: error.facts.what });
  return error;
}

/** Returns the servers that have ended; none if the engine does not answer. */
async function endedNow(servers: Cluster): Promise<readonly EndedServer[]> {
  return await servers.ended().catch(() => []);
}

/** Returns the same, also if the engine only notices it within some time. */
async function endedSoon(servers: Cluster): Promise<readonly EndedServer[]> {
  const { done = [] } = await lookUntil({ timeoutMs: NOTICED_MS, intervalMs: 500 }, async () => {
    const ended = await endedNow(servers);
    return { done: ended.length > 0 ? ended : undefined, seen: 'none' };
  });
  return done;
}

/**
 * Servers that crashed would have done so in production too, so that is a failure. It says nothing about the migration
 * if one ended in another way, which the others may not have survived, or if they had a reason.
 *
 * @param ended at least one server.
 * @param hadReason whether something was broken on purpose, or a server lacked resources.
 */
export function endedError(ended: readonly SeenEnd[], hadReason: boolean, cause: unknown): RoundtripError {
  const isFailure = ended.every(isCrash) && !hadReason;
  const [first] = ended;
  const names = ended.map(({ name }) => name).join(', ');
  const facts = {
    what: `${ended.length === 1 ? 'The server' : 'The servers'} ${names} ${isFailure ? 'crashed' : 'ended'}.`,
    expected: 'servers that run until the run has ended',
    seen: `${first!.name}: ${first!.status}; its log says:\n${first!.words}`,
    where: first!.logFile,
    ...(cause === undefined ? {} : { cause }),
  };
  if (isFailure) {
    const next = 'Search the tracker of Vitess or MySQL for what the log says there, and report it if it is new.';
    return failure({ ...facts, next });
  }
  const next =
    'Find out what ended it: the log may say so; otherwise a person did, or the kernel (dmesg) when memory ran out. Then rehearse again.';
  return trouble({ ...facts, next });
}

function isCrash({ words, exitCode }: SeenEnd): boolean {
  const saysSo = words.split('\n').some((line) => CRASHED.test(line));
  return (saysSo || (exitCode !== null && CRASH_CODES.includes(exitCode))) && !isOutOfResources(words);
}

/** Returns the message of a crash with what follows it, or the last lines. */
async function lastWordsOf(file: string): Promise<string> {
  try {
    await using log = await open(file);
    const { size } = await log.stat();
    const { buffer, bytesRead } = await log.read(Buffer.alloc(LOG_BYTES), 0, LOG_BYTES, Math.max(0, size - LOG_BYTES));
    const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
    const at = lines.findIndex((line) => CRASHED.test(line));
    if (at === -1) return lines.slice(-SHOWN_LINES).join('\n');
    const from = OF_MYSQLD.test(lines[at]!) ? Math.max(0, at - LINES_BEFORE_SIGNAL) : at;
    return lines.slice(from, from + SHOWN_LINES).join('\n');
  } catch {
    return 'nothing: it cannot be read';
  }
}
