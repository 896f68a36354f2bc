import { Latencies } from '../history/latencies.ts';
import type { TransactionFigures } from '../history/workload-findings.ts';
import { NEVER, type CompletedOperation } from './operation.ts';

interface Counts {
  /** Whether it is a transaction and not a statement, which only the lines that begin one say. */
  isTransaction: boolean;
  committed: number;
  rolledBack: number;
  failed: number;
  open: number;
  retries: number;
  gaveUp: number;
  readonly errors: Map<string, number>;
  readonly latencies: Latencies;
}

/** Counts the outcomes of the application's transactions, by name, as its users saw them: several attempts are one. */
export class TransactionCounter {
  readonly #all = new Map<string, Counts>();

  completed(operation: CompletedOperation): void {
    const { statement, outcome, attempt = 1, isRetried, matched, error = '', completed } = operation;
    if (statement === undefined || completed === NEVER) return;
    const counts = this.#countsOf(statement);
    counts.isTransaction ||= operation.f === 'transaction' || operation.executed !== undefined;
    if (attempt > 1) counts.retries++;
    if (outcome !== 'ok') counts.errors.set(error, (counts.errors.get(error) ?? 0) + 1);
    if (isRetried) return;
    if (outcome === 'ok') {
      if (matched === 0) counts.rolledBack++;
      else counts.committed++;
      counts.latencies.add((operation.completedAt - operation.dueAt) / 1e6);
      return;
    }
    if (outcome === 'info') counts.open++;
    else counts.failed++;
    if (attempt > 1) counts.gaveUp++;
  }

  /** @param judgedWhole how many transactions were found to have all of their rows or none, by name. */
  figures(judgedWhole: ReadonlyMap<string, number>): readonly TransactionFigures[] {
    return [...this.#all]
      .filter(([, { isTransaction }]) => isTransaction)
      .map(([transaction, { isTransaction: _isTransaction, errors, latencies, ...counts }]) => ({
        transaction,
        ...counts,
        judgedWhole: judgedWhole.get(transaction) ?? 0,
        errors: Object.fromEntries(errors),
        p50Ms: latencies.quantile(0.5),
        p99Ms: latencies.quantile(0.99),
        maxMs: latencies.maxMs,
      }));
  }

  #countsOf(name: string): Counts {
    let counts = this.#all.get(name);
    if (counts === undefined) {
      const none = { committed: 0, rolledBack: 0, failed: 0, open: 0, retries: 0, gaveUp: 0 };
      counts = { isTransaction: false, ...none, errors: new Map(), latencies: new Latencies() };
      this.#all.set(name, counts);
    }
    return counts;
  }
}
