import type { RunEvent } from '../history/events.ts';
import type { Progress, Verdict } from '../history/steps.ts';

/** A run's event whose step may have any name, because the names of set-up's parts are free text. */
export type ShownEvent = WithAnyName<RunEvent>;
type WithAnyName<E> = E extends { readonly name: string } ? Omit<E, 'name'> & { readonly name: string } : E;

/** A step as a person sees it. */
export interface ShownStep {
  readonly index: number;
  readonly title: string;
  readonly startedAtMs: number;
  readonly progress?: Progress;
  /** Absent while the step runs. */
  readonly ended?: { readonly verdict: Verdict; readonly durationMs: number; readonly text: string | undefined };
}

/**
 * Returns the steps after one more event, in the order in which they began. Indexes must not repeat, so a list must
 * follow only one recorder.
 */
export function withEvent(steps: readonly ShownStep[], event: ShownEvent): readonly ShownStep[] {
  if (event.type === 'note' || event.type === 'fault' || event.type === 'observation') return steps;
  if (event.type === 'stepStarted') {
    return [...steps, { index: event.index, title: event.title, startedAtMs: event.atMs }];
  }
  return steps.map((step) => (step.index === event.index ? changed(step, event) : step));
}

function changed(
  step: ShownStep,
  event: Exclude<ShownEvent, { type: 'note' | 'fault' | 'observation' | 'stepStarted' }>,
): ShownStep {
  if (event.type === 'stepProgress') return { ...step, progress: event };
  const ended = { verdict: event.verdict, durationMs: event.durationMs, text: event.error ?? event.summary };
  return { ...step, ended };
}
