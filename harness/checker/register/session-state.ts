/** What one process has seen of one row, by its reads on the primary and its own acknowledged writes. */
export class SessionState {
  /** The greatest version read. */
  version = 0;
  /** The latest invocation among the writes that it read or that were acknowledged to it. */
  newest = -1;
  hasSeenRow = false;
  /** Whether it saw the row, and later saw that it was absent. */
  hasSeenItGo = false;

  clear(): void {
    this.version = 0;
    this.newest = -1;
    this.hasSeenRow = false;
    this.hasSeenItGo = false;
  }

  sawRow(writeInvoked: number, version: number): void {
    this.hasSeenRow = true;
    this.newest = Math.max(this.newest, writeInvoked);
    this.version = Math.max(this.version, version);
  }

  sawNoRow(): void {
    if (this.hasSeenRow) this.hasSeenItGo = true;
  }
}

/** The sessions of one key; the same object is used for every key in turn. */
export class Sessions {
  readonly #sessions = new Map<number, SessionState>();
  readonly #unused: SessionState[] = [];

  clear(): void {
    if (this.#sessions.size === 0) return;
    for (const session of this.#sessions.values()) this.#unused.push(session);
    this.#sessions.clear();
  }

  of(process: number): SessionState {
    const known = this.#sessions.get(process);
    if (known) return known;
    const session = this.#unused.pop() ?? new SessionState();
    session.clear();
    this.#sessions.set(process, session);
    return session;
  }
}
