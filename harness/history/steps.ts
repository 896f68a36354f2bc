import type { Side } from '../side.ts';

/** The steps of a migration, in the order of the sequence; a rehearsal runs some of them more than once. */
export type StepName =
  | 'adopt'
  | 'provision'
  | 'create'
  | 'copy'
  | 'vdiff'
  | 'switchReads'
  | 'switchWrites'
  | 'reverseReads'
  | 'reverseWrites'
  | 'complete'
  | 'cancel';

/** The traffic that each switch moves, and its destination. */
export const SWITCHES: Readonly<Partial<Record<string, readonly ['reads' | 'writes', Side]>>> = {
  switchReads: ['reads', 'target'],
  switchWrites: ['writes', 'target'],
  reverseReads: ['reads', 'source'],
  reverseWrites: ['writes', 'source'],
};

/** Work around the migration that a person also waits for: set-up, load, checksums. */
export type PhaseName =
  | 'engine'
  | 'image'
  | 'read'
  | 'cluster'
  | 'load'
  | 'preflight'
  | 'statements'
  | 'writes'
  | 'row'
  | 'rest'
  | 'vdiffAtRest'
  | 'checksum'
  | 'constraints'
  | 'finalState';

export type Verdict = 'pass' | 'fail' | 'unknown';

/** How far a step has got. `total` may be an estimate, so `done` can exceed it. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The unit, such as `rows` or `packages`. */
  readonly unit: string;
  /** Units per second since the step began, if known. */
  readonly perSecond?: number;
  /** A short text, such as `streams: 1 copying, lag 3 s`. */
  readonly detail?: string;
}

/** What a step's body can say while it runs. */
export interface StepScope {
  readonly progress: (progress: Progress) => void;
  readonly note: (text: string) => void;
}
