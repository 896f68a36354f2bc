import type { FaultObservation } from '../history/observations.ts';
import { nameOf, type Pair } from '../nemesis/pairs.ts';
import { reach } from '../nemesis/reach.ts';
import type { StruckRun } from '../nemesis/struck-run.ts';
import { strikeAt } from '../nemesis/strike.ts';
import type { Run } from './run.ts';

/** A moment that passed before anything could be struck comes again. */
const TRIES = 3;
/** Operations a second; low, so that what the machine can do does not decide what a fault costs. */
const RATE = 60;

/** Receives what came of each pair, as soon as it is known. */
type Told = (pair: Pair, outcome: FaultObservation) => void;

/**
 * Strikes one fault after another on one cluster, going there and back between them, and looks at both sides at rest in
 * the end. A fault that left something which nothing mended is the last one.
 */
export async function faultStory(run: Run, pairs: readonly Pair[], told: Told): Promise<void> {
  const { migration, workload } = run;
  await run.load();
  await Promise.all([migration.adopt(), migration.provision()]);
  await workload.start({ writesPerSecond: RATE });
  if (!(await strikeAll(run, pairs, told))) return;
  await workload.stop();
  await run.observe();
}

/** Strikes the pairs while the application writes. @returns whether all were struck; a broken one is the last. */
export async function strikeAll(run: StruckRun, pairs: readonly Pair[], told: Told): Promise<boolean> {
  for (const pair of pairs) {
    run.recorder.fault('plan', nameOf(pair));
    const outcome = await tryPair(run, pair);
    told(pair, outcome);
    // What follows would be judged by what is broken already.
    if (outcome.outcome === 'broken') return false;
  }
  return true;
}

async function tryPair(run: StruckRun, { fault, point }: Pair): Promise<FaultObservation> {
  for (let tries = 1; ; tries++) {
    await reach(run, point);
    const outcome = await strikeAt(run, fault, point);
    if (outcome.outcome !== 'not-exercised') return outcome;
    if (tries < TRIES) continue;
    run.recorder.observed(outcome);
    return outcome;
  }
}
