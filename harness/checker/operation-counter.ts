import type { OperationCounts } from '../history/workload-findings.ts';
import type { CompletedOperation } from './operation.ts';

/** The error class of operations that have none. */
const NO_CLASS = 'in flight at the end';

/** Counts operations. */
export class OperationCounter {
  readonly #counts = new Map<string, Map<string, { ok: number; fail: number; info: number }>>();
  readonly #errors = new Map<string, number>();

  add(kind: string, { f, outcome, error }: CompletedOperation): void {
    let ofKind = this.#counts.get(kind);
    if (!ofKind) this.#counts.set(kind, (ofKind = new Map()));
    let outcomes = ofKind.get(f);
    if (!outcomes) ofKind.set(f, (outcomes = { ok: 0, fail: 0, info: 0 }));
    outcomes[outcome]++;
    if (outcome === 'ok') return;
    const errorClass = error ?? NO_CLASS;
    this.#errors.set(errorClass, (this.#errors.get(errorClass) ?? 0) + 1);
  }

  get operations(): OperationCounts {
    return Object.fromEntries([...this.#counts].map(([kind, counts]) => [kind, Object.fromEntries(counts)]));
  }

  /** The operations that did not end `ok`, by class of error. */
  get errors(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#errors);
  }
}
