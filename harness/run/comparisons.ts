import type { Recorder } from '../history/recorder.ts';
import { changedRows } from '../migration/changed-rows.ts';
import type { Migration } from '../migration/migration.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import { compareChecksums } from './compare-checksums.ts';
import { dueTables, type LastComparison } from './due-tables.ts';
import { isOnlyUnsettled, refuseUnequal } from './refuse-differences.ts';

/**
 * How many tables VDiff compares between the comparisons of all tables. Each table costs 1 to 3 s of Vitess' own waits,
 * no matter how large it is; see docs/decisions/0024.
 */
const DUE_AT_MOST = 12;

/**
 * Up to this many tables are all compared twice while writes go on at their full rate; with more tables, all are
 * compared after the copy, while the application writes little, and twelve later.
 */
const EVERY_AT_MOST = 60;

export interface ComparisonsOptions {
  readonly migration: Migration;
  readonly recorder: Recorder;
  /** The application's tables. The harness' own tables are only compared at rest. */
  readonly tables: readonly string[];
  /** Runs `body` while the application writes little, if it may. */
  readonly quietly: Paced;
}

/** Runs `body` while the application writes at some rate. */
type Paced = <T>(body: () => Promise<T>) => Promise<T>;

const AT_FULL_RATE: Paced = async (body) => await body();

/**
 * Compares both sides while writes continue, by VDiff and by our own checksums. docs/decisions/0024 says what compares
 * what, and when. On servers that are not the run's own, VDiff compares all tables, and checksums are only taken at
 * rest.
 */
export class Comparisons {
  readonly #options: ComparisonsOptions;
  readonly #last = new Map<string, LastComparison>();
  #number = 0;

  constructor(options: ComparisonsOptions) {
    this.#options = options;
  }

  /** Compares every table. @throws `fail` naming tables and rows if the sides differ. */
  async every(): Promise<void> {
    await this.#compare(this.#options.tables.length, AT_FULL_RATE);
  }

  /** Compares every table, and if there are too many, while the application writes little. @throws as `every`. */
  async afterCopy(): Promise<void> {
    const { tables, quietly } = this.#options;
    await this.#compare(tables.length, this.#isOfFew ? AT_FULL_RATE : quietly);
  }

  /**
   * Compares like `every` if there are not too many tables, otherwise like `due`. It is for a direction that is also
   * compared in full at rest.
   */
  async everyOfFew(): Promise<void> {
    if (this.#isOfFew) await this.every();
    else await this.due();
  }

  /** Compares the tables that are due by VDiff, and every table by our own checksums. @throws the same as `every`. */
  async due(): Promise<void> {
    await this.#compare(DUE_AT_MOST, AT_FULL_RATE);
  }

  get #isOfFew(): boolean {
    return this.#options.tables.length <= EVERY_AT_MOST;
  }

  async #compare(most: number, atRate: Paced): Promise<void> {
    const { migration, recorder, tables } = this.#options;
    if (migration.context.cluster.existing !== null) {
      refuseMismatches(await migration.vdiff());
      return;
    }
    const changed = await changedRows(migration.context);
    const due = dueTables(tables, this.#last, changed, most);
    refuseMismatches(await atRate(async () => await migration.vdiff(due)));
    for (const table of due) this.#last.set(table, { number: this.#number, changed: changed.get(table) ?? 0 });
    this.#number += 1;
    const compared = await compareChecksums(migration, recorder, { tables, underWrites: true });
    // Rows that changed all the time are compared again at rest, so they are no reason to stop here.
    const settled = compared.filter((table) => !isOnlyUnsettled(table));
    refuseUnequal(settled, 'while writes went on');
  }
}
