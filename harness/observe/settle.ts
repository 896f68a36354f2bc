import { waitFor } from '../wait.ts';
import type { PrimaryKeyRange } from './expressions.ts';
import { look, type UnequalRows, type Unequal } from './looks.ts';
import type { Shape } from './shape.ts';
import type { Sides } from './side.ts';

/** A row must differ in the same way in at least this many looks to be called different. */
const LOOKS = 4;
const INTERVAL_MS = 250;

/**
 * The rows of one range that differed at the first look. A row that is the same on both sides in any later look was
 * only on its way, and is no longer suspect. A row that differs only later was equal before, and is just being written
 * to.
 */
export class Suspects {
  readonly range: PrimaryKeyRange;
  looks = 1;
  readonly #rows: Map<string, Unequal>;
  readonly #moving = new Set<string>();

  constructor(range: PrimaryKeyRange, first: UnequalRows) {
    this.range = range;
    this.#rows = new Map(first);
  }

  /** Adds the result of another look at the same range. */
  again(next: UnequalRows): void {
    this.looks += 1;
    for (const [id, before] of this.#rows) {
      const now = next.get(id);
      if (now === undefined) {
        this.#rows.delete(id);
        this.#moving.delete(id);
      } else {
        if (now.source !== before.source || now.target !== before.target) this.#moving.add(id);
        this.#rows.set(id, now);
      }
    }
  }

  /** Records that the stream did not reach what was written, so that rows that differ may still be on their way. */
  doubt(): void {
    for (const id of this.#rows.keys()) this.#moving.add(id);
  }

  /** How many rows have not been seen equal yet. */
  get open(): number {
    return this.#rows.size;
  }

  /** Rows that differed in the same way in every look. */
  get different(): UnequalRows {
    return new Map([...this.#rows].filter(([id]) => !this.#moving.has(id)));
  }

  /** Rows that differed in every look and may have been on their way, so that it is unknown whether they differ. */
  get unsettled(): number {
    return this.#moving.size;
  }
}

/** A range with suspect rows, and the table that it belongs to. */
export interface Suspected {
  readonly shape: Shape;
  readonly suspects: Suspects;
}

export interface SettleBounds {
  readonly settleMs: number;
  readonly statementTimeoutMs: number;
  /**
   * Waits until the other side has reached everything that the written side had executed at the time of the call, and
   * returns whether it has. Without it, a stream that is further behind than `settleMs` makes rows look different.
   */
  readonly follows?: () => Promise<boolean>;
}

/**
 * Looks at whole ranges again until every suspect row has been seen equal, or for `settleMs` and at least four looks.
 * Rows that still differ are looked at once more when the stream has passed them; if it does not get that far, it stays
 * unknown whether they differ.
 */
export async function settle(sides: Sides, all: readonly Suspected[], bounds: SettleBounds): Promise<void> {
  const deadline = performance.now() + bounds.settleMs;
  const isOpen = ({ suspects }: Suspected) => suspects.open > 0;
  const timeoutMs = bounds.settleMs + bounds.statementTimeoutMs;
  await waitFor({ what: 'enough looks at both sides', timeoutMs, intervalMs: INTERVAL_MS }, async () => {
    const open = all.filter(isOpen);
    await lookAgain(sides, open);
    const overdue = performance.now() >= deadline && open.every(({ suspects }) => suspects.looks >= LOOKS);
    const seen = `${all.filter(isOpen).length} range(s) with rows that differ`;
    return { done: overdue || !all.some(isOpen) || undefined, seen };
  });
  const different = all.filter(({ suspects }) => suspects.different.size > 0);
  if (bounds.follows === undefined || different.length === 0) return;
  if (await bounds.follows()) await lookAgain(sides, different);
  else for (const { suspects } of different) suspects.doubt();
}

async function lookAgain(sides: Sides, all: readonly Suspected[]): Promise<void> {
  for (const { shape, suspects } of all) suspects.again((await look(sides, shape, suspects.range)).unequal);
}
