import type { Need } from './needs.ts';
import type { StepName } from '../history/steps.ts';
import type { StruckRun } from './struck-run.ts';

/** Something that breaks, and how it is mended. */
export interface Fault {
  /** What is struck and how, such as `vtctld.kill`. */
  readonly id: string;
  /** What happens and what an operator does about it, for a person. */
  readonly about: string;
  /** How long it lasts before it is healed, in milliseconds. */
  readonly lastsMs: number;
  /** Whether vtctld ends in the middle of its work, so that its locks are not released. */
  readonly endsVtctld?: boolean;
  /** Whether the strike goes through vtctld, so that it cannot strike while vtctld is halted. */
  readonly usesVtctld?: boolean;
  /** What it needs from its cluster. */
  readonly needs?: readonly Need[];
  /** Prepares everything, so that the strike itself takes only milliseconds. */
  arm(run: StruckRun): Promise<ArmedFault>;
}

export interface ArmedFault extends Disposable {
  /** Takes the step in a way that is part of the fault, if there is one. @throws if the step fails. */
  take?(step: StepName): Promise<void>;
  /** @returns the proof that it struck. @throws if it did not. */
  strike(): Promise<string>;
  /** Mends it as an operator would, and waits until what was struck works again. */
  heal(): Promise<void>;
}
