import type { Recorder } from '../history/recorder.ts';
import { LiveList } from '../report/live-list.ts';
import { plainLines } from '../report/plain-lines.ts';

/** Where a person reads: a live list in a terminal, and plain lines anywhere else. */
export class Screen {
  readonly colour: boolean;
  readonly #isLive: boolean;

  constructor(isLive = process.stdout.isTTY && !process.env['CI']) {
    this.#isLive = isLive;
    this.colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  }

  /** Shows a recorder's steps while `body` runs. */
  async show<T>(recorder: Recorder, body: () => Promise<T>): Promise<T> {
    if (!this.#isLive) {
      recorder.listen(plainLines((text) => this.print(text)));
      return await body();
    }
    using list = new LiveList();
    recorder.listen(list.listener);
    return await body();
  }

  /** Shows steps as plain lines on standard error, beside output that a program may read. */
  async showBeside<T>(recorder: Recorder, body: () => Promise<T>): Promise<T> {
    recorder.listen(plainLines((text) => void process.stderr.write(text)));
    return await body();
  }

  print(text: string): void {
    process.stdout.write(text);
  }

  /**
   * Prints what must be read: to standard error when standard output accepts no more, as with a closed pipe or a full
   * disk.
   */
  async conclude(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
    process.stdout.write(text, resolve);
    if (await promise) process.stderr.write(text);
  }
}

/**
 * Prints what is sent to a live source, if asked to. It prints to standard error, because a program may read the
 * output.
 */
export function statementPrinter(isAsked: boolean): (sql: string) => void {
  return (sql) => {
    if (isAsked) process.stderr.write(`${sql.replaceAll(/\s+/g, ' ')};\n`);
  };
}
