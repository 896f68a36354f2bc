import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { messageOf, trouble } from '../errors.ts';
import type { RunEvent } from './events.ts';
import type { HistoryLine, OperationLine } from './lines.ts';
import { formatOperation } from './operation-format.ts';
import { StuckLock, ThreadLock } from './thread-lock.ts';

/** A line before it is added to the file, which gives it a number and a time. */
export type NewLine = HistoryLine extends infer Each
  ? Each extends HistoryLine
    ? Omit<Each, 'index' | 'time'>
    : never
  : never;
export type NewOperationLine = Omit<OperationLine, 'index' | 'time'>;

/** The longest time that a line that is not an invocation waits before it is written. */
const FLUSH_AFTER_MS = 50;
const BUFFER_BYTES = 128 * 1024;
/** A JavaScript character becomes at most three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** What other threads of this process need in order to write to the same file. */
export interface SharedHistory {
  readonly path: string;
  /** The number of the open file, which is the process' own. */
  readonly file: number;
  readonly lock: SharedArrayBuffer;
  readonly state: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
}

/** Where each whole number is in `SharedHistory.state`. */
const BUFFERED = 0;
const INDEX = 1;
const LAST_TIME = 2;
/** How many bytes the system has accepted. */
const WRITTEN = 3;
const CONDITION = 4;
const STATE_WORDS = 5;

/** Values of `CONDITION`, which is 0 while the file is open. */
const CLOSED = 1;
const BROKEN = 2;

/**
 * Writes `history.jsonl`; see `lines.ts`. Lines are in the file in the order of the calls, also if several threads
 * write: all of them use one buffer, and one holds its lock at a time.
 *
 * When `append` returns, an invocation has been handed to the system, in one write(2) with everything that was waiting.
 * So the file has everything that is sent afterwards, whatever happens to this process. It is not synced to the disk,
 * because the machine itself is not under test. It needs one buffer of memory.
 *
 * After the first write that the system does not accept, every method throws `trouble` with the name of the file.
 */
export class HistoryFile implements Disposable {
  /** What `join` needs in another thread. */
  readonly shared: SharedHistory;
  readonly #now: () => number;
  readonly #lock: ThreadLock;
  readonly #state: Float64Array;
  readonly #buffer: Buffer;
  #timer: NodeJS.Timeout | undefined;
  /** The first error of this thread's writes, or that `failed` was told. */
  #fault: Error | undefined;
  /** Whether this thread has closed it. */
  #isClosed = false;
  readonly #onFault: (fault: Error) => void;

  private constructor(shared: SharedHistory, now: () => number, onFault: (fault: Error) => void, lockMs?: number) {
    this.shared = shared;
    this.#now = now;
    this.#lock = new ThreadLock(shared.lock, lockMs);
    this.#state = new Float64Array(shared.state);
    this.#buffer = Buffer.from(shared.buffer);
    this.#onFault = onFault;
  }

  /**
   * Begins an empty file.
   *
   * @param now the run's clock in milliseconds: `Recorder.now`.
   * @param onFault is called once, immediately, when the history can no longer be written.
   * @param lockMs how long a write of another thread may take; a minute by default.
   */
  static begin(
    file: string,
    now: () => number,
    onFault: (fault: Error) => void = () => undefined,
    lockMs?: number,
  ): HistoryFile {
    const shared = {
      path: file,
      lock: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
      state: new SharedArrayBuffer(STATE_WORDS * Float64Array.BYTES_PER_ELEMENT),
      buffer: new SharedArrayBuffer(BUFFER_BYTES),
    };
    try {
      return new HistoryFile({ ...shared, file: openSync(file, 'w') }, now, onFault, lockMs);
    } catch (error) {
      throw cannotBeWritten(file, error);
    }
  }

  /**
   * Writes to a file that another thread has begun, and closes.
   *
   * @param now the same clock.
   * @param onFault receives the error of a write of this thread; the other thread has to be told with `failed`.
   */
  static join(shared: SharedHistory, now: () => number, onFault: (fault: Error) => void): HistoryFile {
    return new HistoryFile(shared, now, onFault);
  }

  get path(): string {
    return this.shared.path;
  }

  /** The number of lines so far. */
  get lines(): number {
    return this.#lock.hold(() => this.#state[INDEX]!);
  }

