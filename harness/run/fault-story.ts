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

/** How often to try again if a moment passed before anything could be struck. */
const TRIES = 5;
/** Operations per second; low, so that the cost of a fault does not depend on the speed of the machine. */
const RATE = 60;

/** Receives the outcome of each pair as soon as it is known. */
type Told = (pair: Pair, outcome: FaultObservation) => void;

/**
 * Strikes one fault after another on one cluster, going there and back between them, and compares both sides at rest at
 * the end. If a fault leaves something that could not be mended, it is the last one. A fault after which nothing
 * follows the side that serves writes is struck after both sides have been compared.
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
  // There have been no writes since, and the source keeps its tables.
  await compareChecksums(migration, run.recorder, { tables: migration.context.tables });
}

/** Strikes the pairs while the application writes. @returns whether all were struck; a broken one is the last. */
export async function strikeAll(run: StruckRun, pairs: readonly Pair[], told: Told): Promise<boolean> {
  const usual = await delaysOf(run);
  for (const pair of pairs) {
    // Whatever followed would be affected by what is already broken.
    if ((await tryPlanned(run, pair, told)) === 'broken') return false;
    await untilCaughtUp(run, usual);
  }
  return true;
}

/** How long the application may take to send the operations that became due while it could not write. */
const BACKLOG_MS = 90_000;
const WINDOW_MS = 2_000;
/** Usual values on any machine, in milliseconds. A machine that has more without a fault may have twice as much. */
const USUAL: Readonly<Record<keyof Delays, number>> = { lateMs: 1_000, lagMs: 2_000 };

/** The figures with which a switch would begin now, in milliseconds. */
interface Delays {
  /** How late the median of the last operations was; null if none was acknowledged. */
  readonly lateMs: number | null;
  /** The largest lag of a stream in the time before a switch that counts; null if none is known. */
  readonly lagMs: number | null;
}

/**
 * Waits until the application sends its operations on time again, and the lag of the streams has been normal for long
 * enough, so that the next switch is not measured with what the last fault left.
 */
async function untilCaughtUp(run: StruckRun, usual: Delays): Promise<void> {
  const allowed = (of: keyof Delays) => Math.max(USUAL[of], 2 * (usual[of] ?? 0));
  await lookUntil({ timeoutMs: BACKLOG_MS, intervalMs: 500 }, async () => {
    const { lateMs, lagMs } = await delaysOf(run);
    // If the lag is unknown, no stream is running, it has not seen a transaction yet, or its server could not be asked.
    const isOver = lateMs !== null && lateMs < allowed('lateMs') && (lagMs ?? 0) <= allowed('lagMs');
    return { done: isOver || undefined, seen: `half of the operations ${lateMs} ms late, lag ${lagMs} ms` };
  });
}

async function delaysOf({ recorder, workload }: StruckRun): Promise<Delays> {
  const now = recorder.now();
  const samples = recorder.events.flatMap((event) =>
    event.type === 'observation' && event.observation.of === 'sample'
      ? [{ atMs: event.atMs, streams: event.observation.streams }]
      : [],
  );
  return {
    lateMs: (await workload.figures(now - WINDOW_MS, now))?.p50Ms ?? null,
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
