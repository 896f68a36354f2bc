import { messageOf } from '../errors.ts';
import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { OtherLine } from '../history/history-reader.ts';
import { CHECKER_BROKE, type InvariantId } from '../history/invariants.ts';
import type { RunChecker, TableChecker, Unnamed } from './checker.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';

/** What becomes of the invariants of a checker that throws: they are `unknown`, and it is not asked again. */
class Guard {
  isBroken = false;
  readonly #ids: readonly InvariantId[];
  readonly #ledger: Ledger;

  constructor(ids: readonly InvariantId[], ledger: Ledger) {
    this.#ids = ids;
    this.#ledger = ledger;
  }

  broke(error: unknown): void {
    this.isBroken = true;
    for (const id of this.#ids) this.#ledger.cannot(id, `${CHECKER_BROKE}: ${messageOf(error)}`);
  }
}

/** A checker of a table whose errors stay its own. */
export class GuardedTable implements TableChecker {
  readonly ids: readonly InvariantId[];
  readonly #checker: TableChecker;
  readonly #guard: Guard;
  readonly #hears: boolean;

  constructor(checker: TableChecker, ledger: Ledger) {
    this.ids = checker.ids;
    this.#checker = checker;
    this.#guard = new Guard(checker.ids, ledger);
    this.#hears = checker.invoked !== undefined;
  }

  invoked(operation: CompletedOperation): void {
    if (!this.#hears || this.#guard.isBroken) return;
    try {
      this.#checker.invoked!(operation);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  completed(operation: CompletedOperation): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.completed(operation);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  unnamed(what: Unnamed, operation: CompletedOperation): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.unnamed?.(what, operation);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  finalRow(row: FinalRowRead): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.finalRow(row);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  end(isFinal: boolean): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.end(isFinal);
    } catch (error) {
      this.#guard.broke(error);
    }
  }
}

/** A checker of the run whose errors stay its own. */
export class GuardedRun implements Required<RunChecker> {
  readonly ids: readonly InvariantId[];
  /** Whether it wants to hear of operations. */
  readonly hearsOperations: boolean;
  readonly #checker: RunChecker;
  readonly #guard: Guard;

  constructor(checker: RunChecker, ledger: Ledger) {
    this.ids = checker.ids;
    this.hearsOperations = checker.invoked !== undefined || checker.completed !== undefined;
    this.#checker = checker;
    this.#guard = new Guard(checker.ids, ledger);
  }

  invoked(operation: CompletedOperation): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.invoked?.(operation);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  completed(operation: CompletedOperation): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.completed?.(operation);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  line(line: OtherLine): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.line?.(line);
    } catch (error) {
      this.#guard.broke(error);
    }
  }

  end(lastWrite: number): void {
    if (this.#guard.isBroken) return;
    try {
      this.#checker.end?.(lastWrite);
    } catch (error) {
      this.#guard.broke(error);
    }
  }
}
