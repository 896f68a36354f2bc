import { messageOf, trouble } from '../errors.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { Done, Operation } from './kinds/kind.ts';
import { recordCompletion, recordInvocation, type Completion, type ExecutedBy } from './logbook.ts';
import type { Numbering } from './numbering.ts';
import { NotAcknowledged } from './outcome.ts';
import type { Servers } from './servers.ts';
import { Session, type WriteEndpoint } from './session.ts';

/** What the workers of a run share. */
export interface WorkerContext {
  readonly history?: HistoryFile | undefined;
  readonly numbering: Numbering;
  readonly servers: Servers;
}

/**
 * Sends operations one at a time, as one process on a connection of its own.
 *
 * If it is not known whether a write was applied, or if the connection is lost, the process ends. The next operation is
 * then the first one of a new process, on a new connection unless the old one still answers.
 */
export class Worker {
  /** Whether an operation is in flight; set by the writer. */
  isBusy = false;
  /** How many connections had to be opened again. */
  reconnects = 0;
  readonly #context: WorkerContext;
  readonly #statementTimeoutMs: number;
  #process: number;
  /** Whether the process has sent anything on its connection. */
  #hasSent = false;
  #session: Session;
  #next: Session | undefined;

  constructor(context: WorkerContext, session: Session, statementTimeoutMs: number) {
    this.#context = context;
    this.#session = session;
    this.#statementTimeoutMs = statementTimeoutMs;
    this.#process = context.numbering.process();
  }

  /** The endpoint to which the operation in flight was sent, or the last one. */
  get endpoint(): WriteEndpoint {
    return this.#session.endpoint;
  }

  /**
   * Sends one operation once, and records it before and after. If the application tries again, the completion has the
   * operation to send next.
   *
   * @param endpoint where to connect if the last connection was lost.
   * @param answered receives the completion at once, before the server that executed the operation is asked for.
   * @throws only what is not an outcome: a history that cannot be written, or a bug.
   */
  async run(
    operation: Operation,
    endpoint: WriteEndpoint,
    lateMs: number,
    answered: (completion: Completion) => void = () => undefined,
  ): Promise<Completion> {
    const { history } = this.#context;
    if (!this.#session.isUsable && this.#hasSent) this.#startProcess();
    const process = this.#process;
    const line = history === undefined ? 0 : recordInvocation(history, process, operation, lateMs);
    const completion = orAgain(await this.#attempt(operation, endpoint), operation, line);
    answered(completion);
    const executedBy = completion.outcome === 'ok' ? await this.#executedBy(completion.done, operation.table) : {};
    if (history !== undefined) recordCompletion(history, process, operation, completion, executedBy);
    // An operation that could not connect does not end the process.
    this.#hasSent ||= completion.outcome === 'ok' || completion.error.stage !== 'connect';
    if (completion.outcome === 'info') this.#endProcess(completion.error);
    return completion;
  }

  /**
   * Uses this connection from the next operation on. @returns the connection that is no longer needed and has to be
   * closed.
   */
  replaceBy(session: Session): Session[] {
    const skipped = this.#next;
    this.#next = session;
    return [...(skipped === undefined ? [] : [skipped]), ...(this.isBusy ? [] : this.settle())];
  }

  /** Starts to use the connection of a move; call it when no operation is in flight. @returns what to close. */
  settle(): Session[] {
    if (this.#next === undefined) return [];
    const before = this.#session;
    this.#session = this.#next;
    this.#next = undefined;
    this.#startProcess();
    return [before];
  }

  /** A connection on which a statement that commits itself was answered is used again; any other is closed. */
  #endProcess({ stage }: NotAcknowledged): void {
    if (stage === 'autocommit' && this.#session.isUsable) this.#startProcess();
    else this.#session.destroy();
  }

  #startProcess(): void {
    this.#process = this.#context.numbering.process();
    this.#hasSent = false;
  }

  async close(): Promise<void> {
    await closeAll([this.#session, ...(this.#next === undefined ? [] : [this.#next])]);
  }

  async #attempt(operation: Operation, endpoint: WriteEndpoint): Promise<Completion> {
    try {
      if (!this.#session.isUsable) {
        this.reconnects += 1;
        this.#session = await Session.open(endpoint, this.#statementTimeoutMs);
      }
      return { outcome: 'ok', done: await operation.send(this.#session) };
    } catch (error) {
      if (error instanceof NotAcknowledged) return { outcome: error.outcome, error };
      throw error;
    }
  }

  async #executedBy({ server, askServer }: Done, table: string): Promise<ExecutedBy> {
    const { history, servers } = this.#context;
    const answered = history?.now();
    const told = askServer === undefined ? server : await askServer();
    const isNew = typeof told === 'number' && !servers.knows(told);
    const name = typeof told === 'number' ? await servers.nameOf(told, table, this.#session) : told;
    return {
      ...(name === undefined ? {} : { server: name }),
      ...(answered === undefined || (askServer === undefined && !isNew) ? {} : { answered }),
    };
  }
}

/**
 * Adds the operation to send next if the application tries again: one that was certainly not applied, after one of the
 * errors for which it tries again. An operation that may have been applied is never sent twice.
 */
function orAgain(completion: Completion, operation: Operation, line: number): Completion {
  const { retry, attempt = { number: 1, of: line } } = operation;
  if (retry === undefined || completion.outcome !== 'fail' || attempt.number > retry.times) return completion;
  const { error } = completion;
  if (!retry.on.some((each) => each === error.class || each === error.errno)) return completion;
  return { ...completion, again: { ...operation, attempt: { number: attempt.number + 1, of: attempt.of } } };
}

export async function closeAll(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
}

/** Opens this many connections in parallel, all or none. @throws trouble if one cannot be opened. */
export async function openAll(
  endpoint: WriteEndpoint,
  count: number,
  statementTimeoutMs: number,
): Promise<readonly Session[]> {
  const opening = Array.from({ length: count }, () => Session.open(endpoint, statementTimeoutMs));
  const opened = await Promise.allSettled(opening);
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
