const KEPT_LINES = 400;

/** Splits what a server writes into lines, keeps the last ones, and passes each to its listeners. */
export class LineSplitter {
  readonly #listeners = new Set<(line: string) => void>();
  #lines: string[] = [];
  /** The beginning of a line whose end has not arrived yet. */
  #rest = '';

  get recent(): readonly string[] {
    return this.#rest.trim() === '' ? this.#lines : [...this.#lines, this.#rest];
  }

  push(chunk: string): void {
    const lines = `${this.#rest}${chunk}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      this.#lines.push(line);
      for (const listener of this.#listeners) listener(line);
    }
    if (this.#lines.length > KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
  }

  onLine(listener: (line: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
