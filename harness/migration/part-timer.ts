import type { Part } from '../history/observations.ts';

/**
 * Measures how long a stream took for each table. It is told from time to time which tables are finished; a stream
 * copies one table after another.
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

  /** @param done the tables that are finished by now. */
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
