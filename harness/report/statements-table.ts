import type { FailureCause, StatementFailure } from '../history/workload-findings.ts';
import { formatCount } from './format.ts';
import type { Paint } from './paint.ts';
import { saidBy } from './statement-reasons.ts';
import { alarming, right, table } from './table.ts';
import { fit } from './text.ts';
import type { RunResult } from './verdict.ts';

const MOST_SHOWN = 10;
const MESSAGE_COLUMNS = 120;

/** What a failure counts against, for a person to read. */
const BLAMED: Readonly<Record<FailureCause, string>> = {
  migration: 'the migration',
  application: 'the application, without a migration too',
  resources: 'the machine, which lacked resources',
};

/** Returns what a failure counts against; nothing if it never reached a user. */
export function blamedFor({ count, cause }: StatementFailure): string {
  return count === 0 ? 'nothing, as it was tried again' : BLAMED[cause];
}

export function isAlarming({ count, cause }: StatementFailure): boolean {
  return count > 0 && cause === 'migration';
}

/** The application's own statements that failed, most frequent first. */
export function failedStatementsOf({ failures }: RunResult, paint: Paint): readonly string[] {
  const all = failures?.statements ?? [];
  const isRetried = all.some(({ retried }) => retried !== undefined);
  const rows = all
    .slice(0, MOST_SHOWN)
    .map((failure) => [
      failure.statement,
      right(formatCount(failure.count)),
      right(formatCount(failure.aroundSwitches)),
      ...(isRetried ? [right(formatCount(failure.retried ?? 0))] : []),
      alarming(blamedFor(failure), isAlarming(failure) ? 'fail' : 'pass', paint),
      fit(saidBy(failure), MESSAGE_COLUMNS),
    ]);
  const more = all.length - rows.length;
  return [
    ...table(
      [
        'failed statement',
        right('times'),
        right('around switches'),
        ...(isRetried ? [right('tried again')] : []),
        'speaks against',
        'error, last message',
      ],
      rows,
      paint,
    ),
    ...(more > 0 ? [paint('dim', `${formatCount(more)} more in verdict.json`)] : []),
  ];
}
