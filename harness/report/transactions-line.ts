import type { TransactionFigures } from '../history/workload-findings.ts';
import { formatCount, formatDuration, formatQuantity } from './format.ts';
import type { Paint } from './paint.ts';
import { hang } from './text.ts';
import type { RunResult } from './verdict.ts';

/** Returns the outcomes of all of the application's transactions together, in a line. */
export function transactionsOf({ transactions = [] }: RunResult, paint: Paint): readonly string[] {
  if (transactions.length === 0) return [];
  const sum = (figure: (each: TransactionFigures) => number) =>
    transactions.reduce((total, each) => total + figure(each), 0);
  const counts = [
    `${formatCount(sum(({ committed }) => committed))} committed`,
    ...counted(
      sum(({ rolledBack }) => rolledBack),
      'rolled back, as they found no row',
    ),
    `${formatCount(sum(({ failed }) => failed))} failed`,
    ...counted(
      sum(({ open }) => open),
      'left open at COMMIT',
    ),
    ...counted(
      sum(({ retries }) => retries),
      'tried again',
    ),
    ...counted(
      sum(({ gaveUp }) => gaveUp),
      'given up',
    ),
  ];
  const slowest = transactions.toSorted((a, b) => (b.maxMs ?? 0) - (a.maxMs ?? 0))[0]!;
  const slow = slowest.maxMs === null ? '' : `; slowest ${slowest.transaction}, ${formatDuration(slowest.maxMs)}`;
  const judged = `; ${formatCount(sum(({ judgedWhole }) => judgedWhole))} judged to be whole or absent`;
  return [
    hang(
      `${paint('bold', formatQuantity(transactions.length, 'transactions'))}  ${counts.join(', ')}${slow}${judged}`,
      '  ',
    ),
  ];
}

function counted(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${formatCount(count)} ${what}`];
}
