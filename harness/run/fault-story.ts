import type { FaultObservation } from '../history/observations.ts';
import { needsOf } from '../nemesis/needs.ts';
import { nameOf, type Pair } from '../nemesis/pairs.ts';
import { reach } from '../nemesis/reach.ts';
import type { StruckRun } from '../nemesis/struck-run.ts';
import { strikeAt } from '../nemesis/strike.ts';
import { lagBeforeCutovers } from '../report/lag.ts';
import { lookUntil } from '../wait.ts';
import { compareChecksums } from './compare-checksums.ts';
import type { Run } from './run.ts';

/** A moment that passed before anything could be struck comes again. */
const TRIES = 5;
/** Operations a second; low, so that what the machine can do does not decide what a fault costs. */
const RATE = 60;

/** Receives what came of each pair, as soon as it is known. */
type Told = (pair: Pair, outcome: FaultObservation) => void;

/**
 * Strikes one fault after another on one cluster, going there and back between them, and looks at both sides at rest in
 * the end. A fault that left something which nothing mended is the last one. One after which nothing follows the side
 * that serves writes is struck when both sides have been compared.
 */
export async function faultStory(run: Run, pairs: readonly Pair[], told: Told): Promise<void> {
  const { migration, workload } = run;
  await run.load();
  await Promise.all([migration.adopt(), migration.provision()]);
  await workload.start({ writesPerSecond: RATE });
  const isLast = needsOf(pairs).includes('end');
  if (isLast) await reach(run, pairs[0]!.point);
  else if (!(await strikeAll(run, pairs, told))) return;
  await workload.stop();
  await run.observe();
  if (!isLast) return;
  await tryPlanned(run, pairs[0]!, told);
  // Nobody has written since, and the source keeps its tables.
  await compareChecksums(migration, run.recorder, { tables: migration.context.tables });
}

/** Strikes the pairs while the application writes. @returns whether all were struck; a broken one is the last. */
export async function strikeAll(run: StruckRun, pairs: readonly Pair[], told: Told): Promise<boolean> {
  const usual = delaysOf(run);
  for (const pair of pairs) {
    // What follows would be judged by what is broken already.
    if ((await tryPlanned(run, pair, told)) === 'broken') return false;
    await untilCaughtUp(run, usual);
  }
  return true;
}

/** How long the application may take to send what fell due while it could not write. */
const BACKLOG_MS = 90_000;
const WINDOW_MS = 2_000;
/** What is usual on any machine, in milliseconds. A machine on which more is usual without any fault may have twice that. */
const USUAL: Readonly<Record<keyof Delays, number>> = { lateMs: 1_000, lagMs: 2_000 };

/** What a switch that begins now would be measured by, in milliseconds. */
interface Delays {
  /** By how much half of the last operations were late; null if none was acknowledged. */
  readonly lateMs: number | null;
  /** The largest lag of a stream in the time that counts before a switch; null if none is known. */
  readonly lagMs: number | null;
}

/**
 * Waits until the application sends what is due again, and the streams have long enough been where they are without a
 * fault, so that the next switch is not measured by what is left over.
 */
async function untilCaughtUp(run: StruckRun, usual: Delays): Promise<void> {
  const allowed = (of: keyof Delays) => Math.max(USUAL[of], 2 * (usual[of] ?? 0));
  await lookUntil({ timeoutMs: BACKLOG_MS, intervalMs: 500 }, async () => {
    const { lateMs, lagMs } = delaysOf(run);
    // Where nothing is known of the lag, no stream runs, it has not seen a transaction yet, or nobody could ask its server.
    const isOver = lateMs !== null && lateMs < allowed('lateMs') && (lagMs ?? 0) <= allowed('lagMs');
    return { done: isOver || undefined, seen: `half of the operations ${lateMs} ms late, lag ${lagMs} ms` };
  });
}

function delaysOf({ recorder, workload }: StruckRun): Delays {
  const now = recorder.now();
  const samples = recorder.events.flatMap((event) =>
    event.type === 'observation' && event.observation.of === 'sample'
      ? [{ atMs: event.atMs, streams: event.observation.streams }]
      : [],
  );
  return {
    lateMs: workload.figures(now - WINDOW_MS, now)?.p50Ms ?? null,
    lagMs: lagBeforeCutovers(samples, [{ startedAtMs: now }]),
  };
}

async function tryPlanned(run: StruckRun, pair: Pair, told: Told): Promise<FaultObservation['outcome']> {
  run.recorder.fault('plan', nameOf(pair));
  const outcome = await tryPair(run, pair);
  told(pair, outcome);
  return outcome.outcome;
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
