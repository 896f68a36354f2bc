import type { CpuClock } from './cpu-clock.ts';

/** Commands that a server carries out at the same time, and what it had used before the first of them. */
interface Group {
  readonly before: Promise<number | null>;
  underWay: number;
  /** Whether nothing else has been asked meanwhile. */
  isAlone: boolean;
}

/** Measures how much CPU a server uses for commands, as long as it is asked nothing else meanwhile. */
export class CommandMeter {
  /** CPU seconds of all commands that could be measured. */
  seconds = 0;
  readonly #clock: Pick<CpuClock, 'seconds'>;
  #questions = 0;
  #group: Group | undefined;

  constructor(clock: Pick<CpuClock, 'seconds'>) {
    this.#clock = clock;
  }

  /** Runs a command. */
  async measured<T>(command: () => Promise<T>): Promise<T> {
    const group = (this.#group ??= { before: this.#clock.seconds(), underWay: 0, isAlone: this.#questions === 0 });
    group.underWay += 1;
    const before = await group.before;
    try {
      return await command();
    } finally {
      group.underWay -= 1;
      if (group.underWay === 0) await this.#end(group, before);
    }
  }

  /** Asks a question. */
  async beside<T>(question: () => Promise<T>): Promise<T> {
    if (this.#group !== undefined) this.#group.isAlone = false;
    this.#questions += 1;
    try {
      return await question();
    } finally {
      this.#questions -= 1;
    }
  }

  /** What begins while the clock is read is measured by itself. */
  async #end(group: Group, before: number | null): Promise<void> {
    this.#group = undefined;
    const after = await this.#clock.seconds();
    if (group.isAlone && before !== null && after !== null) this.seconds += after - before;
  }
}
