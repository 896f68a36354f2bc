import { setTimeout as pause } from 'node:timers/promises';
import type { StepName } from '../../history/steps.ts';
import { SWITCH_MOMENTS, switchMoment, type SwitchMoment } from '../../migration/switch-moments.ts';
import type { Point, Watch } from '../point.ts';
import type { Stage } from '../stage.ts';

/** What vtctld writes reaches this process a little later. */
const LOG_MS = 40;

/** Moments with nothing to do until the next: vtctld logs the end of one part and the beginning of the next at once. */
const EMPTY: ReadonlySet<SwitchMoment> = new Set(['journalled', 'writesAllowed', 'migrateStreams']);

const ABOUT: Partial<Record<SwitchMoment, string>> = {
  checked: 'all checks have passed, and nothing has been touched',
  stopWrites: 'vtctld stops writes: it denies the tables on the source',
  stopStreams: 'writes are stopped; vtctld stops the streams',
  lockTables: 'vtctld takes table locks on the source, twice',
  catchUp: 'vtctld waits until the stream has caught up',
  reverseStreams: 'vtctld creates the reverse stream, not running yet',
  journal: 'vtctld writes the journal: the point of no return',
  allowWrites: 'the journal is written; vtctld allows writes on the target',
  routing: 'both sides’ tables are allowed and denied; vtctld writes the routing rules',
  routed: 'the routing rules are written; the reverse stream does not run yet',
  startReverse: 'vtctld starts the reverse stream',
  freeze: 'vtctld marks the forward workflow as frozen',
};

/** The moments of a switch of writes at which a fault can strike. */
export const SWITCH_POINTS = SWITCH_MOMENTS.filter((moment) => ABOUT[moment] !== undefined);

/**
 * A moment of a switch of writes, known by vtctld's log. To strike within it, vtctld is halted for some forty
 * milliseconds, until its log says where it stands: the strike is given up if it has gone on already.
 */
export function switchPoint(step: Extract<StepName, 'switchWrites' | 'reverseWrites'>, moment: SwitchMoment): Point {
  return {
    id: `${step}/${moment}`,
    about: ABOUT[moment]!,
    step,
    watch: async (stage) => await watchLog(stage, moment),
  };
}

async function watchLog({ cluster }: Stage, moment: SwitchMoment): Promise<Watch> {
  const vtctld = await cluster.vtctld.process.arm();
  let last: SwitchMoment | null = null;
  const { promise: reached, resolve } = Promise.withResolvers<string>();
  const listening = cluster.vtctld.server.onLine((line) => {
    const seen = switchMoment(line);
    if (seen === null) return;
    last = seen.moment;
    if (last === moment) resolve(`vtctld logged ${moment}`);
  });
  const strike = async (blow: () => Promise<string>) => {
    await vtctld.signal('STOP');
    try {
      await pause(LOG_MS);
      if (last === null || !isStill(moment, last)) return null;
      return `${await blow()}; the last that vtctld had logged was ${last}`;
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

/** Whether a switch whose last logged moment is `last` is still where `moment` is. */
function isStill(moment: SwitchMoment, last: SwitchMoment): boolean {
  const from = SWITCH_MOMENTS.indexOf(moment);
  const to = SWITCH_MOMENTS.indexOf(last);
  return to >= from && SWITCH_MOMENTS.slice(from, to).every((each) => EMPTY.has(each));
}
