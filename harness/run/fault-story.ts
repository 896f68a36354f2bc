import type { FaultObservation } from '../history/observations.ts';
import { nameOf, type Pair } from '../nemesis/pairs.ts';
import { reach } from '../nemesis/reach.ts';
import { strikeAt } from '../nemesis/strike.ts';
import type { Run } from './run.ts';

/** A moment that passed before anything could be struck comes again. */
const TRIES = 3;
/** Low, so that what the machine can do does not decide what a fault costs. */
const RATE = 60;

/**
 * Strikes one fault after another on one cluster, going there and back between them, and looks at both sides at rest in
 * the end.
 *
 * @param told receives what came of each pair.
 * @returns the pairs that were not tried, because a fault before them left something that nothing mended.
 */
export async function faultStory(
  run: Run,
  pairs: readonly Pair[],
  told: (pair: Pair, outcome: FaultObservation) => void,
): Promise<readonly Pair[]> {
  const { migration, recorder, workload } = run;
  await run.load();
  await Promise.all([migration.adopt(), migration.provision()]);
  await workload.start({ writesPerSecond: RATE });
  for (const [at, pair] of pairs.entries()) {
    recorder.fault('plan', nameOf(pair));
    const outcome = await tryPair(run, pair);
    told(pair, outcome);
    // What follows would be judged by what is broken already.
    if (outcome.outcome === 'broken') return pairs.slice(at + 1);
  }
  await workload.stop();
  await run.observe();
  return [];
}

async function tryPair(run: Run, { fault, point }: Pair): Promise<FaultObservation> {
  let outcome: FaultObservation;
  let tries = 0;
  do {
    await reach(run, point);
    outcome = await strikeAt(run, fault, point);
    tries += 1;
  } while (outcome.outcome === 'not-exercised' && tries < TRIES);
  if (outcome.outcome === 'not-exercised') run.recorder.observed(outcome);
  return outcome;
}
