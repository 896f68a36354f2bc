import type { ExecutedStatement, OperationName } from '../history/lines.ts';
import type { ScannedOperation } from '../history/history-reader.ts';
import { trouble } from '../errors.ts';

/** The index of a line that never came; greater than that of any line. */
export const NEVER = 0xffff_ffff;

/**
 * An operation from its invocation to its completion. An operation in flight at the end is `info` with `completed`
 * NEVER. The objects are reused, so they are valid only during the call.
 */
export interface CompletedOperation {
  readonly process: number;
  readonly f: OperationName;
  readonly table: string;
  /** The key of the completion if that has one, otherwise that of the invocation. */
  readonly key: number | string | null;
  /** The value that was sent. */
  readonly sent: number | readonly number[] | null;
  /** The value that the completion reports. */
  readonly value: number | readonly number[] | null;
  readonly outcome: 'ok' | 'fail' | 'info';
  /** Indexes of the two lines. */
  readonly invoked: number;
  readonly completed: number;
  /** In nanoseconds; `completedAt` is when it was answered, and Infinity if it never was. */
  readonly invokedAt: number;
  readonly completedAt: number;
  readonly version: number | undefined;
  readonly matched: number | undefined;
  readonly to: number | undefined;
  readonly server: string | undefined;
  readonly error: string | undefined;
  /** The server's message, if it was not acknowledged. */
  readonly message: string | undefined;
  /** When it was due, in nanoseconds: it may have waited for its turn before it was invoked. */
  readonly dueAt: number;
  /** The name of the application's own statement or transaction; undefined for all other operations. */
  readonly statement: string | undefined;
  readonly duplicate: number | undefined;
  /** Whether it was sent to something other than the primary. */
  readonly isReplicaRead: boolean;
  /** What a transaction did, if its COMMIT was sent. */
  readonly executed: readonly ExecutedStatement[] | undefined;
  /** The number of this attempt, from 2, of a transaction that was tried again; otherwise undefined. */
  readonly attempt: number | undefined;
  /** Whether it failed and the application tried again, so that its user did not see this error. */
  readonly isRetried: boolean;
  /** A number that a checker left here when the operation was invoked. */
  mark: number;
}

type OpenOperation = { -readonly [Field in keyof CompletedOperation]: CompletedOperation[Field] };

/** Joins the two lines of each operation. */
export class Pairing {
  readonly #inFlight = new Map<number, OpenOperation>();
  readonly #unused: OpenOperation[] = [];

  /** @throws `trouble` if the process already has an operation in flight. */
  invoke(line: ScannedOperation): CompletedOperation {
    if (this.#inFlight.has(line.process)) throw outOfOrder(line, 'its process has an operation in flight');
    const operation = this.#unused.pop() ?? blank();
    operation.process = line.process;
    operation.f = line.f;
    operation.table = line.table;
    operation.key = line.key;
    operation.sent = line.value;
    operation.value = null;
    operation.outcome = 'info';
    operation.invoked = line.index;
    operation.completed = NEVER;
    operation.invokedAt = line.time;
    operation.completedAt = Infinity;
    operation.version = undefined;
    operation.matched = undefined;
    operation.to = line.to;
    operation.server = undefined;
    operation.error = undefined;
    operation.message = undefined;
    operation.dueAt = line.time - (line.late ?? 0);
    operation.statement = line.statement;
    operation.duplicate = undefined;
    operation.isReplicaRead = line.tablet !== undefined;
    operation.executed = undefined;
    operation.attempt = line.attempt;
    operation.isRetried = false;
    operation.mark = 0;
    this.#inFlight.set(line.process, operation);
    return operation;
  }

  /** @throws `trouble` if the process has nothing in flight. */
  complete(line: ScannedOperation): CompletedOperation {
    const operation = this.#inFlight.get(line.process);
    if (!operation || line.type === 'invoke') throw outOfOrder(line, 'nothing of its process is in flight');
    this.#inFlight.delete(line.process);
    // The object is reused at the next invocation, when it is no longer needed.
    this.#unused.push(operation);
    operation.key = line.key ?? operation.key;
    operation.value = line.value;
    operation.outcome = line.type;
    operation.completed = line.index;
    operation.completedAt = line.answered ?? line.time;
    operation.version = line.version;
    operation.matched = line.matched;
    operation.server = line.server;
    operation.error = line.error;
    operation.message = line.message;
    operation.duplicate = line.duplicate;
    operation.isReplicaRead ||= line.tablet !== undefined;
    operation.executed = line.executed;
    operation.isRetried = line.retried === true;
    return operation;
  }

  /** Returns what has not completed. */
  *rest(): Generator<CompletedOperation> {
    yield* this.#inFlight.values();
  }
}

function outOfOrder(line: ScannedOperation, why: string): Error {
  return trouble({
    what: `Line ${line.index} of the history does not follow: ${why}.`,
    expected: 'one operation of a process after another',
    seen: `${line.type} of process ${line.process}`,
  });
}

function blank(): OpenOperation {
  return {
    process: 0,
    f: 'read',
    table: '',
    key: null,
    sent: null,
    value: null,
    outcome: 'info',
    invoked: 0,
    completed: NEVER,
    invokedAt: 0,
    completedAt: Infinity,
    version: undefined,
    matched: undefined,
    to: undefined,
    server: undefined,
    error: undefined,
    message: undefined,
    dueAt: 0,
    statement: undefined,
    duplicate: undefined,
    isReplicaRead: false,
    executed: undefined,
    attempt: undefined,
    isRetried: false,
    mark: 0,
  };
}

/** Returns each statement of a transaction as an operation of its own, with the outcome of the whole transaction. */
export function* statementsOf(operation: CompletedOperation): Generator<CompletedOperation> {
  for (const { f, table, key, matched } of operation.executed ?? []) yield { ...operation, f, table, key, matched };
}
