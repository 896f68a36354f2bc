import type Docker from 'dockerode';
import { messageOf, outcomeOf, trouble } from '../harness/errors.ts';
import { NoAnswer, within } from '../harness/wait.ts';

/** The bound for calls that a healthy engine answers at once. */
export const ENGINE_ANSWER_MS = 120_000;
/** The bound for calls that write gigabytes, such as committing or importing an image. */
export const ENGINE_WRITE_MS = 1_800_000;
/** A running engine answers a ping at once, whatever else it is doing. */
const PING_MS = 10_000;

/**
 * Bounds the time of a call to the engine, which otherwise might never return.
 *
 * @param what the engine should do, as a noun phrase: `the start of the container`.
 * @throws `unknown` if the engine has not done it in time.
 */
export async function engineDoes<T>(what: string, asked: Promise<T>, timeoutMs = ENGINE_ANSWER_MS): Promise<T> {
  try {
    return await within(asked, timeoutMs, what);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw trouble({
      what: 'The container engine did not do what it was asked to do in time.',
      expected: `${what} within ${timeoutMs / 1000} s`,
      seen: 'no end of it',
      where: process.env['DOCKER_HOST'] ?? 'the engine',
      next: 'Read the engine’s own log, and check its disk and its route to the registry. Then run the same command again.',
      cause: error,
    });
  }
}

/**
 * Returns the error to report for a run that ended with an error. If the engine no longer answers, that is what ended
 * the run, whatever broke first: a command in a container, an inspection of one, or the removal of what was started. An
 * earlier failure of the migration stays as it is.
 */
export async function orEngineGone(docker: Pick<Docker, 'ping'>, thrown: unknown): Promise<unknown> {
  if (outcomeOf(thrown) !== 'unknown') return thrown;
  try {
    await within(docker.ping(), PING_MS, `no answer within ${PING_MS / 1000} s`);
    return thrown;
  } catch (error) {
    return trouble({
      what: 'The container engine went away during the run.',
      expected: 'the engine that answered when the run began',
      seen: messageOf(error),
      where: process.env['DOCKER_HOST'] ?? 'the engine',
      next: 'Start the engine and run again: the next run removes what this one could not.',
      cause: thrown,
    });
  }
}
