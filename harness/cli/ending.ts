import { findEngine } from '../../docker/engine.ts';
import { sweepOwn } from '../cluster/sweep.ts';
import { messageOf, trouble } from '../errors.ts';
import { layOutFailure } from '../report/failure.ts';

/** `unknown`: trouble with the machine, or a bug of ours. */
const UNKNOWN = 2;
/** Node's own status for a module that waits for what will never come. */
const NOTHING_LEFT_TO_WAIT_FOR = 13;
/** npm passes on a Ctrl-C that the terminal has sent to the whole group already. */
const SAME_SIGNAL_MS = 1_000;
/** Whoever read is gone, and has decided so. */
const READER_GONE = new Set<unknown>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * How this process ends, whatever ends it: a signal and an error that nobody caught lead to the same end as trouble that
 * was told. A run brings what it started to an end, gives its verdict with what it has learned, and the status is
 * `unknown`.
 */
export class Ending {
  readonly #interruption = new AbortController();
  /** A switch on others' servers that is cut off half way is worse than one that is waited for. */
  isOnTarget = false;
  #isDuringRun = false;
  #endedAt: number | null = null;
  #bugs = 0;
  #isOutputLost = false;

  /** Aborted when the process is to end; a run listens to it. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  /** To be called once, before anything else. */
  watch(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#signalled(signal));
    process.on('uncaughtException', (error) => this.#notCaught(error));
    process.on('unhandledRejection', (error) => this.#notCaught(error));
    // A run goes on, to its verdict, when nobody reads any more: a terminal that was closed, or a pipe.
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => (this.#isOutputLost ||= !READER_GONE.has(code)));
    process.stderr.on('error', () => undefined);
    process.on('exit', (code) => {
      if (code === NOTHING_LEFT_TO_WAIT_FOR) process.exitCode = UNKNOWN;
    });
  }

  /** A part that listens to `signal`, and ends by itself when it is aborted. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.#isDuringRun = true;
    try {
      return await body();
    } finally {
      this.#isDuringRun = false;
    }
  }

  /** Removes what was given up half way and may still be starting something, and ends the process. */
  async exit(code: number): Promise<never> {
    if (this.signal.aborted) {
      const engine = await findEngine().catch(() => null);
      if (engine) await sweepOwn(engine.docker).catch((error: unknown) => tell(`${messageOf(error)}\n`));
    }
    // Whose output was lost has not been told that all is well.
    const isTold = code !== 0 || !this.#isOutputLost;
    // Explicit: after an interruption, steps that were given up may still hold sockets open.
    process.exit(this.#bugs > 0 || !isTold ? UNKNOWN : code);
  }

  #signalled(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (this.#endedAt !== null && now - this.#endedAt < SAME_SIGNAL_MS) return;
    const waits = this.isOnTarget ? '; a command that is under way on the target is let end' : '';
    tell(`${signal}: ending${waits}\n`);
    // Whoever asks twice does not want to wait; what was started is removed by its reaper.
    if (this.#endedAt !== null && !this.isOnTarget) process.exit(UNKNOWN);
    this.#endedAt = now;
    this.#interruption.abort(
      trouble({ what: `The run was ended by ${signal}.`, next: 'Run it again; everything it started is removed.' }),
    );
  }

  #notCaught(cause: unknown): void {
    // What was given up may fail as it is taken down.
    if (this.signal.aborted) return tell(`while ending: ${messageOf(cause)}\n`);
    this.#bugs++;
    const bug = trouble({
      what: 'A bug of vitess-roundtrip ended the run: an error that nobody caught.',
      seen: messageOf(cause),
      next: 'Report it with the lines below; the migration is not at fault.',
      cause,
    });
    const stack = cause instanceof Error ? `${cause.stack}\n` : '';
    tell(`\n${layOutFailure(bug)}${stack}`);
    this.#interruption.abort(bug);
    if (!this.#isDuringRun) process.exit(UNKNOWN);
  }
}

function tell(text: string): void {
  process.stderr.write(text);
}
