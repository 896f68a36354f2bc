import { setTimeout as pause } from 'node:timers/promises';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { trouble } from './errors.ts';

/** A look that is under way when the time is over may still end by itself. */
const LOOK_GRACE_MS = 5_000;

/**
 * A look that costs much, as a command in a container does (0.1 s of CPU), is followed by a rest of so many times as
 * long, at most REST_MS: what is waited for needs the machine too.
 */
const REST_PER_LOOK = 2;
const REST_MS = 500;
/** What has taken long already is looked at less often: the last rest adds this share to a wait at most. */
const REST_SHARE = 0.03;

/** Something was asked and did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** For calls that take no abort signal: the call itself goes on, but its answer is no longer waited for. */
export async function within<T>(answer: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoAnswer(what)), Math.max(0, timeoutMs));
  try {
    return await Promise.race([answer, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** What one look at something says: whether it is as it must be, and how it looks now. */
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
}

/**
 * Looks again and again until a look says done; the interval counts from the end of one look to the next.
 *
 * @throws `unknown` with the last thing seen once `timeoutMs` is over; what a look throws is thrown on at once.
 */
export async function waitFor<T>(wait: Wait, look: () => Promise<Look<T>>): Promise<T> {
  const { what, where, timeoutMs } = wait;
  const last = await lookUntil(wait, look);
  if (last.done !== undefined) return last.done;
  throw trouble({
    what: `Waited ${timeoutMs / 1000} s in vain.`,
    expected: what,
    seen: last.seen,
    ...(where === undefined ? {} : { where }),
    next: 'If what was seen was still moving, the machine is slow: allow more time. If not, read the servers’ logs.',
  });
}

/** As `waitFor`, for callers to whom it is an answer that time is over: gives back the last look, done or not. */
export async function lookUntil<T>(
  { timeoutMs, intervalMs = 50 }: Omit<Wait, 'what' | 'where'>,
  look: () => Promise<Look<T>>,
): Promise<Look<T>> {
  let last: Look<T> = { done: undefined, seen: 'nothing yet' };
  const startedAt = performance.now();
  const deadline = startedAt + timeoutMs;
  const isDone = async () => {
    const began = performance.now();
    // p-wait-for looks at its time-out between looks only; one that never comes back must end too.
    last = await within(look(), deadline + LOOK_GRACE_MS - performance.now(), 'the last look did not come back');
    if (last.done !== undefined) return true;
    const now = performance.now();
    const rest = Math.max(REST_PER_LOOK * (now - began), REST_SHARE * (now - startedAt));
    await pause(Math.min(rest, REST_MS, Math.max(0, deadline - now)));
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

/** Like Promise.all, but every part has ended before an error is thrown, so that nothing goes on behind it. */
export async function allOrFirstError<T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return await Promise.all(parts);
}
