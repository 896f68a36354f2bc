import type { StatementFailure } from '../history/workload-findings.ts';
import { formatCount, formatQuantity } from './format.ts';
import { firstLine } from './text.ts';

const MOST_NAMED = 3;

/** Returns the class of the error and the server's last message, on one line. */
export function saidBy({ error, message }: StatementFailure): string {
  const said = firstLine(message);
  return said === '' ? error : `${error}: ${said}`;
}

/** Whether a failure counts against a limit: the one for a switch of writes, or the one for the rest of the run. */
const COUNTS = {
  errorsPerCutover: ({ cause, aroundSwitches }: StatementFailure) => cause !== 'resources' && aroundSwitches > 0,
  failedStatements: ({ cause, count, aroundSwitches }: StatementFailure) =>
    cause === 'migration' && count > aroundSwitches,
};

/** Returns a reason for each statement that counts against one of these limits, and none for other limits. */
export function reasonsOfStatements(
  statements: readonly StatementFailure[],
  limits: readonly string[],
): readonly string[] {
  const counts = Object.entries(COUNTS).flatMap(([id, isCounted]) => (limits.includes(id) ? [isCounted] : []));
  const blamed = statements.filter((failure) => counts.some((isCounted) => isCounted(failure)));
  const named = blamed
    .slice(0, MOST_NAMED)
    .map((failure) => `statement ${failure.statement} failed ${timesOf(failure.count)}, last: ${saidBy(failure)}`);
  const more = blamed.length - named.length;
  return more > 0 ? [...named, `${formatQuantity(more, 'more kinds of failures')} of statements`] : named;
}

function timesOf(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}
