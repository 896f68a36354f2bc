import type { HistoryFile, NewOperationLine } from '../history/history-file.ts';
import type { Done, Operation } from './kinds/kind.ts';
import type { NotAcknowledged } from './outcome.ts';

/** vtgate repeats the statement and its values after its error message. */
const MESSAGE_CHARACTERS = 300;

/** How an operation ended. */
export type Completion =
  | { readonly outcome: 'ok'; readonly done: Done }
  | {
      readonly outcome: 'fail' | 'info';
      readonly error: NotAcknowledged;
      /** What the application sends next, if it tries again. */
      readonly again?: Operation | undefined;
    };

/** Which server executed an operation, and when that was acknowledged if the server was asked for only after that. */
export type ExecutedBy = Pick<NewOperationLine, 'server' | 'answered'>;

/**
 * Writes an operation's first line to the history; the line is in the file when this returns.
 *
 * @param lateMs how long after its due time it is sent; a negative value counts as not late.
 * @returns the number of the line.
 */
export function recordInvocation(history: HistoryFile, process: number, operation: Operation, lateMs: number): number {
  return history.append({
    ...lineOf(process, operation),
    type: 'invoke',
    late: Math.max(0, Math.round(lateMs * 1e6)),
  });
}

export function recordCompletion(
  history: HistoryFile,
  process: number,
  operation: Operation,
  completion: Completion,
  executedBy: ExecutedBy,
): void {
  const line = lineOf(process, operation);
  if (completion.outcome === 'ok') {
    const { server: _server, askServer: _ask, ...seen } = completion.done;
    history.append({ ...line, ...seen, type: 'ok', ...executedBy });
    return;
  }
  const { error, outcome, again } = completion;
  const { class: kind, message, duplicate, executed } = error;
  const rest = {
    ...(duplicate === undefined ? {} : { duplicate }),
    ...(executed === undefined || outcome === 'fail' ? {} : { executed }),
    ...(again === undefined ? {} : { retried: true }),
  };
  history.append({ ...line, type: outcome, error: kind, message: message.slice(0, MESSAGE_CHARACTERS), ...rest });
}

function lineOf(process: number, operation: Operation): Omit<NewOperationLine, 'type'> {
  const { f, table, key, value, to, statement, tablet, attempt } = operation;
  return {
    process,
    f,
    table,
    key,
    value,
    ...(to === undefined ? {} : { to }),
    ...(statement === undefined ? {} : { statement }),
    ...(tablet === undefined ? {} : { tablet }),
    ...(attempt === undefined ? {} : { attempt: attempt.number, of: attempt.of }),
  };
}
