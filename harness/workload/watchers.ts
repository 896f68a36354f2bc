import type { WriteEndpoint } from './session.ts';

/** Lets callers wait for acknowledgements. */
export class Watchers {
  readonly #all = new Set<(endpoint: WriteEndpoint, atMs: number) => void>();
  readonly #rejections = new Set<(fault: Error) => void>();
  #fault: Error | undefined;

  /** @param atMs when it was acknowledged, which can be long before this is called. */
  acknowledged(endpoint: WriteEndpoint, atMs: number): void {
    for (const one of this.#all) one(endpoint, atMs);
  }

  /** Ends all waits, because nothing more will be acknowledged. */
  fail(fault: Error): void {
    this.#fault ??= fault;
    for (const one of this.#rejections) one(fault);
  }

  /**
   * Resolves when this many writes have been acknowledged since a moment, by this endpoint if one is given.
   *
   * @param giveUp returns the error to throw after `timeoutMs`, given how many were acknowledged.
   */
  until(
    count: number,
    endpoint: WriteEndpoint | undefined,
    { sinceMs, timeoutMs }: { readonly sinceMs: number; readonly timeoutMs: number },
    giveUp: (seen: number) => Error,
  ): Promise<void> {
    let seen = 0;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watcher = (by: WriteEndpoint, atMs: number) => {
      if (atMs >= sinceMs && (endpoint === undefined || by === endpoint)) seen += 1;
      if (seen >= count) resolve();
    };
    const timer = setTimeout(() => reject(giveUp(seen)), timeoutMs);
    this.#all.add(watcher);
    this.#rejections.add(reject);
    if (count <= 0) resolve();
    else if (this.#fault !== undefined) reject(this.#fault);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#all.delete(watcher);
      this.#rejections.delete(reject);
    });
  }
}
