import type { StandstillObservation } from '../history/observations.ts';

const EVERY_MS = 500;
/**
 * The shortest standstill that is reported: the shortest time-out of a step, and the usual limit for a write gap. A
 * shorter one shows in operations that were sent late.
 */
const WORTH_TELLING_MS = 5_000;

/**
 * Notices when the thread that made it stood still: stopped (SIGSTOP, a suspended laptop, a paused virtual machine),
 * starved of processor time, or busy computing. Operations are then late, or waits time out, through no fault of the
 * migration. The thread of the run and that of the application each have one.
 */
export class Standstill implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /**
   * @param now the run's clock in milliseconds. It is monotonic, so setting the machine's clock is not a standstill.
   * @param cpuMs the processor time that this thread has used, in milliseconds.
   */
  constructor(now: () => number, observed: (standstill: StandstillObservation) => void, cpuMs = ownCpuMs) {
    let last = now();
    let used = cpuMs();
    this.#timer = setInterval(() => {
      const [at, usedNow] = [now(), cpuMs()];
      if (at - last - EVERY_MS > WORTH_TELLING_MS) {
        observed({ of: 'standstill', fromMs: last, toMs: at, ownMs: Math.round(usedNow - used) });
      }
      [last, used] = [at, usedNow];
    }, EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
