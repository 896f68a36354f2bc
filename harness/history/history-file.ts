import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { messageOf, trouble } from '../errors.ts';
import type { RunEvent } from './events.ts';
import type { HistoryLine, OperationLine } from './lines.ts';
import { formatOperation } from './operation-format.ts';

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

/**
 * Writes `history.jsonl`; see `lines.ts`. Lines are in the file in the order of the calls.
 *
 * When `append` returns, an invocation has been handed to the system, in one write(2) with everything that was waiting.
 * So the file has everything that is sent afterwards, whatever happens to this process. It is not synced to the disk,
 * because the machine itself is not under test. It needs one buffer of memory.
 *
 * After the first write that the system does not accept, every method throws `trouble` with the name of the file.
 */
export class HistoryFile implements Disposable {
  readonly path: string;
  readonly #now: () => number;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #buffered = 0;
  #index = 0;
  #lastTime = 0;
  #timer: NodeJS.Timeout | undefined;
  #fault: Error | undefined;
  /** How many bytes the system has accepted. */
  #written = 0;
  #isClosed = false;
  readonly #onFault: (fault: Error) => void;

  /**
   * Begins an empty file.
   *
   * @param now the run's clock in milliseconds: `Recorder.now`.
   * @param onFault is called once, immediately, when the history can no longer be written.
   */
  constructor(path: string, now: () => number, onFault: (fault: Error) => void = () => undefined) {
    this.path = path;
    this.#now = now;
    this.#onFault = onFault;
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw this.#trouble(error);
    }
  }

  /** The number of lines so far. */
  get lines(): number {
    return this.#index;
  }

  /** Returns the time that a line would have now, in nanoseconds on the run's clock. */
  now(): number {
    return Math.round(this.#now() * 1e6);
  }

  /** @returns the number of the line. */
  append(line: NewLine): number {
    this.#refuse();
    const index = this.#index++;
    const time = this.#time();
    if ('process' in line) {
      this.#put(formatOperation({ index, time, ...line }));
      if (line.type === 'invoke') {
        this.flush();
        return index;
      }
    } else {
      this.#put(JSON.stringify({ index, time, ...line }));
    }
    this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS);
    return index;
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#refuse();
    const end = this.#buffered;
    this.#buffered = 0;
    this.#write(this.#buffer.subarray(0, end));
  }

  /** Can be called again. @throws trouble also if an earlier write failed and this was not reported. */
  close(): void {
    if (this.#isClosed) return;
    try {
      this.flush();
    } finally {
      this.#isClosed = true;
      closeSync(this.#file);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Returns nanoseconds. Two lines may have the same value, because the clock counts in steps; they are still in order.
   */
  #time(): number {
    this.#lastTime = Math.max(this.#lastTime, this.now());
    return this.#lastTime;
  }

  #put(line: string): void {
    const needed = (line.length + 1) * BYTES_PER_CHARACTER;
    if (this.#buffered + needed > BUFFER_BYTES) this.flush();
    if (needed > BUFFER_BYTES) {
      this.#write(Buffer.from(`${line}\n`));
      return;
    }
    this.#buffered += this.#buffer.write(line, this.#buffered);
    this.#buffer[this.#buffered++] = 0x0a;
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
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
      this.#written += bytes.length;
    } catch (error) {
      this.#fault = this.#trouble(error);
      this.#cutOff();
      this.#onFault(this.#fault);
      throw this.#fault;
    }
  }

  /** Removes half a line, which would make the lines before it unreadable. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#file, this.#written);
    } catch {
      // If it cannot be cut off, as on a device, the reader reports it.
    }
  }

  #refuse(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#isClosed) throw trouble({ what: 'The history is closed; nothing can be added.', where: this.path });
  }

  #trouble(error: unknown): Error {
    return trouble({
      what: 'The history cannot be written, so it is not known what clients did from here on.',
      seen: messageOf(error),
      where: this.path,
      next: 'Make room on the disk that holds the artifacts, and run again.',
      cause: error,
    });
  }
}
