import { trouble } from '../errors.ts';

const FREE = 0;
const HELD = 1;
/** A lock is held for as long as one write takes; a thread that was ended while it held the lock never lets go. */
const TIMEOUT_MS = 60_000;

/** A lock that one thread of this process holds at a time. It cannot be taken again by the thread that holds it. */
export class ThreadLock {
  readonly #word: Int32Array;

  /** @param memory four bytes that the threads share, initially 0. */
  constructor(memory: SharedArrayBuffer) {
    this.#word = new Int32Array(memory);
  }

  /** Runs `body`, which must not wait for anything. @throws trouble if another thread does not let go. */
  hold<T>(body: () => T): T {
    if (!this.#take()) this.#wait();
    try {
      return body();
    } finally {
      Atomics.store(this.#word, 0, FREE);
      Atomics.notify(this.#word, 0, 1);
    }
  }

  #take(): boolean {
    return Atomics.compareExchange(this.#word, 0, FREE, HELD) === FREE;
  }

  #wait(): void {
    const deadline = performance.now() + TIMEOUT_MS;
    while (!this.#take()) {
      if (Atomics.wait(this.#word, 0, HELD, deadline - performance.now()) !== 'timed-out') continue;
      throw trouble({ what: `Another thread has held the history’s lock for ${TIMEOUT_MS / 1000} s.` });
    }
  }
}
