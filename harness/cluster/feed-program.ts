import { Writable, type Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';
import { engineDoes } from '../../docker/engine-does.ts';

export interface FeedProgramOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly input: AsyncIterable<Buffer>;
  readonly signal?: AbortSignal | undefined;
}

/** How a program that received input ended. */
export interface FedProgram {
  readonly exitCode: number;
  /** The beginning of what it wrote; at most `KEPT_BYTES`. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that complains about every row must not fill the memory. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Runs a program in a running container with `input` as its standard input, sent no faster than it reads, and waits
 * until it ends. A program may end before it has read all of its input.
 *
 * @throws what reading the input threw, the signal's reason, or trouble with the engine.
 */
export async function feedProgram(container: Docker.Container, options: FeedProgramOptions): Promise<FedProgram> {
  const { command, environment, input, signal } = options;
  const created = container.exec({
    Cmd: [...command],
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const program = await engineDoes(`a place for ${command[0]} in a container`, created);
  const connection = await engineDoes(`the start of ${command[0]}`, program.start({ hijack: true, stdin: true }));
  const [stdout, stderr] = [new Beginning(), new Beginning()];
  container.modem.demuxStream(connection, stdout, stderr);
  const ended = finished(connection, { writable: false });
  ended.catch(() => undefined);
  try {
    await feed(connection, input, ended, signal);
    await ended;
  } finally {
    connection.destroy();
  }
  const { ExitCode: exitCode } = await engineDoes(`the status of ${command[0]}`, program.inspect());
  return { exitCode: exitCode ?? -1, stdout: stdout.text, stderr: stderr.text };
}

async function feed(
  connection: Duplex,
  input: AsyncIterable<Buffer>,
  ended: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let isOver = false;
  const over = ended.finally(() => (isOver = true));
  over.catch(() => undefined);
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const onAbort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  // A program that has ended reads no more; its status says how it ended.
  connection.on('error', () => undefined);
  try {
    for await (const piece of input) {
      signal?.throwIfAborted();
      if (isOver) return;
      if (connection.write(piece)) continue;
      const { promise: drained, resolve } = Promise.withResolvers<void>();
      connection.once('drain', resolve);
      await Promise.race([drained, over, aborted.promise]);
    }
    connection.end();
    await Promise.race([over, aborted.promise]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Keeps the first bytes that are written to it. */
class Beginning extends Writable {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  get text(): string {
    return Buffer.concat(this.#pieces).toString();
  }

  override _write(piece: Buffer, _: BufferEncoding, callback: () => void): void {
    if (this.#bytes < KEPT_BYTES) this.#pieces.push(piece);
    this.#bytes += piece.length;
    callback();
  }
}
