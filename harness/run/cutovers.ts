import { aroundCutovers, type TimeAround } from '../history/around-cutovers.ts';
import type { CutoverObservation, Latency } from '../history/observations.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Cutover } from '../migration/migration.ts';
import type { WindowFigures } from '../workload/writer.ts';
import type { Workload } from './workload.ts';

/** The time before and after a switch whose latencies the switch is compared with, in milliseconds. */
const LATENCY_MARGIN_MS = 5_000;

/** Records what the application saw of every switch of writes; call it when the application no longer writes. */
export async function observeCutovers(
  cutovers: readonly Cutover[],
  workload: Workload,
  recorder: Recorder,
): Promise<void> {
  const around = aroundCutovers(cutovers);
  for (const [at, cutover] of cutovers.entries()) {
    const seen = await observationOf(cutover, around[at]!, workload);
    if (seen !== null) recorder.observed(seen);
  }
}

/** Returns null if there was no application. */
async function observationOf(
  cutover: Cutover,
  { fromMs, toMs }: TimeAround,
  workload: Workload,
): Promise<CutoverObservation | null> {
  const { direction, startedAtMs, endedAtMs, buffered, rowsBehind, partsMs, fault } = cutover;
  const around = await workload.figures(fromMs, toMs);
  const before = await workload.figures(startedAtMs - LATENCY_MARGIN_MS, startedAtMs);
  const during = await workload.figures(startedAtMs, endedAtMs);
  const after = await workload.figures(endedAtMs, endedAtMs + LATENCY_MARGIN_MS);
  if (around === null || before === null || during === null || after === null) return null;
  const { writeGapMs, dueInGap, acknowledged, errors, statementErrors } = around;
  return {
    of: 'cutover',
    direction,
    ...(fault === undefined ? {} : { fault }),
    startedAtMs,
    endedAtMs,
    writeGapMs,
    dueInGap,
    acknowledged,
    errors,
    statementErrors,
    latency: { before: latencyOf(before), during: latencyOf(during), after: latencyOf(after) },
    buffered,
    rowsBehind,
    partsMs,
  };
}

function latencyOf({ p50Ms, p99Ms, p999Ms, maxMs }: WindowFigures): Latency {
  return { p50Ms, p99Ms, p999Ms, maxMs };
}
