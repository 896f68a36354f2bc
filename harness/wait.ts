import pWaitFor, { TimeoutError } from 'p-wait-for';
import { trouble } from './errors.ts';

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
export async function waitFor<T>(
  { what, where, timeoutMs, intervalMs = 50 }: Wait,
  look: () => Promise<Look<T>>,
): Promise<T> {
  let last: Look<T> = { done: undefined, seen: 'nothing yet' };
  const isDone = async () => {
    last = await look();
    return last.done !== undefined;
  };
  try {
    await pWaitFor(isDone, { interval: intervalMs, timeout: timeoutMs });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw trouble({
      what: `Waited ${timeoutMs / 1000} s in vain.`,
      expected: what,
      seen: last.seen,
      ...(where === undefined ? {} : { where }),
      next: 'If what was seen was still moving, the machine is slow: allow more time. If not, read the servers’ logs.',
    });
  }
  return last.done!;
}
