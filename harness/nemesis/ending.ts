import { briefly } from '../errors.ts';
import type { FaultObservation } from '../history/observations.ts';
import { SWITCHES } from '../history/steps.ts';
import { isFollowing, lookAtRouting, observeTraffic } from '../migration/coherence.ts';
import type { Traffic } from '../migration/routing.ts';
import { NORMAL_WITHIN_MS, type Healed } from './attempt.ts';
import type { Fault } from './fault.ts';
import type { Symptom } from './health.ts';
import type { Point } from './point.ts';
import { OF_HALF_A_STEP, untilWell, type RecoveryOptions } from './recover.ts';
import type { StruckRun } from './struck-run.ts';
import { StepHangs, takeAgain } from './take-again.ts';

interface Struck {
  readonly fault: Fault;
  readonly point: Point;
  readonly before: Traffic;
  /** What the step ended with; null if it ended well. */
  readonly error: unknown;
  readonly healed: Healed;
}

type Ending = Pick<FaultObservation, 'outcome' | 'recoveredBy' | 'wrong'>;

/** Whatever takes longer than an operator can wait counts as broken, even if it recovers in the end. */
export function inTime(ending: Ending, tookMs: number): Ending {
  if (ending.outcome === 'broken' || tookMs <= NORMAL_WITHIN_MS) return ending;
  const late = `normal only ${Math.round(tookMs / 1000)} s after it was healed and the step had ended, not within ${NORMAL_WITHIN_MS / 1000} s`;
  return { ...ending, outcome: 'broken', wrong: [late] };
}

/** Whatever could not be mended, does not end, or cannot even be looked at, also counts as broken. */
export async function endingOf(run: StruckRun, { fault, point, before, error, healed }: Struck): Promise<Ending> {
  if (healed.error !== null) return { outcome: 'broken', recoveredBy: [], wrong: [briefly(healed.error)] };
  if (error instanceof StepHangs) return { outcome: 'broken', recoveredBy: [], wrong: [briefly(error)] };
  try {
    return await goOn(run, { fault, point, before, error });
  } catch (problem) {
    return { outcome: 'broken', recoveredBy: [], wrong: [briefly(problem)] };
  }
}

/** Brings the migration to where the step leads, in whatever state the fault left it. */
async function goOn(run: StruckRun, { fault, point, before, error }: Omit<Struck, 'healed'>): Promise<Ending> {
  // After a migration is completed, there are no more writes.
  const but = point.step === 'complete' ? (['writes'] as const) : [];
  const options = { hasVtctldEnded: fault.endsVtctld === true, but };
  const traffic = after(before, point);
  if (error === null || point.step === null) {
    const { commands, left } = await untilWell(run, options);
    return await judged(run, traffic, options, { outcome: 'passed', commands, left });
  }
  const well = await untilWell(run, { ...options, but: OF_HALF_A_STEP });
  // Vitess may have continued although the step had stopped waiting for it.
  const isDone = point.step in SWITCHES && (await isAt(run, traffic));
  // Otherwise the step has to be run again, to finish or undo what is half done or because nothing has been done yet.
  const isWhereItWas = well.commands.length === 0 && (await differences(run, before, lookAtRouting)).length === 0;
  const again = await takeAgain(run, point.step, options);
  const commands = [...well.commands, ...(isDone ? again.commands.slice(1) : again.commands)];
  if (again.error !== null) return { outcome: 'broken', recoveredBy: commands, wrong: [again.error] };
  const rest = await untilWell(run, options);
  const outcome = isWhereItWas && again.commands.length === 1 ? 'refused' : 'recovered';
  return await judged(run, traffic, options, { outcome, commands: [...commands, ...rest.commands], left: rest.left });
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

async function judged(run: StruckRun, traffic: Traffic, options: RecoveryOptions, tried: Tried): Promise<Ending> {
  const wrong = await differences(run, traffic);
  if (tried.left.length > 0 || wrong.length === 0) return settled(tried, wrong);
  // A stream that has just been started looks healthy until it meets the error that stops it.
  const { commands, left } = await untilWell(run, options);
  if (commands.length === 0) return settled({ ...tried, left }, wrong);
  const later: Tried = { outcome: 'recovered', commands: [...tried.commands, ...commands], left };
  return settled(later, await differences(run, traffic));
}

function settled({ outcome, commands, left }: Tried, different: readonly string[]): Ending {
  const wrong = [...left.map(({ seen }) => seen), ...different];
  if (wrong.length > 0) return { outcome: 'broken', recoveredBy: commands, wrong };
  if (outcome === 'refused') return { outcome, recoveredBy: [], wrong };
  return { outcome: commands.length > 0 ? 'recovered' : 'passed', recoveredBy: commands, wrong };
}

export function after(before: Traffic, { step }: Point): Traffic {
  const [types, to] = SWITCHES[step ?? ''] ?? [];
  return types === undefined ? before : { ...before, [types]: to };
}

/**
 * Returns what does not agree with where traffic should go; without a workflow, there is nothing to compare.
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
