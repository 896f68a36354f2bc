import type { Exercise, ExercisedTable } from '../history/workload-findings.ts';
import { formatCount } from './format.ts';
import type { Paint } from './paint.ts';
import { right, table } from './table.ts';
import type { RunResult } from './verdict.ts';

const MOST_NAMED = 5;

/** What can be done to a table, in the words of the report. */
export const EXERCISES = [
  ['insert', 'inserted into'],
  ['update', 'updated'],
  ['delete', 'deleted from'],
  ['read', 'read'],
] as const satisfies readonly (readonly [keyof Exercise, string])[];

export const PHASES = [
  ['before', 'before the first switch'],
  ['after', 'after the first switch'],
] as const satisfies readonly (readonly [keyof ExercisedTable, string])[];

/** How many of the application's tables were inserted into, updated, deleted from and read. */
export function exercisedOf({ exercised = [] }: RunResult, paint: Paint): readonly string[] {
  if (exercised.length === 0) return [];
  const rows = PHASES.map(([phase, said]) => [
    said,
    ...EXERCISES.map(([kind]) => right(shareOf(exercised, phase, kind))),
  ]);
  const never = exercised.filter(isUntouched).map(({ table: name }) => name);
  const named = never.slice(0, MOST_NAMED).join(', ');
  const more = never.length > MOST_NAMED ? ` and ${formatCount(never.length - MOST_NAMED)} more` : '';
  return [
    ...table(['tables that move', ...EXERCISES.map(([, said]) => right(said))], rows, paint),
    ...(never.length === 0
      ? []
      : [paint('yellow', `No statement used ${named}${more}; report.html lists what was never done to each table.`)]),
  ];
}

/** Returns for example `3 of 5`. */
export function shareOf(tables: readonly ExercisedTable[], phase: 'before' | 'after', kind: keyof Exercise): string {
  const count = tables.filter((each) => each[phase][kind] > 0).length;
  return `${formatCount(count)} of ${formatCount(tables.length)}`;
}

/** Returns what was never done to a table in a part of the run, such as `updated, deleted from`. */
export function neverDone(exercise: Exercise): string {
  return EXERCISES.filter(([kind]) => exercise[kind] === 0)
    .map(([, said]) => said)
    .join(', ');
}

/** Whether no statement of the application used a table. */
export function isUntouched({ before, after }: ExercisedTable): boolean {
  return EXERCISES.every(([kind]) => before[kind] + after[kind] === 0);
}
