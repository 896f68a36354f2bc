import type { Observation } from './observations.ts';
import type { PhaseName, Progress, StepName, Verdict } from './steps.ts';

interface At {
  /** Milliseconds since the run began, from a monotonic clock. */
  readonly atMs: number;
}

/** What happened in a run, in order. Everything that a person or a report sees is derived from these events. */
export type RunEvent = At &
  (
    | {
        readonly type: 'stepStarted';
        readonly index: number;
        readonly name: StepName | PhaseName;
        readonly title: string;
      }
    | ({ readonly type: 'stepProgress'; readonly index: number } & Progress)
    | {
        readonly type: 'stepEnded';
        readonly index: number;
        readonly name: StepName | PhaseName;
        readonly title: string;
        readonly verdict: Verdict;
        readonly durationMs: number;
        /** One clause that sums up what the step saw, for the list of steps. */
        readonly summary?: string;
        readonly error?: string;
        /** The fault that was striking while the step ran; what came of it is judged by what the fault was recorded with. */
        readonly fault?: string;
      }
    | { readonly type: 'note'; readonly text: string }
    /** A planned fault; see `FaultLine`. */
    | { readonly type: 'fault'; readonly event: 'plan' | 'strike' | 'heal'; readonly fault: string }
    /** What was observed on the servers; for the history, not for a person who watches. */
    | { readonly type: 'observation'; readonly observation: Observation }
  );

export type RunListener = (event: RunEvent) => void;
