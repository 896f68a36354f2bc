import type { Fault } from '../fault.ts';
import { PROCESS_TITLES, processOf, type ProcessName } from '../processes.ts';

const HOW = {
  kill: { signal: 'KILL', about: 'is killed (kill -9)' },
  term: { signal: 'TERM', about: 'is told to end (SIGTERM)' },
} as const;

/** How long an operator needs to notice that a process has ended, and to start it again. */
const DOWN_MS = 3_000;

/** A process ends, and is started again as an operator would. */
export function ends(process: ProcessName, how: keyof typeof HOW, lastsMs = DOWN_MS): Fault {
  const { signal, about } = HOW[how];
  return {
    id: `${process}.${how}`,
    about: `${PROCESS_TITLES[process]} ${about}, and is started again ${lastsMs / 1000} s later`,
    lastsMs,
    endsVtctld: process === 'vtctld',
    arm: async (run) => {
      const armed = await (await processOf(run, process)).arm();
      return {
        strike: async () => {
          await armed.end(signal);
          return `${process} has ended`;
        },
        heal: async () => await armed.start(),
        [Symbol.dispose]: () => armed[Symbol.dispose](),
      };
    },
  };
}
