import { trouble } from '../errors.ts';
import type { Chunk } from './chunks.ts';
import { addDifferences, Differences } from './differences.ts';
import { look, type Looked } from './looks.ts';
import { settle, Suspects, type SettleBounds, type Suspected } from './settle.ts';
import type { Shape } from './shape.ts';
import type { Sides } from './side.ts';

export interface BadChunkOptions extends SettleBounds {
  readonly underWrites: boolean;
  /** How many differences are described; 20 by default. */
  readonly keep?: number;
}

/** The most ranges of a table that are retried together, because their suspect rows are kept in memory. */
const RETRIED_TOGETHER = 20;

/** Finds the rows that differ in a table's chunks: immediately at rest, and after a while under writes. */
export class BadChunks {
  readonly found: Differences;
  retried = 0;
  unsettled = 0;
  readonly #sides: Sides;
  readonly #shape: Shape;
  readonly #options: BadChunkOptions;
  #suspects: Suspects[] = [];

  constructor(sides: Sides, shape: Shape, options: BadChunkOptions) {
    this.#sides = sides;
    this.#shape = shape;
    this.#options = options;
    this.found = new Differences(options.keep ?? 20);
  }

  /** Looks at suspect rows of several tables together, so that they share one wait. It must be called at the end. */
  static async settle(all: readonly BadChunks[]): Promise<void> {
    const [first] = all;
    const suspected = all.flatMap((each) => each.#suspected());
    if (first === undefined || suspected.length === 0) return;
    await settle(first.#sides, suspected, first.#options);
    for (const each of all) await each.#sortOut();
  }

  /** @throws trouble if fewer rows are read at rest than were counted, because missing ones would count as equal. */
  async take({ range, source, target }: Chunk): Promise<void> {
    const { unequal: rows, ...read } = await look(this.#sides, this.#shape, range);
    if (!this.#options.underWrites) {
      if (read.source < source.rows || read.target < target.rows) throw cut(this.#shape, read, { source, target });
      await addDifferences(this.#sides, this.#shape, rows, this.found);
      return;
    }
    this.retried += 1;
    this.#suspects.push(new Suspects(range, rows));
    if (this.#suspects.length >= RETRIED_TOGETHER) await BadChunks.settle([this]);
  }

  #suspected(): Suspected[] {
    this.#suspects = this.#suspects.filter(({ open }) => open > 0);
    return this.#suspects.map((suspects) => ({ shape: this.#shape, suspects }));
  }

  async #sortOut(): Promise<void> {
    for (const one of this.#suspects) {
      await addDifferences(this.#sides, this.#shape, one.different, this.found);
      if (one.unsettled > 0) this.unsettled += 1;
    }
    this.#suspects = [];
  }
}

function cut({ table }: Shape, read: Counts, { source, target }: Pick<Chunk, 'source' | 'target'>) {
  return trouble({
    what: `The rows of ${table} could not all be read.`,
    expected: `${source.rows} rows on the source and ${target.rows} on the target, as counted before`,
    seen: `${read.source} and ${read.target}`,
    where: table,
    next: 'Make sure that nobody writes to either side, and that no server setting limits what a SELECT returns.',
  });
}

type Counts = Pick<Looked, 'source' | 'target'>;
