import type { Recorder } from '../history/recorder.ts';
import { changedRows } from '../migration/changed-rows.ts';
import type { Migration } from '../migration/migration.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import { compareChecksums } from './compare-checksums.ts';
import { dueTables, type LastComparison } from './due-tables.ts';
import { isOnlyUnsettled, refuseUnequal } from './refuse-differences.ts';

/**
 * Tables that VDiff compares between the comparisons of all. Each costs 1 to 3 s of Vitess' own waits, whatever its size:
 * docs/decisions/0024.
 */
const DUE_AT_MOST = 12;

/** As many are all compared twice while writes go on; of more, all are only once. */
const EVERY_AT_MOST = 60;

export interface ComparisonsOptions {
  readonly migration: Migration;
  readonly recorder: Recorder;
  /** Of the application. Those of the harness are compared at rest alone. */
  readonly tables: readonly string[];
}

/**
 * Compares both sides while writes go on: by VDiff, and by our own checksums beside it. What compares what, and when, is
 * in docs/decisions/0024. On servers that are not the run's own, VDiff compares all, and no checksum is taken until rest.
 */
export class Comparisons {
  readonly #options: ComparisonsOptions;
  readonly #last = new Map<string, LastComparison>();
  #number = 0;

  constructor(options: ComparisonsOptions) {
    this.#options = options;
  }

  /** Every table. @throws `fail` that names tables and rows, where both sides do not hold the same. */
  async every(): Promise<void> {
    await this.#compare(this.#options.tables.length);
  }

  /** As `every` where these are not too many, else as `due`: for a direction that is compared in whole at rest too. */
  async everyOfFew(): Promise<void> {
    if (this.#options.tables.length <= EVERY_AT_MOST) await this.every();
    else await this.due();
  }

  /** By VDiff those that are due, by our own checksums every one. @throws as `every`. */
  async due(): Promise<void> {
    await this.#compare(DUE_AT_MOST);
  }

  async #compare(most: number): Promise<void> {
    const { migration, recorder, tables } = this.#options;
    if (migration.context.cluster.existing !== null) {
      refuseMismatches(await migration.vdiff());
      return;
    }
    const changed = await changedRows(migration.context);
    const due = dueTables(tables, this.#last, changed, most);
    refuseMismatches(await migration.vdiff(due));
    for (const table of due) this.#last.set(table, { number: this.#number, changed: changed.get(table) ?? 0 });
    this.#number += 1;
    const compared = await compareChecksums(migration, recorder, { tables, underWrites: true });
    // What changed all the time is compared again at rest, and is no reason to end here.
    const settled = compared.filter((table) => !isOnlyUnsettled(table));
    refuseUnequal(settled, 'while writes went on');
  }
}
