import type { StepName } from '../history/steps.ts';
import type { Need } from './needs.ts';
import type { StruckRun } from './struck-run.ts';

/** A moment of the migration at which a fault strikes. It is recognised by what is seen, never by time. */
export interface Point {
  /** The step, and the moment in it: `switchWrites/journal`. */
  readonly id: string;
  readonly about: string;
  /** The step during which the moment comes; null if it needs no step. */
  readonly step: StepName | null;
  /** Whether it strikes before the step is begun. */
  readonly isBefore?: boolean;
  readonly needs?: readonly Need[];
  /** Begins to look; called before the step begins. */
  watch(run: StruckRun): Promise<Watch>;
}

export interface Watch extends AsyncDisposable {
  /** Resolves with what was seen when the moment came; never resolves if it does not come. */
  readonly reached: Promise<string>;
  /**
   * Strikes while the moment lasts. @returns what was seen around the strike; null if the moment had passed already,
   * and nothing was struck.
   */
  strike(blow: () => Promise<string>): Promise<string | null>;
}
