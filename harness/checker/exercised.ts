import type { OtherLine } from '../history/history-reader.ts';
import type { Exercise, ExercisedTable } from '../history/workload-findings.ts';
import type { CompletedOperation } from './operation.ts';

type Counts = { -readonly [Kind in keyof Exercise]: number };

const isExercise = (f: string): f is keyof Exercise => f in nothing();

/** Counts what the application's own statements did to each of its tables, by acknowledged operations. */
export class Exercised {
  readonly #tables = new Map<string, { readonly before: Counts; readonly after: Counts }>();
  /** The first switch of writes: when it began, and when it ended. */
  #beganNs = Infinity;
  #endedNs = Infinity;

  line(line: OtherLine): void {
    if (line.type === 'table' && line.kind === 'sql') {
      this.#tables.set(line.table, { before: nothing(), after: nothing() });
    }
    if (line.type !== 'step' || line.name !== 'switchWrites') return;
    if (line.event === 'start') this.#beganNs = Math.min(this.#beganNs, line.time);
    else if (line.verdict === 'pass') this.#endedNs = Math.min(this.#endedNs, line.time);
  }

  completed({ f, table, statement, outcome, matched, invokedAt, completedAt }: CompletedOperation): void {
    if (outcome !== 'ok' || statement === undefined || matched === 0 || !isExercise(f)) return;
    const counts = this.#tables.get(table);
    if (counts === undefined) return;
    // What ran while traffic moved may have been served by either side.
    if (completedAt < this.#beganNs) counts.before[f] += 1;
    else if (invokedAt > this.#endedNs) counts.after[f] += 1;
  }

  end(): readonly ExercisedTable[] {
    return [...this.#tables].map(([table, counts]) => ({ table, ...counts }));
  }
}

function nothing(): Counts {
  return { insert: 0, update: 0, delete: 0, read: 0 };
}
