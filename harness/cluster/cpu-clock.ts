import { within } from '../wait.ts';
import type { Server } from './server.ts';
import type { Shell } from './shell.ts';

/** A healthy container answers within milliseconds; a command that is to be measured does not wait longer. */
const ANSWER_MS = 1_000;

/**
 * Prints what the container's own cgroup counts: microseconds in version 2, nanoseconds in version 1. No program is
 * started for it.
 */
const LINE =
  'if [ -r /sys/fs/cgroup/cpu.stat ]; then read -r _ us < /sys/fs/cgroup/cpu.stat; echo "1e-6 $us"; ' +
  'else read -r ns < /sys/fs/cgroup/cpuacct/cpuacct.usage; echo "1e-9 $ns"; fi';

const FIGURES = /^(1e-[69]) (\d+)$/;

/**
 * Reads the CPU time of a container within two milliseconds; the engine needs a second to answer again (Docker 20.10).
 */
export class CpuClock implements AsyncDisposable {
  #shell: Promise<Shell | null>;
  /** A shell runs one command at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(server: Server) {
    this.#shell = server.shell().catch(() => null);
  }

  /** Returns the CPU seconds of all processes of the container so far; null once they could not be read. */
  async seconds(): Promise<number | null> {
    const reading = this.#last.then(async () => await this.#read());
    this.#last = reading;
    return await reading;
  }

  async #read(): Promise<number | null> {
    const shell = await this.#shell;
    if (shell === null) return null;
    try {
      const [, unit, count] = FIGURES.exec(await within(shell.run(LINE), ANSWER_MS, 'no figures')) ?? [];
      if (unit !== undefined && count !== undefined) return Number(unit) * Number(count);
      throw new Error('no figures');
    } catch {
      // A container that was restarted has lost the shell, and begins to count from 0.
      shell[Symbol.dispose]();
      this.#shell = Promise.resolve(null);
      return null;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (await this.#shell)?.[Symbol.dispose]();
  }
}
