import type { StepName } from '../history/steps.ts';
import type { Side } from '../side.ts';

/** How a rehearsal ends. `leave`: the source serves writes, and the workflow keeps following it. */
export type SequenceEnd = 'complete' | 'cancel' | 'leave';

/** One step, and the side that serves writes once it has passed. */
export interface SequenceStep<Name extends StepName = StepName> {
  readonly name: Name;
  readonly writes: Side;
}

const BEGIN = on('source', 'adopt', 'provision', 'create', 'copy', 'vdiff');
const SWITCH = [...on('source', 'switchReads'), ...on('target', 'switchWrites')];
const FORWARD = [...SWITCH, ...on('target', 'vdiff')];
const BACK = [...on('target', 'reverseReads'), ...on('source', 'reverseWrites', 'vdiff')];

/**
 * The migration there and back, and there again if it ends in `complete`; a cancellation needs the writes on the
 * source. After the last switch, everything is compared at rest. This is the only list of its steps: a rehearsal is
 * UNKNOWN unless its story ran each of them, and the plan is made from it.
 */
export function sequenceOf(end: SequenceEnd): readonly SequenceStep[] {
  if (end === 'leave') return [...BEGIN, ...FORWARD, ...BACK];
  if (end === 'cancel') return [...BEGIN, ...FORWARD, ...BACK, ...on('source', 'cancel')];
  return [...BEGIN, ...FORWARD, ...BACK, ...SWITCH, ...on('target', 'complete')];
}

/** The steps in production if all goes well: there, without going back. The runbook is made from this list. */
export const ONE_WAY = [...BEGIN, ...FORWARD, ...on('target', 'complete')];

function on<const Names extends readonly StepName[]>(writes: Side, ...names: Names): SequenceStep<Names[number]>[] {
  return names.map((name) => ({ name, writes }));
}
