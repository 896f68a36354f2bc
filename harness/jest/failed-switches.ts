import { SWITCHES } from '../history/steps.ts';
import type { Recorder } from '../history/recorder.ts';

/** Returns the errors of the switches of a run that failed, in order. */
export function failedSwitches({ events }: Recorder): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'stepEnded' && event.name in SWITCHES && event.error !== undefined ? [event.error] : [],
  );
}
