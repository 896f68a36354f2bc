import type { Fault } from '../fault.ts';
import { PROCESS_TITLES, processOf, type ProcessName } from '../processes.ts';

/** A process is halted and continues later, as on a machine that swaps or a virtual machine that is moved. */
export function paused(process: ProcessName, lastsMs = 5_000): Fault {
  return {
    id: `${process}.pause${lastsMs / 1000}`,
    about: `${PROCESS_TITLES[process]} stands still for ${lastsMs / 1000} s (SIGSTOP), and goes on`,
    lastsMs,
    arm: async (run) => {
      const armed = await (await processOf(run, process)).arm();
      return {
        strike: async () => {
          await armed.signal('STOP');
          const state = await armed.state();
          if (state !== 'halted') throw new Error(`${process} was told to stop and is ${state}`);
          return `${process} stands still`;
        },
        heal: async () => await armed.signal('CONT'),
        [Symbol.dispose]: () => armed[Symbol.dispose](),
      };
    },
  };
}
