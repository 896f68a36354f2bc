import type { Recorder } from '../history/recorder.ts';
import type { SourceTables } from '../vtctl/move-tables.ts';
import { adopt } from './adopt.ts';
import { forwardWorkflow, keyspaceOf, reverseWorkflow, type MigrationContext, type Side } from './context.ts';
import { untilCopied, untilLagIsLow, type CopyFigures, type CopyOptions } from './copy.ts';
import { create } from './create.ts';
import { cancel, complete } from './finish.ts';
import { provision, untilTargetIsServed } from './provision.ts';
import { switchTo, type SwitchOptions } from './switch.ts';
import { vdiff, type VDiffFigures } from './vdiff.ts';

/** A switch of writes, on the run's clock. */
export interface Cutover {
  readonly direction: 'forward' | 'reverse';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** The named steps, each recorded. They can be run again after an interruption, and the switches as often as one likes. */
export class Migration {
  readonly context: MigrationContext;
  readonly #recorder: Recorder;
  readonly vdiffs: VDiffFigures[] = [];
  readonly cutovers: Cutover[] = [];
  copy: CopyFigures | null = null;
  lagMs: number | null = null;
  /** The side that serves writes, as far as this run has seen to it. */
  writesOn: Side = 'source';

  // Adopt and provision may run side by side; each has one thing the other has to wait for.
  #adoption: Promise<void> = Promise.resolve();
  #promotion: Promise<void> = Promise.resolve();

  constructor(context: MigrationContext, recorder: Recorder) {
    this.context = context;
    this.#recorder = recorder;
  }

  async adopt(): Promise<void> {
    const { cluster } = this.context;
    const title = `adopt the source MySQL as keyspace ${cluster.sourceKeyspace}`;
    // Asked for late, so that a provision that is called right after this one is seen.
    const promotion = async () => await this.#promotion.catch(() => undefined);
    const adoption = this.#recorder.step('adopt', title, async () => await adopt(this.context, promotion));
    this.#adoption = adoption;
    await adoption;
  }

  async provision(): Promise<void> {
    const { cluster } = this.context;
    await this.#recorder.step('provision', `provision keyspace ${cluster.targetKeyspace}`, async () => {
      this.#promotion = provision(this.context);
      await this.#promotion;
      await this.#adoption;
      await untilTargetIsServed(this.context);
    });
  }

  async create(): Promise<void> {
    const title = `create ${forwardWorkflow(this.context).workflow}`;
    await this.#recorder.step('create', title, async () => await create(this.context));
  }

  /** Follows the copy to its end, then waits for the lag to be low. */
  async copied(options: CopyOptions = {}): Promise<CopyFigures> {
    return await this.#recorder.step(
      'copy',
      'copy',
      async ({ progress }) => {
        this.copy = await untilCopied(this.context, progress, options);
        this.lagMs = (await untilLagIsLow(this.context)) * 1000;
        return this.copy;
      },
      ({ rows, rowsPerSecond }) =>
        `${rows.toLocaleString('en')} rows, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    );
  }

  /** Compares both sides by the workflow that runs now. What it found is for the caller to judge. */
  async vdiff(): Promise<VDiffFigures> {
    const name = this.writesOn === 'source' ? forwardWorkflow(this.context) : reverseWorkflow(this.context);
    return await this.#recorder.step(
      'vdiff',
      `vdiff ${name.workflow}`,
      async ({ progress }) => {
        const figures = await vdiff(this.context, name, progress);
        this.vdiffs.push(figures);
        return figures;
      },
      ({ rowsCompared, mismatchedRows }) =>
        `${rowsCompared.toLocaleString('en')} rows compared, ${mismatchedRows} mismatched`,
    );
  }

  async switchReads(): Promise<void> {
    await this.#switch('switchReads', 'reads', 'target');
  }

  async switchWrites(options: SwitchOptions = {}): Promise<void> {
    await this.#cutover('forward', async () => await this.#switch('switchWrites', 'writes', 'target', options));
  }

  async reverseReads(): Promise<void> {
    await this.#switch('reverseReads', 'reads', 'source');
  }

  async reverseWrites(options: SwitchOptions = {}): Promise<void> {
    await this.#cutover('reverse', async () => await this.#switch('reverseWrites', 'writes', 'source', options));
  }

  /** Reads, then writes, to the target. */
  async switchTraffic(): Promise<void> {
    await this.switchReads();
    await this.switchWrites();
  }

  /** Reads, then writes, back to the source. */
  async reverseTraffic(): Promise<void> {
    await this.reverseReads();
    await this.reverseWrites();
  }

  /** Ends the migration on the target; the source's tables are kept unless asked by name. */
  async complete(sourceTables: SourceTables = 'keep'): Promise<void> {
    await this.#recorder.step('complete', `complete, source tables: ${sourceTables}`, async () => {
      await complete(this.context, sourceTables);
    });
  }

  /** Gives the migration up. */
  async cancel(): Promise<void> {
    await this.#recorder.step('cancel', 'cancel', async () => await cancel(this.context));
  }

  async #switch(
    name: 'switchReads' | 'switchWrites' | 'reverseReads' | 'reverseWrites',
    types: 'reads' | 'writes',
    to: Side,
    options: SwitchOptions = {},
  ): Promise<void> {
    const title = `${types} to ${keyspaceOf(this.context, to)}`;
    await this.#recorder.step(name, title, async () => await switchTo(this.context, types, to, options));
    if (types === 'writes') this.writesOn = to;
  }

  async #cutover(direction: Cutover['direction'], body: () => Promise<void>): Promise<void> {
    const startedAtMs = this.#recorder.now();
    try {
      await body();
    } finally {
      this.cutovers.push({ direction, startedAtMs, endedAtMs: this.#recorder.now() });
    }
  }
}
