import type { StepName } from '../history/steps.ts';

// This is a record and not a list, so that the type checker requires every name that is added to the sequence.
const names: Record<StepName, true> = {
  adopt: true,
  provision: true,
  create: true,
  copy: true,
  vdiff: true,
  switchReads: true,
  switchWrites: true,
  reverseReads: true,
  reverseWrites: true,
  complete: true,
  cancel: true,
};

/** Whether a name is part of the sequence; all other names are of work around it. */
export function isStepName(name: string): name is StepName {
  return Object.hasOwn(names, name);
}
