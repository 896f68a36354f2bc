import type { StandstillObservation } from '../history/observations.ts';

const EVERY_MS = 500;
/**
 * As long as the shortest time-out of a step and the usual limit for a write gap. A shorter standstill shows in
 * operations that were sent late.
 */
const WORTH_TELLING_MS = 5_000;

/**
 * Notices when this process itself stood still: stopped (SIGSTOP, a suspended laptop, a paused virtual machine), or
 * starved of processor time. Whatever was due meanwhile is late, and whatever was waited for timed out, through no
 * fault of the migration.
 */
export class Standstill implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /**
   * @param now the run's clock in milliseconds. It is monotonic, so setting the machine's clock is not a standstill.
   */
  constructor(now: () => number, observed: (standstill: StandstillObservation) => void) {
    let last = now();
    this.#timer = setInterval(() => {
      const at = now();
      if (at - last - EVERY_MS > WORTH_TELLING_MS) observed({ of: 'standstill', fromMs: last, toMs: at });
      last = at;
    }, EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
