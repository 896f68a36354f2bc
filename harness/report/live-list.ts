import { createLogUpdate } from 'log-update';
import { finalFrame, liveFrame, type FrameOptions } from './live-frame.ts';
import { painter } from './paint.ts';
import { withEvent, type ShownEvent, type ShownStep } from './step-list.ts';
import { manyLines } from './text.ts';

const REDRAW_EVERY_MS = 100;

/** The parts of a terminal that the list needs; `process.stdout` has them. */
export interface Terminal extends NodeJS.WritableStream {
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
}

export interface LiveListOptions {
  readonly terminal?: Terminal;
  /** By default the terminal decides, which respects NO_COLOR. */
  readonly colour?: boolean;
  /** A monotonic clock in milliseconds. */
  readonly clock?: () => number;
}

/**
 * A list of steps in a terminal, which is redrawn in place while they run; `listener` feeds it. One list follows one
 * recorder. While it is shown, nothing else may write to the terminal; use notes.
 */
export class LiveList {
  readonly #terminal: Terminal;
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #clock: () => number;
  readonly #paint: FrameOptions['paint'];
  #steps: readonly ShownStep[] = [];
  /** The clock's value when the run began, according to the latest event. */
  #runBeganAtMs = 0;
  #drawnAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor({ terminal = process.stdout, colour, clock = () => performance.now() }: LiveListOptions = {}) {
    this.#terminal = terminal;
    this.#log = createLogUpdate(terminal);
    this.#clock = clock;
    this.#paint = painter(colour ?? terminal.hasColors?.() ?? false);
  }

  readonly listener = (event: ShownEvent): void => {
    if (this.#stopped) return;
    this.#runBeganAtMs = this.#clock() - event.atMs;
    this.#steps = withEvent(this.#steps, event);
    if (event.type === 'note') {
      this.#log.persist(this.#paint('dim', manyLines(event.text)));
      this.#draw();
    } else if (event.type === 'fault') {
      this.#log.persist(`${event.event} ${event.fault}`);
      this.#draw();
    } else if (this.#clock() - this.#drawnAtMs >= REDRAW_EVERY_MS) {
      this.#draw();
    }
    // The timer keeps the spinner and the times moving between events, but does not keep the process alive.
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_EVERY_MS).unref();
  };

  /** Leaves the whole list on the screen and gives the cursor back. Later events are not shown. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#steps.length > 0) this.#log.persist(finalFrame(this.#steps, this.#frameOptions()));
    this.#log.done();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #draw(): void {
    this.#drawnAtMs = this.#clock();
    if (this.#steps.length > 0) this.#log(liveFrame(this.#steps, this.#frameOptions()));
  }

  #frameOptions(): FrameOptions {
    const { columns = 80, rows = 24 } = this.#terminal;
    return { nowMs: this.#clock() - this.#runBeganAtMs, columns, rows, paint: this.#paint };
  }
}
