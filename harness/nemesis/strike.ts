import { setTimeout as pause } from 'node:timers/promises';
import { briefly } from '../errors.ts';
import type { FaultObservation } from '../history/observations.ts';
import { SWITCHES, type StepName } from '../history/steps.ts';
import { checkTraffic, isFollowing, lookAtRouting, observeTraffic } from '../migration/coherence.ts';
import type { Side } from '../side.ts';
import { within } from '../wait.ts';
import type { ArmedFault, Fault } from './fault.ts';
import type { Point, Watch } from './point.ts';
import type { Symptom } from './health.ts';
import { OF_HALF_A_STEP, untilWell } from './recover.ts';
import type { StruckRun } from './struck-run.ts';
import { bounded, takeAgain } from './take-again.ts';
import { takeStep } from './take-step.ts';

/** Everything has to be normal again within this time from when a fault was healed and the step had ended. */
const NORMAL_WITHIN_MS = 180_000;

interface Traffic {
  readonly reads: Side;
  readonly writes: Side;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(briefly(error));
}

interface Blow {
  readonly atMs: number;
  readonly seen: string;
  readonly healed: Promise<Healed>;
}

interface Healed {
  readonly atMs: number;
  /** Why it could not be mended; null if it was. */
  readonly error: unknown;
}

/**
 * Strikes a fault at a point, heals it, does what an operator would do until everything is well and the step is done,
 * and records what came of it. If the point was missed, nothing was struck, and the step has been done.
 */
export async function strikeAt(run: StruckRun, fault: Fault, point: Point): Promise<FaultObservation> {
  const { recorder, migration } = run;
  const name = `${fault.id} at ${point.id}`;
  const before: Traffic = { reads: migration.readsOn, writes: migration.writesOn };
  using armed = await fault.arm(run);
  await using watch = await point.watch(run);
  const attempt = await recorder.under(name, async () => await attemptStep(run, { name, fault, point, armed, watch }));
  const { blow, error } = attempt;
  if (blow === null) {
    // Nothing was struck, so the step must have done what it does.
    if (error !== null) throw toError(error);
    return await missed(run, fault, point);
  }
  const healed = await blow.healed;
  const found = await recorder.under(name, async () => await endingOf(run, { fault, point, before, error, healed }));
  const normalAtMs = recorder.now();
  const ending = inTime(found, normalAtMs - Math.max(healed.atMs, attempt.endedAtMs));
  recorder.fault('heal', name);
  const figures = run.workload.figures(blow.atMs, normalAtMs);
  const observation: FaultObservation = {
    of: 'fault',
    fault: fault.id,
    point: point.id,
    struck: { atMs: blow.atMs, healedAtMs: healed.atMs, seen: blow.seen },
    ...ending,
    said: error === null ? null : briefly(error),
    writeGapMs: figures?.writeGapMs ?? null,
    errors: figures?.errors ?? {},
    normalAfterMs: ending.outcome === 'broken' ? null : normalAtMs - healed.atMs,
  };
  recorder.observed(observation);
  // From now on it is judged where traffic goes.
  if (ending.outcome !== 'broken' && migration.hasWorkflow) {
    await observeTraffic(migration.context, after(before, point));
  }
  return observation;
}

interface Struck {
  readonly fault: Fault;
  readonly point: Point;
  readonly before: Traffic;
  /** What the step ended with; null if it ended well. */
  readonly error: unknown;
  readonly healed: Healed;
}

/** What takes longer than an operator can wait is broken, even if it gets well in the end. */
function inTime(ending: Ending, tookMs: number): Ending {
  if (ending.outcome === 'broken' || tookMs <= NORMAL_WITHIN_MS) return ending;
  const late = `normal only ${Math.round(tookMs / 1000)} s after it was healed and the step had ended, not within ${NORMAL_WITHIN_MS / 1000} s`;
  return { ...ending, outcome: 'broken', wrong: [late] };
}

