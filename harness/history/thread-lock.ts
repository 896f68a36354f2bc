const FREE = 0;
const HELD = 1;
/** A lock is held for as long as one write takes; a thread that was ended while it held the lock never lets go. */
const TIMEOUT_MS = 60_000;

/** Another thread does not let go of a lock. */
export class StuckLock extends Error {
  override readonly name = 'StuckLock';
}

/** A lock that one thread of this process holds at a time. It cannot be taken again by the thread that holds it. */
export class ThreadLock {
  readonly #word: Int32Array;
  readonly #timeoutMs: number;

  /** @param memory four bytes that the threads share, initially 0. */
  constructor(memory: SharedArrayBuffer, timeoutMs = TIMEOUT_MS) {
    this.#word = new Int32Array(memory);
    this.#timeoutMs = timeoutMs;
  }

  /** Runs `body`, which must not wait for anything. @throws StuckLock if another thread does not let go. */
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
    const deadline = performance.now() + this.#timeoutMs;
    while (!this.#take()) {
      if (Atomics.wait(this.#word, 0, HELD, deadline - performance.now()) !== 'timed-out') continue;
      throw new StuckLock(`another thread has been writing for ${this.#timeoutMs / 1000} s`);
    }
  }
}
