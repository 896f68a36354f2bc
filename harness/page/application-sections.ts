import { EXERCISES, neverDone, PHASES, shareOf } from '../report/exercised.ts';
import { formatCount } from '../report/format.ts';
import { BLAMED } from '../report/statements-table.ts';
import { saidBy } from '../report/statement-reasons.ts';
import type { RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import { left, right, table } from './tables.ts';
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
  return section('failed-statements', 'Failed statements', table(columns, rows));
}

/** How much of the schema the application's statements used, and each table of which a part never was. */
export function exercisedSection({ exercised = [] }: RunResult): Html | null {
  if (exercised.length === 0) return null;
  const counts = PHASES.map(([phase, said]) => [said, ...EXERCISES.map(([kind]) => shareOf(exercised, phase, kind))]);
  const missing = exercised
    .map(({ table: name, before, after }) => [name, neverDone(before), neverDone(after)])
    .filter(([, before, after]) => before !== '' || after !== '');
  const rest =
    missing.length === 0
      ? html`<p>Each was inserted into, updated, deleted from and read, before and after.</p>`
      : html`<p>What was never done to a table, so that the rehearsal says nothing about it:</p>
          ${table([left('table'), ...PHASES.map(([, said]) => left(said))], missing)}`;
  return section(
    'exercised',
    'How much of the schema was exercised',
    html`${table([left('tables that move'), ...EXERCISES.map(([, said]) => right(said))], counts)} ${rest}`,
  );
}
