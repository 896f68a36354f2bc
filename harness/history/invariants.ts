import type { Verdict } from './steps.ts';

/** The claims that every run is judged by, in the order in which they are shown. */
export const INVARIANTS = {
  'no-lost-write': 'every acknowledged insert and update is readable until it is overwritten or deleted',
  'no-resurrected-row': 'an acknowledged delete stays deleted',
  'no-phantom': 'nothing is readable that was never sent or certainly failed, and what is uncertain does not flicker',
  'no-duplicate': 'a write is applied once',
  'single-writer': 'at no moment do both sides acknowledge writes to the same table',
  'sides-equal': 'at rest, source and target hold the same rows',
  'vdiff-agrees': 'VDiff finds no difference, and compared at least as many rows as there are',
  monotonic: 'what a process reads from the primary never goes back to an older state',
  'ids-advance': 'auto_increment never hands out a used id',
  'gtid-contained': 'each stream’s position contains what it must, and no server has an errant GTID',
  'transaction-atomic':
    'transfers keep their total, and the rows that a transaction inserted are all there, or none of them is',
  'routing-coherent': 'routing rules, denied tables, workflows and probe writes agree on one side',
  'constraints-hold': 'foreign keys, unique keys and CHECKs hold on both sides',
  'leaves-nothing': 'complete and cancel leave nothing behind',
  'not-vacuous': 'there was enough to judge in every phase',
} as const;

export type InvariantId = keyof typeof INVARIANTS;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant are what they are
export const INVARIANT_IDS = Object.keys(INVARIANTS) as readonly InvariantId[];

/** The reason for an invariant about which the run has shown nothing at all. */
export const NOTHING_TO_JUDGE = 'there was nothing to judge';

/** The beginning of the reason for an invariant whose checker has a bug. */
export const CHECKER_BROKE = 'its checker broke';

/** One violation of an invariant. */
export interface Finding {
  readonly table: string | null;
  /** The row, the value, or the id; null if it is about a table or a server as a whole. */
  readonly key: string | number | null;
  /** One sentence: what was expected and what was seen. */
  readonly what: string;
  /** The line of the history that shows it; null if it shows only in an observation or the final state. */
  readonly index: number | null;
  /** How bad it is compared with other findings of the same invariant; the greatest value is the worst. */
  readonly weight: number;
}

/** How one invariant was judged. */
export interface InvariantResult {
  readonly id: InvariantId;
  /** `unknown` if there was nothing to judge, or the checker threw. */
  readonly verdict: Verdict;
  /** How many things were looked at; 0 never passes. */
  readonly judged: number;
  /** The number of all findings. */
  readonly count: number;
  /** The first, the worst and the last one, each once, in order of time. */
  readonly findings: readonly ShownFinding[];
  /** Why it is `unknown`. */
  readonly reason?: string;
}

export interface ShownFinding extends Finding {
  readonly which: readonly ('first' | 'worst' | 'last')[];
  /** Lines of the history around `index` that are about the same table and key, or are next to it, unchanged. */
  readonly around: readonly string[];
}
