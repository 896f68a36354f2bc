import type { RunLine } from '../history/lines.ts';
import { EXERCISES, neverDone, PHASES, shareOf } from '../report/exercised.ts';
import { notExercised, type NotExercised } from '../report/not-exercised.ts';
import { formatCount } from '../report/format.ts';
import { BLAMED } from '../report/statements-table.ts';
import { saidBy } from '../report/statement-reasons.ts';
import type { RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import type { RecordedRun } from './recorded-run.ts';
import { left, longTable, right, table } from './tables.ts';
import { section } from './verdict-sections.ts';

/** The application's own statements that failed, by name, with what the server said. */
export function failedStatementsSection({ failures }: RunResult): Html | null {
  const statements = failures?.statements ?? [];
  if (statements.length === 0) return null;
  const rows = statements.map((failure) => [
    failure.statement,
    formatCount(failure.count),
    formatCount(failure.aroundSwitches),
    html`<span class="${failure.cause === 'migration' ? 'fail' : 'dim'}">${BLAMED[failure.cause]}</span>`,
    saidBy(failure),
  ]);
  const columns = [
    left('statement'),
    right('times'),
    right('around switches'),
    left('speaks against'),
    left('error, last message'),
  ];
  return section('failed-statements', 'Failed statements', longTable(columns, rows));
}

/** What the run says nothing about: what was never done to a table, invariants not judged, planned steps not run. */
export function exercisedSection({ run }: RecordedRun, result: RunResult): Html {
  const open = notExercised(result, run.plannedSteps);
  return section(
    'exercised',
    'What was not exercised',
    html`${openTables(result)} ${openInvariants(open, result)} ${openSteps(open, run)}`,
  );
}

function openTables({ exercised = [] }: RunResult): Html {
  if (exercised.length === 0) return html`<p>None of the application’s own statements ran, or nobody counted them.</p>`;
  const missing = exercised
    .map(({ table: name, before, after }) => [name, neverDone(before), neverDone(after)])
    .filter(([, before, after]) => before !== '' || after !== '');
  const counts = PHASES.map(([phase, said]) => [said, ...EXERCISES.map(([kind]) => shareOf(exercised, phase, kind))]);
  const rest =
    missing.length === 0
      ? html`<p>Every table was inserted into, updated, deleted from and read, before and after the first switch.</p>`
      : html`<p>What was never done to a table:</p>
          ${longTable([left('table'), ...PHASES.map(([, said]) => left(said))], missing)}
          <p>Of all tables:</p>`;
  return html`${rest} ${table([left('tables'), ...EXERCISES.map(([, said]) => right(said))], counts)}`;
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
