import { setTimeout as pause } from 'node:timers/promises';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { trouble } from './errors.ts';

/** How much longer a look that is under way at the deadline may take. */
const LOOK_GRACE_MS = 5_000;

/**
 * A look may be expensive, like a command in a container (0.1 s of CPU). It is followed by a rest of this many times
 * its own length, up to a limit, because what is waited for needs the machine too.
 */
const REST_PER_LOOK = 2;
const REST_MS = 500;
/** What does not show in `hasChanged`, as a figure that a person watches, is looked at this often. */
const UNCHANGED_MS = 2_000;
/** The longer a wait, the rarer its looks: the last rest lengthens it by at most this share. */
const REST_SHARE = 0.03;

/** Something was asked and did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Bounds calls that take no abort signal: the call itself continues, but nothing waits for its answer any more. */
export async function within<T>(answer: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoAnswer(what)), Math.max(0, timeoutMs));
  try {
    return await Promise.race([answer, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** The result of one look: whether everything is as it should be, and what was seen. */
export interface Look<T> {
  readonly done: T | undefined;
  readonly seen: string;
}

export interface Wait {
  /** What is waited for, as a clause: `every stream runs`. */
  readonly what: string;
  readonly where?: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  /** The longest rest after a look, for looks that cost much; half a second by default. */
  readonly mostRestMs?: number;
  /**
   * A cheap question for looks that cost much: whether anything has changed since it was asked last. A look is left out
   * while it says no, for up to two seconds.
   */
  readonly hasChanged?: () => Promise<boolean>;
}

/**
 * Looks again and again until a look says done. The interval counts from the end of one look to the start of the next.
 *
 * @throws `unknown` with the last thing seen once `timeoutMs` is over; an error from a look is rethrown at once.
 */
export async function waitFor<T>(wait: Wait, look: () => Promise<Look<T>>): Promise<T> {
  const { what, where, timeoutMs } = wait;
  const last = await lookUntil(wait, look);
  if (last.done !== undefined) return last.done;
  throw trouble({
    what: `Timed out after ${timeoutMs / 1000} s.`,
    expected: what,
    seen: last.seen,
    ...(where === undefined ? {} : { where }),
    next: 'If it was still making progress, the machine is slow and needs more time. If not, read the servers’ logs.',
  });
}

/** Waits like `waitFor`, for callers that accept a time-out as an answer: returns the last look, done or not. */
export async function lookUntil<T>(
  { timeoutMs, intervalMs = 50, mostRestMs = REST_MS, hasChanged }: Omit<Wait, 'what' | 'where'>,
  look: () => Promise<Look<T>>,
): Promise<Look<T>> {
  let last: Look<T> = { done: undefined, seen: 'nothing yet' };
  const startedAt = performance.now();
  const deadline = startedAt + timeoutMs;
  let lookedAt = -Infinity;
  const isDone = async () => {
    const began = performance.now();
    const graceMs = deadline + LOOK_GRACE_MS - began;
    const changed = hasChanged === undefined || (await within(hasChanged(), graceMs, 'no answer whether it changed'));
    if (!changed && began - lookedAt < UNCHANGED_MS) return false;
    lookedAt = began;
    // p-wait-for checks its time-out only between looks; a look that never comes back must end too.
    last = await within(look(), deadline + LOOK_GRACE_MS - performance.now(), 'the last look did not come back');
    if (last.done !== undefined) return true;
    const now = performance.now();
    const rest = Math.max(REST_PER_LOOK * (now - began), REST_SHARE * (now - startedAt));
    await pause(Math.min(rest, mostRestMs, Math.max(0, deadline - now)));
    return false;
  };
  try {
    await pWaitFor(isDone, { interval: intervalMs, timeout: timeoutMs });
    return last;
  } catch (error) {
    if (error instanceof TimeoutError) return { done: undefined, seen: last.seen };
    if (error instanceof NoAnswer) return { done: undefined, seen: `${last.seen}; ${error.message}` };
    throw error;
  }
}

/** Like Promise.all, but waits until every part has ended before it throws, so nothing goes on in the background. */
export async function allOrFirstError<T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return await Promise.all(parts);
}
