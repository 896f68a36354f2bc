import { failure, isOutOfResources, trouble, type RoundtripError } from '../errors.ts';
import type { WriteEndpoint } from './session.ts';

/** What happened to operations during the wait for an acknowledgement. */
export interface Unacknowledged {
  /** What did not happen, as a verb phrase: `get a write acknowledged`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly acknowledged: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** The number of errors since the wait began, and the server's last message, by class. */
  readonly errors: readonly { readonly error: string; readonly count: number; readonly message: string }[];
  readonly endpoint: WriteEndpoint['name'];
  /** For example `200 a second`. */
  readonly rate: string;
}

/** Errors that occur when a server or a connection does not answer, for any reason, including a slow machine. */
const WITHOUT_AN_ANSWER = new Set(['timeout', 'lost-connection', 'connection-refused', 'not-sent']);

/**
 * Returns why no write was acknowledged in time: a `failure` if vtgate, or a server behind it, refused operations;
 * `trouble` if nothing was seen, no server answered, a server lacked resources, or the source itself refused them.
 */
export function notAcknowledged(seen: Unacknowledged): RoundtripError {
  const { what, timeoutMs, acknowledged, inFlight, waiting, errors, endpoint, rate } = seen;
  const refused = errors.filter(({ error, message }) => {
    return !WITHOUT_AN_ANSWER.has(error) && !isOutOfResources(`${error} ${message}`);
  });
  const isMigrations = endpoint === 'vtgate' && refused.length > 0;
  const told = errors.map(({ error, count, message }) => `${count} ${error}, last: ${message}`);
  const facts = {
    what: `The writer did not ${what} within ${timeoutMs} ms.`,
    seen: [`${acknowledged} acknowledged, ${inFlight} in flight, ${waiting} waiting`, ...told].join('\n'),
    where: `${endpoint}, at ${rate}`,
  };
  if (isMigrations) return failure(facts);
  const next =
    refused.length > 0
      ? 'The source itself refuses these operations, without any migration: correct them, or its settings.'
      : 'No server refused a write, so the machine may be at fault: read the servers’ logs, give them more room, or ask for a lower rate.';
  return trouble({ ...facts, next });
}
