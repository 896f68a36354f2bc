import { refusal, usage } from '../errors.ts';
import { loneInsertion } from './kinds/rows.ts';
import { recordCompletion, recordInvocation, type Completion, type ExecutedBy } from './logbook.ts';
import { NotAcknowledged } from './outcome.ts';
import type { WorkerContext } from './worker.ts';
import { Session, insertIdOf, type WriteEndpoint } from './session.ts';

export interface OpenTransactionOptions extends WorkerContext {
  readonly to: WriteEndpoint;
  /** The time-out of each statement, including COMMIT; 30 s by default. */
  readonly statementTimeoutMs?: number;
}

/** How a transaction ended, as in the history. */
export interface TransactionEnding {
  readonly outcome: 'ok' | 'fail' | 'info';
  /** The server's message. */
  readonly message: string | null;
}

/**
 * One transaction that stays open: it has inserted a row into the table of `rows`, and waits until it is told to
 * commit. In the history it is one insert, from before BEGIN to after COMMIT, by a process of its own.
 */
export class OpenTransaction implements AsyncDisposable {
  /** The row that it inserted. */
  readonly key: number;
  readonly #session: Session;
  readonly #record: (completion: Completion, executedBy?: ExecutedBy) => void;
  readonly #server: string;
  #ended: Promise<TransactionEnding> | undefined;

  private constructor(
    session: Session,
    key: number,
    record: (completion: Completion, executedBy?: ExecutedBy) => void,
    server: string,
  ) {
    this.#session = session;
    this.key = key;
    this.#record = record;
    this.#server = server;
  }

  /** @throws failure if BEGIN or the insert is refused; the operation in the history then failed. */
  static async begin(options: OpenTransactionOptions): Promise<OpenTransaction> {
    const { to, history, numbering, servers, statementTimeoutMs = 30_000 } = options;
    const session = await Session.open(to, statementTimeoutMs);
    const process = numbering.process();
    const operation = loneInsertion(numbering.origin());
    const record = (completion: Completion, executedBy: ExecutedBy = {}) => {
      if (history !== undefined) recordCompletion(history, process, operation, completion, executedBy);
    };
    if (history !== undefined) recordInvocation(history, process, operation, 0);
    try {
      const [result] = await session.begin(operation.sql);
      const prefix = insertIdOf(result);
      return new OpenTransaction(
        session,
        Number(operation.key),
        record,
        await servers.nameOf(prefix, operation.table, session),
      );
    } catch (error) {
      if (!(error instanceof NotAcknowledged)) throw error;
      record({ outcome: 'fail', error });
      session.destroy();
      throw refusal({ what: 'No transaction could be opened.', seen: error.message, where: to.name, cause: error });
    }
  }

  /** Commits and returns the outcome; never rejects because of the server's answer. */
  async commit(): Promise<TransactionEnding> {
    if (this.#ended !== undefined) throw usage({ what: 'This transaction has already ended.' });
    this.#ended = this.#commit();
    return await this.#ended;
  }

  /** Rolls back, unless it was committed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#giveUp();
    await this.#ended;
  }

  async #commit(): Promise<TransactionEnding> {
    try {
      await this.#session.commit();
      this.#record({ outcome: 'ok', done: {} }, { server: this.#server });
      await this.#session.close();
      return { outcome: 'ok', message: null };
    } catch (error) {
      if (!(error instanceof NotAcknowledged)) throw error;
      this.#record({ outcome: error.outcome, error });
      this.#session.destroy();
      return { outcome: error.outcome, message: error.message };
    }
  }

  async #giveUp(): Promise<TransactionEnding> {
    await this.#session.rollback();
    const error = new NotAcknowledged(new Error('rolled back by the client'), 'before-commit', false);
    this.#record({ outcome: 'fail', error });
    await this.#session.close();
    return { outcome: 'fail', message: error.message };
  }
}
