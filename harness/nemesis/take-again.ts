import { briefly } from '../errors.ts';
import type { StepName } from '../history/steps.ts';
import { NoAnswer, within } from '../wait.ts';
import { copyAgain, OF_HALF_A_STEP, untilWell, type RecoveryOptions } from './recover.ts';
import type { StruckRun } from './struck-run.ts';
import { takeStep } from './take-step.ts';

/** A step that takes longer than this hangs. */
const STEP_MS = 240_000;

/**
 * A step has not ended. It continues, also in Vitess, and cannot be stopped, so anything done beside it, such as the
 * same step again, would say nothing about the fault. Nothing more is therefore done on these servers.
 */
export class StepHangs extends Error {
  override readonly name = 'StepHangs';
}

/**
 * Takes a step with a time limit, except a copy, whose time depends on its rows and which has a limit of its own for
 * standing still.
 *
 * @throws StepHangs for any other step that takes too long.
 */
export async function bounded<T>(step: StepName, taking: Promise<T>): Promise<T> {
  if (step === 'copy') return await taking;
  const hangs = `${step} has not ended within ${STEP_MS / 1000} s and goes on, so nothing was tried beside it`;
  return await within(taking, STEP_MS, hangs).catch((error: unknown) => {
    throw error instanceof NoAnswer && error.message === hangs ? new StepHangs(hangs) : error;
  });
}

/** How often a step is run again, after its streams have been repaired. */
const ROUNDS = 4;

/**
 * A switch that failed after 30 s or more is refused when it is run again, because of the lag of the stream that it
 * stopped itself. That stream must not be started: once the journal exists, a stream that reads it is turned against
 * its own keyspace, and the workflow is lost (vitessio/vitess#19680, seen with 24.0.1).
 */
const LAGS = /replication lag \S+ is higher than allowed lag/;
const ANY_LAG_MS = 3_600_000;

/** What is reported about a copy whose stream has ended with an error. */
const CANNOT_GO_ON = /The stream of \S+ cannot go on/;

/**
 * Runs a failed step again until it passes. A switch that fails undoes what an earlier one left, so that the next one
 * may pass.
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
    const problem: unknown = await bounded(step, takeStep(run, step, { maxLagMs })).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    error = problem === null ? null : `${step} again: ${briefly(problem)}`;
    if (error === null || problem instanceof StepHangs) break;
    if (LAGS.test(error)) {
      maxLagMs = ANY_LAG_MS;
      continue;
    }
    // A stream that could not continue once cannot do so again, so the copy has to start over.
    if (round > 1 && CANNOT_GO_ON.test(error)) {
      const anew = copyAgain(run.migration);
      error = await anew.run().then(() => null, briefly);
      if (error === null) commands.push(anew.line);
      break;
    }
    commands.push(...(await untilWell(run, { ...options, but: OF_HALF_A_STEP })).commands);
  }
  return { commands, error };
}
