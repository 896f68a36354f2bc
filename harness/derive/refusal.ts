import { isOutOfResources, messageOf } from '../errors.ts';
import type { ValueRefusal } from './demands.ts';

/**
 * Errors that say nothing about the values of a statement, although they come from the server: syntax, locks, limits,
 * privileges, a shutdown (MySQL manual, “Server Error Message Reference”).
 */
const OF_SOMETHING_ELSE = [
  1021, 1037, 1038, 1040, 1041, 1053, 1064, 1114, 1142, 1143, 1205, 1213, 1227, 1290, 1317, 3024,
];

/**
 * Returns what a server said about the values of a statement of known form, or null if the error is about something
 * else. A CHECK, a partition, a generated column, and especially a trigger can refuse values with almost any error.
 */
export function refusalOf(error: unknown): ValueRefusal | null {
  const cause = typeof error === 'object' && error !== null ? error : {};
  if (!('errno' in cause) || !('sqlState' in cause) || typeof cause.sqlState !== 'string') return null;
  const message = messageOf(error);
  const errno = Number(cause.errno);
  if (isOutOfResources(message) || OF_SOMETHING_ELSE.includes(errno)) return null;
  return { errno, message };
}
