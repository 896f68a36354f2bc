import type { Recorder } from '../history/recorder.ts';
import { LiveList } from '../report/live-list.ts';
import { plainLines } from '../report/plain-lines.ts';

/** Where a person reads: a live list in a terminal, plain lines elsewhere. */
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

  /** As plain lines beside what is printed, which a program may read. */
  async showBeside<T>(recorder: Recorder, body: () => Promise<T>): Promise<T> {
    recorder.listen(plainLines((text) => void process.stderr.write(text)));
    return await body();
  }

  print(text: string): void {
    process.stdout.write(text);
  }

  /** What must be read: on standard error where standard output takes no more, as a closed pipe or a full disk. */
  async conclude(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
    process.stdout.write(text, resolve);
    if (await promise) process.stderr.write(text);
  }
}

/** Prints what is sent to a live source, where it is asked for; on standard error, as a program may read the output. */
export function statementPrinter(isAsked: boolean): (sql: string) => void {
  return (sql) => {
    if (isAsked) process.stderr.write(`${sql.replaceAll(/\s+/g, ' ')};\n`);
  };
}
