import { messageOf, trouble } from '../errors.ts';
import type { Operation } from './plan.ts';
import { Session, type WriteEndpoint } from './session.ts';

/** One place of the writer's pool: at most one operation in flight, on a connection that is replaced when it is lost. */
export class Lane {
  /** Whether an operation is in flight; the writer's to say. */
  busy = false;
  /** Connections that had to be opened again. */
  reconnects = 0;
  #session: Session;
  #next: Session | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Sends one operation, once. A connection that was lost before is opened anew, to the given endpoint.
   *
   * @returns what the server said, and the endpoint that said it.
   */
  async send(operation: Operation, endpoint: WriteEndpoint, timeoutMs: number) {
    if (!this.#session.usable) {
      this.reconnects += 1;
      this.#session = await Session.open(endpoint);
    }
    const session = this.#session;
    return { result: await session.send(operation, timeoutMs), endpoint: session.endpoint };
  }

  /** Uses this connection from the next operation on. @returns what is needed no longer and has to be closed. */
  replaceBy(session: Session): Session[] {
    const skipped = this.#next;
    this.#next = session;
    return [...(skipped === undefined ? [] : [skipped]), ...(this.busy ? [] : this.settle())];
  }

  /** Takes the connection of a move into use; to be called when no operation is in flight. @returns what to close. */
  settle(): Session[] {
    if (this.#next === undefined) return [];
    const before = this.#session;
    this.#session = this.#next;
    this.#next = undefined;
    return [before];
  }

  async close(): Promise<void> {
    await closeAll([this.#session, ...(this.#next === undefined ? [] : [this.#next])]);
  }
}

export async function closeAll(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
}

/** Opens so many connections side by side, all or none. @throws trouble when one cannot be opened. */
export async function openAll(endpoint: WriteEndpoint, count: number): Promise<Session[]> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => Session.open(endpoint)));
  const sessions = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refused = opened.find((result) => result.status === 'rejected');
  if (refused === undefined) return sessions;
  await closeAll(sessions);
  throw trouble({
    what: `The writer cannot connect to ${endpoint.name}.`,
    expected: `${count} connections`,
    seen: `${sessions.length}: ${messageOf(refused.reason)}`,
    where: `${endpoint.options.host ?? 'localhost'}:${endpoint.options.port ?? 3306}`,
    cause: refused.reason,
  });
}
