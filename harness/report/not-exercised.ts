import type { StepName } from '../history/steps.ts';
import { EXERCISES, isUntouched } from './exercised.ts';
import { formatQuantity } from './format.ts';
import { stepsLeftOut } from './shortcomings.ts';
import type { RunResult } from './verdict.ts';

/** What a run does not show, whatever its verdict. */
export interface NotExercised {
  /**
   * For each thing that can be done to a table, the tables to which it was never done; kinds that were done to all
   * tables are left out.
   */
  readonly tables: readonly { readonly said: string; readonly names: readonly string[] }[];
  /** Tables that no statement of the application used at all. */
  readonly untouched: readonly string[];
  readonly invariants: readonly { readonly id: string; readonly reason: string }[];
  /** Planned steps that did not run, or not as often as planned, such as `vdiff (1 of 3)`. */
  readonly steps: readonly string[];
}

/**
 * Collects what a run did not exercise.
 *
 * @param planned the steps that the run should have taken; empty if no steps are required beyond those that ran.
 */
export function notExercised(run: RunResult, planned: readonly StepName[]): NotExercised {
  const { exercised = [], invariants, steps } = run;
  const tables = EXERCISES.map(([kind, said]) => {
    const never = exercised.filter(({ before, after }) => before[kind] + after[kind] === 0);
    return { said, names: never.map(({ table }) => table) };
  });
  return {
    tables: tables.filter(({ names }) => names.length > 0),
    untouched: exercised.filter(isUntouched).map(({ table }) => table),
    invariants: invariants.flatMap(({ id, verdict, reason }) =>
      verdict === 'unknown' ? [{ id, reason: reason ?? 'not judged' }] : [],
    ),
    steps: stepsLeftOut(steps, planned).map(({ name, ran, wanted }) =>
      ran === 0 ? name : `${name} (${ran} of ${wanted})`,
    ),
  };
}

/**
 * Returns the same in one line, such as `2 tables never updated, 1 invariant not judged`; empty if there is nothing.
 */
export function notExercisedInShort({ tables, invariants, steps }: NotExercised): string {
  const parts = [
    ...tables.map(({ said, names }) => `${formatQuantity(names.length, 'tables')} never ${said}`),
    ...(invariants.length === 0 ? [] : [`${formatQuantity(invariants.length, 'invariants')} not judged`]),
    ...(steps.length === 0 ? [] : [`not run: ${steps.join(', ')}`]),
  ];
  return parts.join(', ');
}
