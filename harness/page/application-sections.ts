import type { RunLine } from '../history/lines.ts';
import { EXERCISES, neverDone, PHASES, shareOf } from '../report/exercised.ts';
import { notExercised, type NotExercised } from '../report/not-exercised.ts';
import { formatCount, formatDuration, formatQuantity } from '../report/format.ts';
import { blamedFor, isAlarming } from '../report/statements-table.ts';
import { saidBy } from '../report/statement-reasons.ts';
import type { RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import type { RecordedRun } from './recorded-run.ts';
import { errorCounts, left, longTable, right, table, type CellContent } from './tables.ts';
import { section } from './verdict-sections.ts';

/** The application's own statements that failed, by name, with the server's message. */
export function failedStatementsSection({ failures }: RunResult): Html | null {
  const statements = failures?.statements ?? [];
  if (statements.length === 0) return null;
  const rows = statements.map((failure) => [
    failure.statement,
    formatCount(failure.count),
    formatCount(failure.aroundSwitches),
    formatCount(failure.retried ?? 0),
    html`<span class="${isAlarming(failure) ? 'fail' : 'dim'}">${blamedFor(failure)}</span>`,
    saidBy(failure),
  ]);
  const columns = [
    left('statement'),
    right('times'),
    right('around switches'),
    right('tried again'),
    left('speaks against'),
    left('error, last message'),
  ];
  return section('failed-statements', 'Failed statements', longTable(columns, rows));
}

/** The outcomes of each of the application's transactions; several attempts at one count once. */
export function transactionsSection({ transactions = [], cutovers }: RunResult): Html | null {
  if (transactions.length === 0) return null;
  const rows = transactions.map((each) => [
    each.transaction,
    ...[each.committed, each.rolledBack, each.failed, each.open, each.retries, each.gaveUp].map(formatCount),
    ...[each.p50Ms, each.p99Ms, each.maxMs].map(latencyCell),
    formatCount(each.judgedWhole),
    errorCounts(each.errors),
  ]);
  const figures = ['committed', 'rolled back', 'failed', 'open', 'tried again', 'given up', 'p50', 'p99', 'longest'];
  const columns = [left('transaction'), ...[...figures, 'judged whole'].map(right), left('errors of all attempts')];
  const around = cutovers.map(({ statementErrors, retriedErrors = 0 }) => {
    return `${formatCount(statementErrors)} (${formatCount(statementErrors + retriedErrors)})`;
  });
  return section(
    'transactions',
    'Transactions',
    html`${longTable(columns, rows)}
    ${around.length === 0 ? null : html`<p>Errors around each switch that reached a user, and without trying again: ${around.join(', ')}.</p>`}`,
  );
}

function latencyCell(ms: number | null): CellContent {
  return ms === null ? '-' : { shown: formatDuration(ms), by: ms };
}

/** A longer list is folded, so that readers find what follows it. */
const MOST_OPEN = 20;

/** What the run does not show: what was never done to a table, invariants not judged, planned steps not run. */
export function exercisedSection({ run }: RecordedRun, result: RunResult): Html {
  const open = notExercised(result, run.plannedSteps);
  return section(
    'exercised',
    'What was not exercised',
    html`${openTables(result)} ${openInvariants(open, result)} ${openSteps(open, run)}`,
  );
}

function openTables({ exercised = [] }: RunResult): Html {
  if (exercised.length === 0)
    return html`<p>None of the application’s own statements ran, or they were not counted.</p>`;
  const missing = exercised
    .map(({ table: name, before, after }) => [name, neverDone(before), neverDone(after)])
    .filter(([, before, after]) => before !== '' || after !== '');
  const counts = PHASES.map(([phase, said]) => [said, ...EXERCISES.map(([kind]) => shareOf(exercised, phase, kind))]);
  const list = longTable(
    [left('table, and what was never done to it'), ...PHASES.map(([, said]) => left(said))],
    missing,
  );
  const whole = formatQuantity(missing.length, 'tables');
  return html`${table([left('tables that were'), ...EXERCISES.map(([, said]) => right(said))], counts)}
  ${
    missing.length === 0
      ? html`<p>Every table was inserted into, updated, deleted from and read, before and after the first switch.</p>`
      : missing.length <= MOST_OPEN
        ? list
        : html`<details>
            <summary>${whole} to which something was never done</summary>
            ${list}
          </details>`
  }`;
}

function openInvariants({ invariants }: NotExercised, { vdiffs, checksums }: RunResult): Html {
  const isAlone = vdiffs.length > 0 && checksums.length === 0;
  const alone = isAlone ? html`<p>No checksums were taken: VDiff alone compared both sides.</p>` : null;
  if (invariants.length === 0)
    return html`<p>Every invariant was judged.</p>
      ${alone}`;
  const rows = invariants.map(({ id, reason }) => [html`<code>${id}</code>`, reason]);
  return html`${longTable([left('invariant not judged'), left('why')], rows)} ${alone}`;
}

function openSteps({ steps }: NotExercised, { plannedSteps }: RunLine): Html | null {
  if (plannedSteps.length === 0) return null;
  if (steps.length === 0) return html`<p>Every planned step ran.</p>`;
  return html`<p>Planned and not run: ${steps.join(', ')}.</p>`;
}
