import type { StandstillObservation } from '../history/observations.ts';

const EVERY_MS = 500;
/**
 * As long as the shortest time-out of a step and the usual limit of a write gap: what a run saw of a shorter standstill
 * is told by operations that were sent late.
 */
const WORTH_TELLING_MS = 5_000;

/**
 * Looks whether this process itself stood still: stopped (SIGSTOP, a suspended laptop, a paused virtual machine), or
 * starved of processor time. What was due meanwhile is late, and what was waited for ran out of time, for no fault of the
 * migration.
 */
export class Standstill implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /** @param now the run's clock, milliseconds: monotonic, so that setting the machine's clock is no standstill. */
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
