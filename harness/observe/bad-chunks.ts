import { trouble } from '../errors.ts';
import type { Chunk } from './chunks.ts';
import { addDifferences, Differences } from './differences.ts';
import { look, type Looked } from './looks.ts';
import { settle, Suspects } from './settle.ts';
import type { Shape } from './shape.ts';
import type { Sides } from './side.ts';

export interface BadChunkOptions {
  readonly underWrites: boolean;
  /** 15 s unless told. */
  readonly settleMs?: number;
  readonly statementTimeoutMs: number;
  /** Differences that are described; 20 unless told. */
  readonly keep?: number;
}

/** Ranges that are retried together: they share one `settleMs`, and their suspect rows are in memory. */
const RETRIED_TOGETHER = 20;

/** Finds the rows of chunks that differ, at rest at once, under writes after a while. */
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

  /** @throws trouble where at rest fewer rows are read than were counted: what is left out would be taken for equal. */
  async take({ range, source, target }: Chunk): Promise<void> {
    const { unequal: rows, ...read } = await look(this.#sides, this.#shape, range);
    if (!this.#options.underWrites) {
      if (read.source < source.rows || read.target < target.rows) throw cut(this.#shape, read, { source, target });
      await addDifferences(this.#sides, this.#shape, rows, this.found);
      return;
    }
    this.retried += 1;
    this.#suspects.push(new Suspects(range, rows));
    if (this.#suspects.length >= RETRIED_TOGETHER) await this.settle();
  }

  /** Must be called once more at the end. */
  async settle(): Promise<void> {
    const { settleMs = 15_000, statementTimeoutMs } = this.#options;
    const suspects = this.#suspects.filter(({ open }) => open > 0);
    this.#suspects = [];
    if (suspects.length === 0) return;
    await settle(this.#sides, this.#shape, suspects, { settleMs, statementTimeoutMs });
    for (const one of suspects) {
      await addDifferences(this.#sides, this.#shape, one.different, this.found);
      if (one.unsettled > 0) this.unsettled += 1;
    }
  }
}

function cut({ table }: Shape, read: Counts, { source, target }: Pick<Chunk, 'source' | 'target'>) {
  return trouble({
    what: `The rows of ${table} could not all be read.`,
    expected: `${source.rows} rows on the source and ${target.rows} on the target, as were counted`,
    seen: `${read.source} and ${read.target}`,
    where: table,
    next: 'See that nobody writes to either side, and that no setting of the servers limits what a SELECT gives.',
  });
}

type Counts = Pick<Looked, 'source' | 'target'>;
