import type { TransactionChange } from './statement-kind.ts';

/** A statement within a transaction: its shape and its text. */
export interface TransactionStep {
  readonly shape: number;
  readonly sql: string;
}

/** How a transaction ended. `lost`: its connection or the log ended first. `notWhole`: a statement is not known. */
export type TransactionEnd = 'committed' | 'rolledBack' | 'partlyRolledBack' | 'tooLong' | 'notWhole' | 'lost';

export interface EndedTransaction {
  readonly how: TransactionEnd;
  /** Empty if the transaction was too long or not whole. */
  readonly steps: readonly TransactionStep[];
}

/** A transaction with more statements is a batch, and is unlikely to recur in the same shape. */
const MOST_STEPS = 60;
/** The most connections in memory, because a log may omit their ends. */
const MOST_CONNECTIONS = 50_000;

interface Connection {
  isAutocommit: boolean;
  /** Null outside a transaction. */
  steps: TransactionStep[] | null;
  isTooLong: boolean;
  isWhole: boolean;
  isPartlyRolledBack: boolean;
}

/** Follows the transactions of all connections. */
export class OpenTransactions {
  readonly #connections = new Map<string, Connection>();

  /** Handles a statement that begins or ends a transaction. @returns the transaction that it ended. */
  change(id: string, change: TransactionChange): EndedTransaction | null {
    const connection = this.#of(id);
    if (change === 'partly') {
      connection.isPartlyRolledBack = true;
      return null;
    }
    const ended = this.#end(connection, change === 'rollback' ? 'rolledBack' : 'committed');
    if (change === 'autocommit') connection.isAutocommit = true;
    if (change === 'no autocommit') connection.isAutocommit = false;
    if (change === 'begin') connection.steps = [];
    else if (connection.isAutocommit) this.#connections.delete(id);
    return ended;
  }

  /** Adds a statement on rows to the transaction of its connection, if there is one. */
  step(id: string, step: () => TransactionStep): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    if (connection.steps === null && !connection.isAutocommit) connection.steps = [];
    if (connection.steps === null || connection.isTooLong || !connection.isWhole) return;
    if (connection.steps.length < MOST_STEPS) connection.steps.push(step());
    else [connection.isTooLong, connection.steps] = [true, []];
  }

  /** Records that a statement of the connection is not known, and therefore also not the transaction around it. */
  spoil(id: string): void {
    const connection = this.#connections.get(id);
    if (connection === undefined || (connection.steps === null && connection.isAutocommit)) return;
    Object.assign(connection, { steps: [], isWhole: false });
  }

  /** Records that a connection began or ended. @returns the transaction that was lost with it. */
  forget(id: string): EndedTransaction | null {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    return connection === undefined ? null : this.#end(connection, 'lost');
  }

  #of(id: string): Connection {
    const known = this.#connections.get(id);
    if (known !== undefined) return known;
    if (this.#connections.size >= MOST_CONNECTIONS) {
      const [oldest = ''] = this.#connections.keys();
      this.#connections.delete(oldest);
    }
    const made: Connection = {
      isAutocommit: true,
      steps: null,
      isTooLong: false,
      isWhole: true,
      isPartlyRolledBack: false,
    };
    this.#connections.set(id, made);
    return made;
  }

  #end(connection: Connection, how: 'committed' | 'rolledBack' | 'lost'): EndedTransaction | null {
    const { steps, isTooLong, isWhole, isPartlyRolledBack } = connection;
    Object.assign(connection, { steps: null, isTooLong: false, isWhole: true, isPartlyRolledBack: false });
    if (steps === null) return null;
    if (!isWhole) return { how: 'notWhole', steps: [] };
    if (isTooLong) return { how: 'tooLong', steps: [] };
    return { how: isPartlyRolledBack && how === 'committed' ? 'partlyRolledBack' : how, steps };
  }
}
