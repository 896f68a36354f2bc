import { formatDuration } from './format.ts';
import type { RunResult } from './verdict.ts';

/** Milliseconds; a statement that takes so long by itself is none that anybody runs at a steady rate. */
const BEHIND_MS = 1000;

/**
 * What is to be known of the latencies where operations waited for their turn before a switch already, as the machine
 * could not keep the rate that was asked for: latencies count from when an operation was due.
 */
export function backlogOf({ cutovers }: RunResult): string | null {
  const medians = cutovers.map(({ latency }) => latency.before.p50Ms ?? 0);
  const worst = Math.max(0, ...medians);
  if (worst < BEHIND_MS) return null;
  return `Operations were ${formatDuration(worst)} behind their due times before cutover ${medians.indexOf(worst) + 1} began: this machine did not keep the workload's rate. Read latencies as this machine's, or ask for a lower rate.`;
}
