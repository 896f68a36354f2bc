import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { OperationName, OperationType, WorkloadKind } from '../history/lines.ts';
import type { Operation } from './kinds/kind.ts';

type OperationOutcome = Exclude<OperationType, 'invoke'>;

/** The outcomes of the operations of one kind and name. */
export interface OperationSummary extends Readonly<Record<OperationOutcome, number>> {
  /** Latency of those that ended with `ok`, from their due times, in constant memory; accurate to 0.1 %. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** Counts by kind of workload, then by what was done. */
export type CountsByKind = Readonly<
  Partial<Record<WorkloadKind, Readonly<Partial<Record<OperationName, OperationSummary>>>>>
>;

/** Counts operations by kind, name and outcome. */
export class OperationStatistics {
  readonly #all = new Map<WorkloadKind, Map<OperationName, Count>>();
  /** Acknowledged updates and deletes that matched no row. */
  unmatched = 0;

  add({ kind, f }: Operation, outcome: OperationOutcome, latencyMs: number): void {
    const names = this.#all.get(kind) ?? new Map<OperationName, Count>();
    this.#all.set(kind, names);
    const count = names.get(f) ?? { ok: 0, fail: 0, info: 0, latencyUs: createHistogram() };
    names.set(f, count);
    count[outcome] += 1;
    // A histogram counts from 1.
    if (outcome === 'ok') count.latencyUs.record(Math.max(1, Math.round(latencyMs * 1000)));
  }

  /** The number of operations with these names that ended with `ok`. */
  acknowledged(f: OperationName): number {
    return [...this.#all.values()].reduce((sum, names) => sum + (names.get(f)?.ok ?? 0), 0);
  }

  get byKind(): CountsByKind {
    return Object.fromEntries(
      [...this.#all].map(([kind, names]) => [
        kind,
        Object.fromEntries([...names].map(([f, count]) => [f, summarize(count)])),
      ]),
    );
  }
}

type Count = Record<OperationOutcome, number> & { readonly latencyUs: RecordableHistogram };

function summarize({ ok, fail, info, latencyUs }: Count): OperationSummary {
  const at = (percent: number) => (ok === 0 ? null : latencyUs.percentile(percent) / 1000);
  return {
    ok,
    fail,
    info,
    p50Ms: at(50),
    p99Ms: at(99),
    p999Ms: at(99.9),
    maxMs: ok === 0 ? null : latencyUs.max / 1000,
  };
}