  /** Returns the time that a line would have now, in nanoseconds on the run's clock. */
  now(): number {
    return Math.round(this.#now() * 1e6);
  }

  /** @returns the number of the line. */
  append(line: NewLine): number {
    return this.#writing(() => {
      this.#refuse();
      const index = this.#state[INDEX]!;
      this.#state[INDEX] = index + 1;
      const time = this.#time();
      if ('process' in line) {
        this.#put(formatOperation({ index, time, ...line }));
        if (line.type === 'invoke') {
          this.#writeBuffer();
          return index;
        }
      } else {
        this.#put(JSON.stringify({ index, time, ...line }));
      }
      this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS);
      return index;
    });
  }

  /**
   * Writes steps, notes and observations, as a listener for `Recorder.listen`. Progress is only for those who watch,
   * and anything after `close` is left out.
   */
  readonly listener = (event: RunEvent): void => {
    if (this.#isClosed) return;
    if (event.type === 'note') {
      this.append({ type: 'note', text: event.text });
    } else if (event.type === 'stepStarted') {
      const { index: step, name, title } = event;
      this.append({ type: 'step', event: 'start', step, name, title });
    } else if (event.type === 'stepEnded') {
      const { index: step, name, title, verdict, durationMs, error, fault } = event;
      const rest = { ...(error === undefined ? {} : { error }), ...(fault === undefined ? {} : { fault }) };
      this.append({ type: 'step', event: 'end', step, name, title, verdict, durationMs, ...rest });
    } else if (event.type === 'fault') {
      this.append({ type: 'fault', event: event.event, name: event.fault });
    } else if (event.type === 'observation') {
      this.append({ type: 'observation', ...event.observation });
    }
  };

  /** Writes everything so far to the file before it returns. */
  flush(): void {
    this.#writing(() => {
      this.#refuse();
      this.#writeBuffer();
    });
  }

  /** Receives the error of another thread's write, which ends this thread's history too. */
  failed(fault: Error): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#onFault(fault);
  }

  /** Can be called again. @throws trouble also if an earlier write failed and this was not reported. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.flush();
    } finally {
      const end = () => {
        this.#state[CONDITION] = CLOSED;
        closeSync(this.shared.file);
      };
      // From then on the number may belong to another file, so no other thread may be writing. A lock that is not let
      // go of is not waited for again.
      if (this.#fault?.cause instanceof StuckLock) end();
      else this.#lock.hold(end);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Runs `body` while no other thread writes, and then tells of its error, as whoever is told may write too. */
  #writing<T>(body: () => T): T {
    const before = this.#fault;
    if (before !== undefined) throw before;
    try {
      return this.#lock.hold(body);
    } catch (error) {
      if (error instanceof StuckLock) this.#fault = cannotBeWritten(this.path, error);
      throw this.#fault ?? error;
    } finally {
      if (this.#fault !== undefined && before === undefined) this.#onFault(this.#fault);
    }
  }

  /**
   * Returns nanoseconds. Two lines may have the same value, because the clock counts in steps; they are still in order.
   */
  #time(): number {
    const time = Math.max(this.#state[LAST_TIME]!, this.now());
    this.#state[LAST_TIME] = time;
    return time;
  }

  #put(line: string): void {
    const needed = (line.length + 1) * BYTES_PER_CHARACTER;
    if (this.#state[BUFFERED]! + needed > BUFFER_BYTES) this.#writeBuffer();
    if (needed > BUFFER_BYTES) {
      this.#write(Buffer.from(`${line}\n`));
      return;
    }
    let end = this.#state[BUFFERED]!;
    end += this.#buffer.write(line, end);
    this.#buffer[end] = 0x0a;
    this.#state[BUFFERED] = end + 1;
  }

  #writeBuffer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const end = this.#state[BUFFERED]!;
    this.#state[BUFFERED] = 0;
    this.#write(this.#buffer.subarray(0, end));
  }

  // The next caller of `append` gets the error.
  #flushLate(): void {
    try {
      this.flush();
    } catch {
      // `#write` has kept the error.
    }
  }

  #write(bytes: Uint8Array): void {
    try {
      // The system may accept only a part, as when the disk is nearly full.
      for (let at = 0; at < bytes.length;) at += writeSync(this.shared.file, bytes, at);
      this.#state[WRITTEN]! += bytes.length;
    } catch (error) {
      this.#state[CONDITION] = BROKEN;
      this.#fault = cannotBeWritten(this.path, error);
      this.#cutOff();
      throw this.#fault;
    }
  }

  /** Removes half a line, which would make the lines before it unreadable. */
  #cutOff(): void {
    try {
      ftruncateSync(this.shared.file, this.#state[WRITTEN]);
    } catch {
      // If it cannot be cut off, as on a device, the reader reports it.
    }
  }

  #refuse(): void {
    if (this.#fault !== undefined) throw this.#fault;
    const condition = this.#state[CONDITION];
    if (condition === BROKEN) throw cannotBeWritten(this.path, 'a write of another thread failed');
    if (condition === CLOSED) throw trouble({ what: 'The history is closed; nothing can be added.', where: this.path });
  }
}

function cannotBeWritten(file: string, error: unknown): Error {
  return trouble({
    what: 'The history cannot be written, so it is not known what clients did from here on.',
    seen: messageOf(error),
    where: file,
    next: 'Make room on the disk that holds the artifacts, and run again.',
    cause: error,
  });
}
