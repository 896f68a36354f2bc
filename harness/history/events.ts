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
        /** A short summary of what the step saw, for the list of steps. */
        readonly summary?: string;
        readonly error?: string;
        /** The fault that was striking while the step ran; the outcome is judged by the record of the fault. */
        readonly fault?: string;
      }
    | { readonly type: 'note'; readonly text: string }
    /** A planned fault; see `FaultLine`. */
    | { readonly type: 'fault'; readonly event: 'plan' | 'strike' | 'heal'; readonly fault: string }
    /** An observation on the servers, which is for the history and not for a person who watches. */
    | { readonly type: 'observation'; readonly observation: Observation }
  );

export type RunListener = (event: RunEvent) => void;
