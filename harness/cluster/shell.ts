import { Writable, type Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { engineDoes } from '../../docker/engine-does.ts';
import { trouble } from '../errors.ts';
import { within } from '../wait.ts';
import { LineSplitter } from './line-splitter.ts';

const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A shell in a container that stays open and runs one command after another. Starting a program through the engine
 * takes a hundred milliseconds, so anything that must happen at one moment of a switch uses a shell that is already
 * open.
 */
export class Shell implements Disposable {
  readonly #where: string;
  readonly #connection: Duplex;
  readonly #output = new LineSplitter();
  #commands = 0;

  private constructor(where: string, connection: Duplex, container: Docker.Container) {
    this.#where = where;
    this.#connection = connection;
    const output = new Writable({
      write: (piece: Buffer, _, callback) => {
        this.#output.push(piece.toString());
        callback();
      },
    });
    container.modem.demuxStream(connection, output, output);
    // When a container ends, so do its shells; the next command then gets no answer.
    connection.on('error', () => undefined);
  }

  static async open(where: string, container: Docker.Container): Promise<Shell> {
    const created = container.exec({ Cmd: ['/bin/sh'], AttachStdin: true, AttachStdout: true, AttachStderr: true });
    const program = await engineDoes(`a place for a shell in ${where}`, created);
    const started = program.start({ hijack: true, stdin: true });
    using opening = new DisposableStack();
    const shell = new Shell(where, await engineDoes(`the start of a shell in ${where}`, started), container);
    opening.use(shell);
    await shell.run(':');
    opening.move();
    return shell;
  }

  /**
   * Runs one line of shell commands. @returns its output, standard error included.
   *
   * @throws trouble if its status is not 0, or if it does not end within a minute.
   */
  async run(line: string): Promise<string> {
    const end = `roundtrip-end-${++this.#commands}`;
    const said: string[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    using _ = this.#output.onLine((each) => {
      if (each.startsWith(`${end} `)) resolve(Number(each.slice(end.length)));
      else said.push(each);
    });
    this.#connection.write(`{ ${line}\n} </dev/null; echo "${end} $?"\n`);
    const status = await within(promise, ANSWER_TIMEOUT_MS, `no end of “${line}” in ${this.#where}`);
    const output = said.join('\n');
    if (status === 0) return output;
    throw trouble({
      what: `A command in the container of ${this.#where} failed.`,
      expected: 'status 0',
      seen: `status ${status}: ${output}`,
      where: line,
    });
  }

  [Symbol.dispose](): void {
    this.#connection.destroy();
  }
}
