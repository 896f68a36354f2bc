import { isOutOfResources, messageOf } from '../errors.ts';
import { errnoOf } from '../workload/classify.ts';
import type { ErrorCause, StatementOutcome } from './compare-sides.ts';

/**
 * Errors caused by the rows, so that the same statement may succeed another time: ER_DUP_ENTRY, locks, and a foreign
 * key whose row is not there yet or is still referred to.
 */
const OF_ROWS = [1062, 1205, 1213, 1451, 1452];

/** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION */
const READ_ONLY_TRANSACTION = 1792;

/** Returns what an error says about a statement that was tried. */
export function outcomeOfError(error: unknown): StatementOutcome {
  if (errnoOf(error) === READ_ONLY_TRANSACTION) return { error: 'its kind is read, and it writes', cause: 'statement' };
  return { error: withoutPlace(messageOf(error)), cause: causeOf(error) };
}

function causeOf(error: unknown): ErrorCause {
  if (isOutOfResources(messageOf(error))) return 'resources';
  return OF_ROWS.includes(errnoOf(error) ?? 0) ? 'rows' : 'statement';
}

/** Removes what vtgate adds to MySQL's message: the tablet that sent it, and the statement. */
function withoutPlace(message: string): string {
  const [said = message] = message
    .replace(/^target: [^:]+: vttablet: (rpc error: code = \w+ desc = )?/, '')
    .split(/ \(errno /);
  return said;
}
