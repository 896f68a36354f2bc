import { briefly } from '../errors.ts';
import type { StepName } from '../history/steps.ts';
import { within } from '../wait.ts';
import { copyAgain, OF_HALF_A_STEP, untilWell, type RecoveryOptions } from './recover.ts';
import type { StruckRun } from './struck-run.ts';
import { takeStep } from './take-step.ts';

/** A step that has not ended after this long hangs. */
export const STEP_MS = 240_000;

/** How often a step is run again, with what its streams need before that. */
const ROUNDS = 4;

/**
 * A switch that failed after 30 s or more is refused when it is run again, because of the lag of the stream that it has
 * stopped itself. Nobody may start that stream: once the journal is there, a stream that meets it is turned against its
 * own keyspace, and the workflow is lost (vitessio/vitess#19680, seen with 24.0.1).
 */
const LAGS = /replication lag \S+ is higher than allowed lag/;
const ANY_LAG_MS = 3_600_000;

/**
 * Runs a step that failed again, until it passes. A switch that fails undoes what an earlier one left, so that the next
 * one may pass.
 */
export async function takeAgain(
  run: StruckRun,
  step: StepName,
  options: RecoveryOptions,
): Promise<{ readonly commands: readonly string[]; readonly error: string | null }> {
  const commands: string[] = [];
  let error: string | null = null;
  let maxLagMs: number | undefined;
  for (let round = 1; round <= ROUNDS; round++) {
    commands.push(`${step} again${maxLagMs === undefined ? '' : ` --max-replication-lag-allowed=${maxLagMs}ms`}`);
    error = await within(takeStep(run, step, { maxLagMs }), STEP_MS, `${step} has not ended`).then(
      () => null,
      (problem: unknown) => `${step} again: ${briefly(problem)}`,
    );
    if (error === null) break;
    if (LAGS.test(error)) {
      maxLagMs = ANY_LAG_MS;
      continue;
    }
    // What the stream cannot get over once it cannot get over again: the copy has to begin anew.
    if (step === 'copy' && round > 1) {
      const anew = copyAgain(run.migration);
      commands.push(anew.line);
      error = await within(anew.run(), STEP_MS, 'the copy has not ended').then(() => null, briefly);
      break;
    }
    commands.push(...(await untilWell(run, { ...options, but: OF_HALF_A_STEP })).commands);
  }
  return { commands, error };
}
