import type { Part } from '../history/observations.ts';

/**
 * Measures how long a stream took for each table, by being told from time to time which tables have ended. A stream
 * does one table after another.
 */
export class PartTimer {
  readonly #left: Set<string>;
  readonly #parts: Part[] = [];
  #since: number;

  /** @param startedAt on the clock that `look` is given. */
  constructor(tables: readonly string[], startedAt: number) {
    this.#left = new Set(tables);
    this.#since = startedAt;
  }

  /** @param done tables that have ended by now. */
  look(done: readonly string[], now = performance.now()): void {
    const ended = done.filter((table) => this.#left.delete(table));
    if (ended.length === 0) return;
    this.#parts.push({ tables: ended, ms: now - this.#since });
    this.#since = now;
  }

  /** Returns the parts in the order in which they ended; the time after the last one is added to it. */
  end(now = performance.now()): readonly Part[] {
    const last = this.#parts.pop();
    return last === undefined ? [] : [...this.#parts, { ...last, ms: last.ms + now - this.#since }];
  }
}
