import type { StepName } from '../history/steps.ts';

// A record and not a list, so the type checker asks for any name that is added to the sequence.
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

/** Whether a name is part of the sequence; every other name is work around it. */
export function isStepName(name: string): name is StepName {
  return Object.hasOwn(names, name);
}
