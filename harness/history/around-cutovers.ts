/**
 * The time before and after a switch of writes whose errors, acknowledgements and gaps belong to the switch, in
 * milliseconds.
 */
export const CUTOVER_MARGIN_MS = 1_000;

/** When a switch of writes began and ended, on the run's clock. */
export interface CutoverSpan {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** On the run's clock. */
export interface TimeAround {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the time around each switch whose errors, acknowledgements and gaps belong to it: up to a margin before and
 * after, but no part of another switch, which may follow at once, as when faults strike in consecutive switches. What
 * happens after the next one began belongs to that one, even if the earlier one may have caused it.
 *
 * @param cutovers the switches in order of time.
 */
export function aroundCutovers(cutovers: readonly CutoverSpan[]): readonly TimeAround[] {
  return cutovers.map(({ startedAtMs, endedAtMs }, at) => {
    const endedBeforeMs = cutovers[at - 1]?.endedAtMs ?? -Infinity;
    const nextAtMs = cutovers[at + 1]?.startedAtMs ?? Infinity;
    return {
      fromMs: Math.max(startedAtMs - CUTOVER_MARGIN_MS, endedBeforeMs),
      toMs: Math.min(endedAtMs + CUTOVER_MARGIN_MS, nextAtMs),
    };
  });
}
