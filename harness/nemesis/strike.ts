import { briefly } from '../errors.ts';
import type { FaultObservation } from '../history/observations.ts';
import { checkTraffic, observeTraffic } from '../migration/coherence.ts';
import type { Traffic } from '../migration/routing.ts';
import { attemptStep } from './attempt.ts';
import { after, endingOf, inTime } from './ending.ts';
import type { Fault } from './fault.ts';
import type { Point } from './point.ts';
import type { StruckRun } from './struck-run.ts';

/**
 * Strikes a fault at a point, heals it, does what an operator would do until everything works and the step is done, and
 * records the outcome. If the point was missed, nothing was struck, and the step has been done.
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
    // Nothing was struck, so the step must have succeeded.
    if (error !== null) throw toError(error);
    return await missed(run, fault, point);
  }
  const healed = await blow.healed;
  const found = await recorder.under(name, async () => await endingOf(run, { fault, point, before, error, healed }));
  const normalAtMs = recorder.now();
  const ending = inTime(found, normalAtMs - Math.max(healed.atMs, attempt.endedAtMs));
  recorder.fault('heal', name);
  const figures = await run.workload.figures(blow.atMs, normalAtMs);
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
  // From now on, where traffic goes is judged.
  if (ending.outcome !== 'broken' && migration.hasWorkflow) {
    await observeTraffic(migration.context, after(before, point));
  }
  return observation;
}

/** A missed point is not recorded yet, because the moment can come again. */
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

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(briefly(error));
}
