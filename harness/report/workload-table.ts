import { formatCount, formatDuration } from './format.ts';
import type { Paint } from './paint.ts';
import { right, table } from './table.ts';
import type { OutcomeCounts } from '../history/workload-findings.ts';
import type { RunResult } from './verdict.ts';

const OUTCOMES: readonly (keyof OutcomeCounts)[] = ['ok', 'fail', 'info'];

/** What the application did, by kind and outcome. */
export function workloadOf({ workload }: RunResult, paint: Paint): readonly string[] {
  const rows = Object.entries(workload.operations).flatMap(([kind, byName]) =>
    Object.entries(byName).map(([name, outcomes]) => [
      kind,
      name,
      ...OUTCOMES.map((outcome) => right(formatCount(outcomes[outcome]))),
    ]),
  );
  const { reads, stale, maxMs } = workload.staleReads;
  const onReplicas = `reads of replicas: ${formatCount(reads)}, stale ${formatCount(stale)}, by ${formatDuration(maxMs)} at most`;
  return [
    ...table(['workload', 'operation', ...OUTCOMES.map(right)], rows, paint),
    ...(reads === 0 ? [] : [paint('dim', onReplicas)]),
  ];
}
