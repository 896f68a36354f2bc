import type { StatementFailure } from '../history/workload-findings.ts';
import { formatCount, formatQuantity } from './format.ts';
import { firstLine } from './text.ts';

const MOST_NAMED = 3;

/** The class of the error and what the server said last, on one line. */
export function saidBy({ error, message }: StatementFailure): string {
  const said = firstLine(message);
  return said === '' ? error : `${error}: ${said}`;
}

/** A reason for each of the statements that count against a limit. */
export function reasonsOfStatements(statements: readonly StatementFailure[]): readonly string[] {
  const blamed = statements.filter(({ cause }) => cause === 'migration');
  const named = blamed
    .slice(0, MOST_NAMED)
    .map((failure) => `statement ${failure.statement} failed ${timesOf(failure.count)}, last: ${saidBy(failure)}`);
  const more = blamed.length - named.length;
  return more > 0 ? [...named, `${formatQuantity(more, 'more kinds of failures')} of statements`] : named;
}

function timesOf(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}
