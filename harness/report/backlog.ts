import { formatDuration } from './format.ts';
import type { RunResult } from './verdict.ts';

/** In milliseconds. A statement that takes this long by itself is never run at a steady rate. */
const BEHIND_MS = 1000;

/**
 * Returns a warning about the latencies if operations were waiting for their turn before a switch began, because the
 * machine could not keep up with the requested rate. Latencies count from the moment when an operation was due.
 */
export function backlogOf({ cutovers }: RunResult): string | null {
  const medians = cutovers.map(({ latency }) => latency.before.p50Ms ?? 0);
  const worst = Math.max(0, ...medians);
  if (worst < BEHIND_MS) return null;
  return `Operations were ${formatDuration(worst)} behind their due times before cutover ${medians.indexOf(worst) + 1} began: this machine did not keep the workload's rate. The latencies are therefore this machine's; ask for a lower rate to measure the migration's.`;
}
