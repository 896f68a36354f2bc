import type { SampleObservation } from '../history/observations.ts';
import type { CutoverResult } from './verdict.ts';

/** The time before a switch of writes in which the lag counts, in milliseconds. */
const BEFORE_MS = 5_000;

type LagSample = Pick<SampleObservation, 'streams'> & { readonly atMs: number };

/**
 * Returns the largest lag that a running stream had in the five seconds before a switch of writes, which is what a
 * switch has to wait for.
 *
 * @returns null if there was no switch, or one whose lag is unknown.
 */
export function lagBeforeCutovers(
  samples: readonly LagSample[],
  cutovers: readonly Pick<CutoverResult, 'startedAtMs'>[],
): number | null {
  const largest = cutovers.map(({ startedAtMs }) => {
    const near = samples.filter(({ atMs }) => atMs <= startedAtMs && atMs >= startedAtMs - BEFORE_MS);
    return Math.max(-1, ...near.flatMap(({ streams }) => streams.flatMap(({ lagMs }) => lagMs ?? [])));
  });
  return largest.length === 0 || largest.includes(-1) ? null : Math.max(...largest);
}
