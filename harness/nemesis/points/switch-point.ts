import { setTimeout as pause } from 'node:timers/promises';
import type { StepName } from '../../history/steps.ts';
import { SWITCH_MOMENTS, switchMoment, type SwitchMoment } from '../../migration/switch-moments.ts';
import type { Point, Watch } from '../point.ts';
import type { StruckRun } from '../struck-run.ts';

/** What vtctld writes reaches this process a little later. */
const LOG_MS = 25;
/** How long vtctld is allowed to run at a time: just before the moment, and while it is still far from it. */
const SLICE_MS = { near: 2, far: 15 };
/** A switch gives up after 30 s of its own. */
const STEPPING_MS = 25_000;

/** Moments that last no time, because vtctld logs the end of one part and the beginning of the next at once. */
const EMPTY: ReadonlySet<SwitchMoment> = new Set([
  'checked',
  'stopStreams',
  'migrateStreams',
  'journalled',
  'writesAllowed',
  'routed',
]);

const ABOUT: Partial<Record<SwitchMoment, string>> = {
  locks: 'vtctld locks both keyspaces, and nothing else has been touched',
  stopWrites: 'vtctld stops writes: it denies the tables on the source',
  lockTables: 'vtctld takes table locks on the source, twice',
  catchUp: 'vtctld waits until the stream has caught up',
  reverseStreams: 'vtctld creates the reverse stream, not running yet',
  journal: 'vtctld writes the journal: the point of no return',
  allowWrites: 'the journal is written; vtctld allows writes on the target',
  routing: 'both sides’ tables are allowed and denied; vtctld writes the routing rules',
  startReverse: 'the routing rules are written; vtctld starts the reverse stream',
  freeze: 'vtctld marks the forward workflow as frozen',
};

/** The moments of a switch of writes at which a fault can strike. */
export const SWITCH_POINTS = SWITCH_MOMENTS.filter((moment) => ABOUT[moment] !== undefined);

/**
 * A moment of a switch of writes, recognised by vtctld's log. To strike within it, vtctld is halted at an earlier
 * moment and then allowed to run for milliseconds at a time until its log shows that it has reached this one. The
 * strike is abandoned if vtctld is already past it.
 */
export function switchPoint(step: Extract<StepName, 'switchWrites' | 'reverseWrites'>, moment: SwitchMoment): Point {
  return {
    id: `${step}/${moment}`,
    about: ABOUT[moment]!,
    step,
    watch: async (run) => await watchLog(run, moment),
  };
}

async function watchLog({ cluster }: StruckRun, moment: SwitchMoment): Promise<Watch> {
  const vtctld = await cluster.vtctld.process.arm();
  const last: { moment: SwitchMoment | null } = { moment: null };
  const near = momentBefore(moment) ?? moment;
  const halt = haltAt(moment);
  const { promise: reached, resolve } = Promise.withResolvers<string>();
  const listening = cluster.vtctld.server.onLine((line) => {
    last.moment = switchMoment(line)?.moment ?? last.moment;
    if (last.moment === moment || last.moment === halt) resolve(`vtctld logged ${last.moment}`);
  });
  const strike = async (blow: () => Promise<string>) => {
    await vtctld.signal('STOP');
    try {
      await pause(LOG_MS);
      const deadline = performance.now() + STEPPING_MS;
      while (isBefore(last.moment, moment) && performance.now() < deadline) {
        await vtctld.advance(isBefore(last.moment, near) ? SLICE_MS.far : SLICE_MS.near);
        await pause(LOG_MS);
      }
      if (last.moment === null || !isStill(moment, last.moment)) return null;
      return `${await blow()}; the last that vtctld had logged was ${last.moment}`;
    } finally {
      // A fault may have ended it.
      if ((await vtctld.state()) === 'halted') await vtctld.signal('CONT');
    }
  };
  return {
    reached,
    strike,
    [Symbol.asyncDispose]: async () => {
      listening[Symbol.dispose]();
      vtctld[Symbol.dispose]();
    },
  };
}

/**
 * Returns the moment at which vtctld is halted. Most last a few milliseconds, in which a busy machine halts nothing;
 * the two table locks have a tenth of a second between them.
 */
function haltAt(moment: SwitchMoment): SwitchMoment | null {
  const isLater = SWITCH_MOMENTS.indexOf(moment) > SWITCH_MOMENTS.indexOf('lockTables');
  return isLater ? 'lockTables' : momentBefore(moment);
}

/** Returns the last moment before this one that takes time; null for the first. */
function momentBefore(moment: SwitchMoment): SwitchMoment | null {
  return SWITCH_MOMENTS.slice(0, SWITCH_MOMENTS.indexOf(moment)).findLast((each) => !EMPTY.has(each)) ?? null;
}

function isBefore(last: SwitchMoment | null, moment: SwitchMoment): boolean {
  return last === null || SWITCH_MOMENTS.indexOf(last) < SWITCH_MOMENTS.indexOf(moment);
}

/** Whether a switch whose last logged moment is `last` is still where `moment` is. */
export function isStill(moment: SwitchMoment, last: SwitchMoment): boolean {
  const from = SWITCH_MOMENTS.indexOf(moment);
  const to = SWITCH_MOMENTS.indexOf(last);
  return to >= from && SWITCH_MOMENTS.slice(from, to).every((each) => EMPTY.has(each));
}
