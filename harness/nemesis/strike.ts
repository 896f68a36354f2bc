import { setTimeout as pause } from 'node:timers/promises';
import { briefly } from '../errors.ts';
import type { FaultObservation } from '../history/observations.ts';
import type { StepName } from '../history/steps.ts';
import { checkTraffic, observeTraffic } from '../migration/coherence.ts';
import type { Side } from '../side.ts';
import { within } from '../wait.ts';
import type { ArmedFault, Fault } from './fault.ts';
import type { Point, Watch } from './point.ts';
import { OF_HALF_A_STEP, untilWell } from './recover.ts';
import type { Stage } from './stage.ts';
import { takeStep } from './take-step.ts';

/** A step that has not ended after this long hangs. */
const STEP_MS = 240_000;

/** Where each step leaves traffic. */
const MOVES: Partial<Record<StepName, Partial<Traffic>>> = {
  switchReads: { reads: 'target' },
  switchWrites: { writes: 'target' },
  reverseReads: { reads: 'source' },
  reverseWrites: { writes: 'source' },
};

interface Traffic {
  readonly reads: Side;
  readonly writes: Side;
}

interface Blow {
  readonly atMs: number;
  readonly seen: string;
  readonly healed: Promise<{ readonly atMs: number }>;
}

/**
 * Strikes a fault at a point, heals it, does what an operator would do until everything is well and the step is done,
 * and records what came of it. If the point was missed, nothing was struck, and the step has been done.
 */
export async function strikeAt(stage: Stage, fault: Fault, point: Point): Promise<FaultObservation> {
  const { recorder, migration } = stage;
  const name = `${fault.id} at ${point.id}`;
  const before: Traffic = { reads: migration.readsOn, writes: migration.writesOn };
  using armed = await fault.arm(stage);
  await using watch = await point.watch(stage);
  const attempt = await recorder.under(name, async () => await attemptStep(stage, { name, fault, point, armed, watch }));
  const { blow, error } = attempt;
  if (blow === null) return await missed(stage, fault, point, error);
  const healed = await blow.healed;
  const ending = await recorder.under(name, async () => await goOn(stage, point, before, error));
  const normalAtMs = recorder.now();
  recorder.fault('heal', name);
  const figures = stage.workload.figures(blow.atMs, normalAtMs);
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
  return observation;
}

interface Attempt {
  readonly name: string;
  readonly fault: Fault;
  readonly point: Point;
  readonly armed: ArmedFault;
  readonly watch: Watch;
}

/** Takes the step, and strikes when its moment comes. */
async function attemptStep(stage: Stage, attempt: Attempt): Promise<{ blow: Blow | null; error: unknown }> {
  const { point, watch, armed } = attempt;
  if (point.step === null) {
    await watch.reached;
    const blow = await strike(stage, attempt);
    await blow?.healed;
    return { blow, error: null };
  }
  const taking = within(armed.take?.(point.step) ?? takeStep(stage, point.step), STEP_MS, `${point.step} has not ended`).then(
    () => null,
    (error: unknown) => error,
  );
  const isReached = await Promise.race([watch.reached.then(() => true), taking.then(() => false)]);
  const blow = isReached ? await strike(stage, attempt) : null;
  const error = await taking;
  await blow?.healed;
  return { blow, error };
}

async function strike(stage: Stage, { name, fault, armed, watch }: Attempt): Promise<Blow | null> {
  const { recorder } = stage;
  const seen = await watch.strike(async () => await armed.strike());
  if (seen === null) return null;
  const atMs = recorder.now();
  recorder.fault('strike', name);
  const heal = async () => {
    await pause(fault.lastsMs);
    await armed.heal();
    return { atMs: recorder.now() };
  };
  const healed = heal();
  // It is awaited by whoever ends the attempt.
  healed.catch(() => undefined);
  return { atMs, seen, healed };
}

type Ending = Pick<FaultObservation, 'outcome' | 'recoveredBy' | 'wrong'>;

/** Brings the migration to where the step leads, in whatever state the fault left it. */
async function goOn(stage: Stage, point: Point, before: Traffic, error: unknown): Promise<Ending> {
  const hasFailed = error !== null && point.step !== null;
  const well = await untilWell(stage, hasFailed ? OF_HALF_A_STEP : []);
  const recoveredBy = [...well.commands];
  if (!hasFailed) {
    const wrong = [...well.left.map(({ seen }) => seen), ...(await differences(stage, after(before, point)))];
    if (wrong.length > 0) return { outcome: 'broken', recoveredBy, wrong };
    return { outcome: recoveredBy.length > 0 ? 'recovered' : 'passed', recoveredBy, wrong };
  }
  // A step that is done again tells what it lacks; until then, only whether traffic is where it was.
  const isWhereItWas = well.left.length === 0 && recoveredBy.length === 0 && (await differences(stage, before)).length === 0;
  const again = await takeStep(stage, point.step).then(
    () => null,
    (problem: unknown) => briefly(problem),
  );
  const rest = again === null ? await untilWell(stage) : well;
  recoveredBy.push(...rest.commands.filter((each) => !recoveredBy.includes(each)), `${point.step} again`);
  const wrong = [
    ...(again === null ? [] : [`${point.step} again: ${again}`]),
    ...rest.left.map(({ seen }) => seen),
    ...(again === null ? await differences(stage, after(before, point)) : []),
  ];
  if (wrong.length > 0) return { outcome: 'broken', recoveredBy, wrong };
  return { outcome: isWhereItWas ? 'refused' : 'recovered', recoveredBy: isWhereItWas ? [] : recoveredBy, wrong };
}

function after(before: Traffic, { step }: Point): Traffic {
  return { ...before, ...(step === null ? {} : MOVES[step]) };
}

/** Returns what does not agree with where traffic should go; nothing is to be compared where there is no workflow. */
async function differences({ migration }: Stage, traffic: Traffic): Promise<readonly string[]> {
  if (!migration.hasWorkflow) return [];
  try {
    const found = await observeTraffic(migration.context, traffic);
    return found.map(({ table, what }) => (table === null ? what : `${table}: ${what}`));
  } catch (error) {
    return [briefly(error)];
  }
}

/** It is not observed yet: the moment can come again. */
async function missed(stage: Stage, fault: Fault, point: Point, error: unknown): Promise<FaultObservation> {
  // Nothing was struck, so the step must have done what it does.
  if (error !== null) throw error;
  const { migration } = stage;
  if (migration.hasWorkflow) await checkTraffic(migration.context, { reads: migration.readsOn, writes: migration.writesOn });
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
