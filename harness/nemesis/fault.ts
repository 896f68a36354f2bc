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
  /** Whether vtctld ends in the middle of what it does, so that nobody gives its locks back. */
  readonly endsVtctld?: boolean;
  /** Whether the strike goes through vtctld, so that it cannot strike while vtctld is halted. */
  readonly usesVtctld?: boolean;
  /** What it needs of its cluster. */
  readonly needs?: readonly Need[];
  /** Makes everything ready, so that the strike itself takes milliseconds. */
  arm(run: StruckRun): Promise<ArmedFault>;
}

export interface ArmedFault extends Disposable {
  /** Takes the step in its own way, where how it is taken belongs to the fault. @throws if the step fails. */
  take?(step: StepName): Promise<void>;
  /** @returns what proves that it struck. @throws if it did not. */
  strike(): Promise<string>;
  /** Mends it as an operator would, and waits until what was struck does its work again. */
  heal(): Promise<void>;
}
