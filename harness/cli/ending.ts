import { messageOf, trouble } from '../errors.ts';
import { layOutFailure } from '../report/failure.ts';

/** `unknown`: trouble with the machine, or a bug of ours. */
const UNKNOWN = 2;
/** Node's own status for a module that waits for what will never come. */
const NOTHING_LEFT_TO_WAIT_FOR = 13;
/**
 * When Ctrl-C is pressed, the terminal signals the whole process group, and npm then passes the signal on a second
 * time.
 */
const SAME_SIGNAL_MS = 1_000;
/** The codes of a write whose reader is gone, and has chosen to go. */
const READER_GONE = new Set<unknown>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * How this process ends, whatever ends it: a signal or an uncaught error is handled like any reported trouble. The run
 * ends what it started and gives a verdict with what it has learned, and the exit status is that of `unknown`.
 */
export class Ending {
  readonly #interruption = new AbortController();
  /** On servers of others we wait for a switch: one that is cut off halfway is worse. */
  isOnTarget = false;
  #isDuringRun = false;
  #endedAt: number | null = null;
  #bugs = 0;
  #isOutputLost = false;

  /** Aborted when the process has to end; a run listens to it. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  /** To be called once, before anything else. */
  watch(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#signalled(signal));
    process.on('uncaughtException', (error) => this.#notCaught(error));
    process.on('unhandledRejection', (error) => this.#notCaught(error));
    // A run goes on to its verdict when nobody reads any more, after a closed terminal or pipe.
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => (this.#isOutputLost ||= !READER_GONE.has(code)));
    process.stderr.on('error', () => undefined);
    process.on('exit', (code) => {
      if (code === NOTHING_LEFT_TO_WAIT_FOR) process.exitCode = UNKNOWN;
    });
  }

  /** Runs a part that listens to `signal` and ends by itself when it is aborted. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.#isDuringRun = true;
    try {
      return await body();
    } finally {
      this.#isDuringRun = false;
    }
  }

  /** Removes what was given up halfway and may still be starting something, then ends the process. */
  async exit(code: number): Promise<never> {
    if (this.signal.aborted) await sweep().catch((error: unknown) => tell(`${messageOf(error)}\n`));
    // If the output was lost, nobody has been told that all is well.
    const isTold = code !== 0 || !this.#isOutputLost;
    // Explicit, because steps that were given up after an interruption may still hold sockets open.
    process.exit(this.#bugs > 0 || !isTold ? UNKNOWN : code);
  }

  #signalled(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (this.#endedAt !== null && now - this.#endedAt < SAME_SIGNAL_MS) return;
    const waits = this.isOnTarget ? '; the command that is running on the target may finish first' : '';
    tell(`${signal}: ending${waits}\n`);
    // Whoever asks twice does not want to wait; the reaper removes what was started.
    if (this.#endedAt !== null && !this.isOnTarget) process.exit(UNKNOWN);
    this.#endedAt = now;
    this.#interruption.abort(
      trouble({ what: `The run was ended by ${signal}.`, next: 'Run it again; everything it started is removed.' }),
    );
  }

  #notCaught(cause: unknown): void {
    // Whatever was given up may fail while it is taken down.
    if (this.signal.aborted) return tell(`while ending: ${messageOf(cause)}\n`);
    this.#bugs++;
    const bug = trouble({
      what: 'A bug in vitess-roundtrip ended the run: an error that nothing caught.',
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

/** What speaks to the engine is loaded only here, because many commands never do. */
async function sweep(): Promise<void> {
  const [{ findEngine }, { sweepOwn }] = await Promise.all([
    import('../../docker/engine.ts'),
    import('../cluster/sweep.ts'),
  ]);
  const engine = await findEngine().catch(() => null);
  if (engine) await sweepOwn(engine.docker);
}

function tell(text: string): void {
  process.stderr.write(text);
}
