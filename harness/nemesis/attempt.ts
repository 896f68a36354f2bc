import { setTimeout as pause } from 'node:timers/promises';
import { briefly } from '../errors.ts';
import type { StepName } from '../history/steps.ts';
import { within } from '../wait.ts';
import type { ArmedFault, Fault } from './fault.ts';
import type { Point, Watch } from './point.ts';
import type { StruckRun } from './struck-run.ts';
import { bounded } from './take-again.ts';
import { takeStep } from './take-step.ts';

/** How soon everything has to be normal again after a fault was healed and the step has ended. */
export const NORMAL_WITHIN_MS = 180_000;

export interface Blow {
  readonly atMs: number;
  readonly seen: string;
  readonly healed: Promise<Healed>;
}

export interface Healed {
  readonly atMs: number;
  /** Why it could not be mended; null if it was. */
  readonly error: unknown;
}

interface Attempt {
  readonly name: string;
  readonly fault: Fault;
  readonly point: Point;
  readonly armed: ArmedFault;
  readonly watch: Watch;
}

interface Taken {
  /** What the step ended with; null if it ended well. */
  readonly error: unknown;
  /** When it had ended, by the run's clock. */
  readonly endedAtMs: number;
}

interface Attempted extends Taken {
  /** Null if the moment was missed. */
  readonly blow: Blow | null;
}

/** Takes the step, and strikes at the point's moment. */
export async function attemptStep(run: StruckRun, attempt: Attempt): Promise<Attempted> {
  const { point, watch, armed } = attempt;
  const isBefore = point.step === null || point.isBefore === true;
  const early = isBefore ? await strike(run, attempt) : null;
  const taking = taken(run, armed, point.step);
  const isReached = !isBefore && (await Promise.race([watch.reached.then(() => true), taking.then(() => false)]));
  const blow = isReached ? await strike(run, attempt) : early;
  const ended = await taking;
  await blow?.healed;
  return { blow, ...ended };
}

/** @param step null for a point that does not need one. It never throws. */
async function taken(run: StruckRun, armed: ArmedFault, step: StepName | null): Promise<Taken> {
  let error: unknown = null;
  try {
    if (step !== null) await bounded(step, armed.take?.(step) ?? takeStep(run, step));
  } catch (thrown) {
    error = thrown;
  }
  return { error, endedAtMs: run.recorder.now() };
}

async function strike(run: StruckRun, { name, fault, armed, watch }: Attempt): Promise<Blow | null> {
  const { recorder } = run;
  let atMs = 0;
  let failed: unknown = null;
  const seen = await watch.strike(async () => {
    // This comes before the strike, because it is to blame for whatever fails meanwhile.
    atMs = recorder.now();
    recorder.fault('strike', name);
    try {
      return await armed.strike();
    } catch (error) {
      failed = error;
      return `it could not be struck: ${briefly(error)}`;
    }
  });
  if (seen === null) return null;
  return { atMs, seen, healed: heal(run, armed, failed === null ? fault.lastsMs : 0, failed) };
}

/** Mends what was struck, fully or in part. It never throws, because it is awaited only when the attempt ends. */
async function heal({ recorder }: StruckRun, armed: ArmedFault, lastsMs: number, failed: unknown): Promise<Healed> {
  await pause(lastsMs);
  const error = await within(armed.heal(), NORMAL_WITHIN_MS, 'it has not been mended').then(
    () => failed,
    (problem: unknown) => failed ?? problem,
  );
  return { atMs: recorder.now(), error };
}