/** What could not be mended, or cannot even be looked at, is broken too. */
async function endingOf(run: StruckRun, { fault, point, before, error, healed }: Struck): Promise<Ending> {
  if (healed.error !== null) return { outcome: 'broken', recoveredBy: [], wrong: [briefly(healed.error)] };
  try {
    return await goOn(run, { fault, point, before, error });
  } catch (problem) {
    return { outcome: 'broken', recoveredBy: [], wrong: [briefly(problem)] };
  }
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

/** Takes the step, and strikes when its moment comes. */
async function attemptStep(run: StruckRun, attempt: Attempt): Promise<Attempted> {
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

/** @param step null for a point that is there without one. It never throws. */
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
    // Before the blow, because what fails while it falls fails because of it.
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

/** Mends what was struck, or was struck in part. It never throws: it is awaited by whoever ends the attempt. */
async function heal({ recorder }: StruckRun, armed: ArmedFault, lastsMs: number, failed: unknown): Promise<Healed> {
  await pause(lastsMs);
  const error = await within(armed.heal(), NORMAL_WITHIN_MS, 'it has not been mended').then(
    () => failed,
    (problem: unknown) => failed ?? problem,
  );
  return { atMs: recorder.now(), error };
}

type Ending = Pick<FaultObservation, 'outcome' | 'recoveredBy' | 'wrong'>;

/** Brings the migration to where the step leads, in whatever state the fault left it. */
async function goOn(run: StruckRun, { fault, point, before, error }: Omit<Struck, 'healed'>): Promise<Ending> {
  // When a migration is completed, nobody writes any more.
  const but = point.step === 'complete' ? (['writes'] as const) : [];
  const options = { hasVtctldEnded: fault.endsVtctld === true, but };
  const traffic = after(before, point);
  if (error === null || point.step === null) {
    const { commands, left } = await untilWell(run, options);
    return await judged(run, traffic, { outcome: 'passed', commands, left });
  }
  const well = await untilWell(run, { ...options, but: OF_HALF_A_STEP });
  // Vitess may have gone on although nobody waited for it any more.
  const isDone = point.step in SWITCHES && (await isAt(run, traffic));
  // If not, it has to be run again to finish or undo what is half done, or only because it has not been done.
  const isWhereItWas = well.commands.length === 0 && (await differences(run, before, lookAtRouting)).length === 0;
  const again = await takeAgain(run, point.step, options);
  const commands = [...well.commands, ...(isDone ? again.commands.slice(1) : again.commands)];
  if (again.error !== null) return { outcome: 'broken', recoveredBy: commands, wrong: [again.error] };
  const rest = await untilWell(run, options);
  const outcome = isWhereItWas && again.commands.length === 1 ? 'refused' : 'recovered';
  return await judged(run, traffic, { outcome, commands: [...commands, ...rest.commands], left: rest.left });
}

/** Whether traffic goes there, and the stream that follows it runs, so that nothing of a switch is left to do. */
async function isAt(run: StruckRun, traffic: Traffic): Promise<boolean> {
  if ((await differences(run, traffic, lookAtRouting)).length > 0) return false;
  return await isFollowing(run.migration.context, traffic.writes);
}

interface Tried {
  readonly outcome: 'passed' | 'refused' | 'recovered';
  readonly commands: readonly string[];
  readonly left: readonly Symptom[];
}

async function judged(run: StruckRun, traffic: Traffic, { outcome, commands, left }: Tried): Promise<Ending> {
  const wrong = [...left.map(({ seen }) => seen), ...(await differences(run, traffic))];
  if (wrong.length > 0) return { outcome: 'broken', recoveredBy: commands, wrong };
  if (outcome === 'refused') return { outcome, recoveredBy: [], wrong };
  return { outcome: commands.length > 0 ? 'recovered' : 'passed', recoveredBy: commands, wrong };
}

function after(before: Traffic, { step }: Point): Traffic {
  const [types, to] = SWITCHES[step ?? ''] ?? [];
  return types === undefined ? before : { ...before, [types]: to };
}

/**
 * Returns what does not agree with where traffic should go; nothing is to be compared where there is no workflow.
 *
 * @param look `lookAtRouting` does not wait for a workflow that is about to run.
 */
async function differences(
  { migration }: StruckRun,
  traffic: Traffic,
  look: typeof lookAtRouting = observeTraffic,
): Promise<readonly string[]> {
  if (!migration.hasWorkflow) return [];
  try {
    const found = await look(migration.context, traffic);
    return found.map(({ table, what }) => (table === null ? what : `${table}: ${what}`));
  } catch (error) {
    return [briefly(error)];
  }
}

/** It is not observed yet: the moment can come again. */
async function missed(run: StruckRun, fault: Fault, point: Point): Promise<FaultObservation> {
  const { migration } = run;
  if (migration.hasWorkflow)
    await checkTraffic(migration.context, { reads: migration.readsOn, writes: migration.writesOn });
  return {
    of: 'fault',
    fault: fault.id,
    point: point.id,
    struck: null,
    outcome: 'not-exercised',
    recoveredBy: [],
    said: null,
    wrong: [],
    writeGapMs: null,
    errors: {},
    normalAfterMs: null,
  };
}
