import { messageOf } from '../errors.ts';
import { CHECKER_BROKE, type InvariantId } from '../history/invariants.ts';
import type { RunChecker, TableChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';

type Hear<A extends readonly unknown[]> = (...what: A) => void;

/**
 * Wraps the methods of one checker. When one of them throws, the checker's invariants become `unknown` and the checker
 * is not called again; nothing else is affected. A method that the checker does not have does nothing.
 */
function guard(ids: readonly InvariantId[], ledger: Ledger) {
  let isBroken = false;
  // There is one closure for each method, because one for each operation would cost more than what it calls.
  return <A extends readonly unknown[]>(hear: Hear<A> | undefined): Hear<A> => {
    if (hear === undefined) return () => undefined;
    return (...what) => {
      if (isBroken) return;
      try {
        hear(...what);
      } catch (error) {
        isBroken = true;
        for (const id of ids) ledger.cannot(id, `${CHECKER_BROKE}: ${messageOf(error)}`);
      }
    };
  };
}

/** Returns a checker of a table that keeps its errors to itself. */
export function guardedTable(checker: TableChecker, ledger: Ledger): Required<TableChecker> {
  const { ids } = checker;
  const guarded = guard(ids, ledger);
  return {
    ids,
    invoked: guarded(checker.invoked?.bind(checker)),
    completed: guarded(checker.completed.bind(checker)),
    unnamed: guarded(checker.unnamed?.bind(checker)),
    finalRow: guarded(checker.finalRow.bind(checker)),
    end: guarded(checker.end.bind(checker)),
  };
}

/** Returns a checker of the run that keeps its errors to itself. */
export interface GuardedRun extends Required<RunChecker> {
  /** Whether it receives operations. */
  readonly hearsOperations: boolean;
}

export function guardedRun(checker: RunChecker, ledger: Ledger): GuardedRun {
  const { ids } = checker;
  const guarded = guard(ids, ledger);
  return {
    ids,
    hearsOperations: checker.invoked !== undefined || checker.completed !== undefined,
    invoked: guarded(checker.invoked?.bind(checker)),
    completed: guarded(checker.completed?.bind(checker)),
    line: guarded(checker.line?.bind(checker)),
    end: guarded(checker.end?.bind(checker)),
  };
}
