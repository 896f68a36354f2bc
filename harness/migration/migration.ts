import { messageOf } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import { describeFence, type FenceOptions } from '../preflight/fence-plan.ts';
import type { Side } from '../side.ts';
import type { SourceTables } from '../vtctl/move-tables.ts';
import { adopt } from './adopt.ts';
import { copiedTables } from './copied-tables.ts';
import { forwardWorkflow, keyspaceOf, reverseWorkflow, type MigrationContext } from './context.ts';
import { untilCopied, untilLagIsLow, type CopyFigures, type CopyOptions } from './copy.ts';
import { create } from './create.ts';
import { liftFence, raiseFence, stillFenced } from './fence.ts';
import { cancel, complete } from './finish.ts';
import { prepareCutover, type ServersFigures } from './measure-cutover.ts';
import { provision, untilTargetIsServed } from './provision.ts';
import { currentTraffic } from './routing.ts';
import { describe, refuseStrays } from './strays.ts';
import { lookAtSchemas } from './settle-schemas.ts';
import { refuseUnlessSwitchable, switchTo, type SwitchOptions } from './switch.ts';
import { observationOf, vdiff, type VDiffFigures, type Writers } from './vdiff.ts';

/** A switch of writes, on the run's clock. */
export interface Cutover extends ServersFigures {
  readonly direction: 'forward' | 'reverse';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The fault that struck in it, or could have. */
  readonly fault?: string;
}

export interface SwitchWritesOptions extends SwitchOptions {
  /** Whether to lock applications out of the source MySQL just before; `reverseWrites` unlocks them. */
  readonly fence?: boolean | FenceOptions | null;
  /**
   * Whether to continue although clients are connected directly to the source; what they write from then on is lost.
   */
  readonly allowStrays?: boolean;
}

/**
 * The named steps, each of which is recorded. They can be run again after an interruption, and switches at any time.
 */
export class Migration {
  readonly context: MigrationContext;
  readonly #recorder: Recorder;
  readonly vdiffs: VDiffFigures[] = [];
  readonly cutovers: Cutover[] = [];
  copy: CopyFigures | null = null;
  lagMs: number | null = null;
  /** Whether there may be a workflow that this run created or continues. */
  hasWorkflow = false;
  /** The side that serves writes, as far as this run has determined it. */
  writesOn: Side = 'source';
  /** The side that serves reads of replica and rdonly tablets, likewise. */
  readsOn: Side = 'source';

  // Adopt and provision may run side by side; each has one thing that the other waits for.
  #adoption: Promise<void> = Promise.resolve();
  #promotion: Promise<void> = Promise.resolve();

  constructor(context: MigrationContext, recorder: Recorder) {
    this.context = context;
    this.#recorder = recorder;
  }

  async adopt(): Promise<void> {
    const { cluster } = this.context;
    const title = `adopt the source MySQL as keyspace ${cluster.sourceKeyspace}`;
    // This is read late, so that a `provision` that is called right after this is noticed.
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
    await this.#recorder.step('create', title, async () => {
      this.#madeAt = await create(this.context, () => (this.hasWorkflow = true));
    });
  }

  /** When the workflow was created; null if this run did not create it. */
  #madeAt: number | null = null;

  /** When the tablets were made to reload their schemas after the copy. */
  #lookedAtMs: number | undefined;

  /** Follows the copy to its end, then waits until the lag is low. */
  async copied(options: CopyOptions = {}): Promise<CopyFigures> {
    return await this.#recorder.step(
      'copy',
      'copy',
      async ({ progress }) => {
        this.copy = await untilCopied(this.context, progress, { madeAt: this.#madeAt, ...options });
        this.lagMs = (await untilLagIsLow(this.context)) * 1000;
        const tables = await copiedTables(this.context);
        this.context.observed({ of: 'copy', ...this.copy, lagMs: this.lagMs, tables });
        if (this.context.cluster.settlesSchemas) {
          await lookAtSchemas(this.context);
          this.#lookedAtMs = performance.now();
        }
        return this.copy;
      },
      ({ rows, rowsPerSecond }) =>
        `${rows.toLocaleString('en')} rows, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    );
  }

  /**
   * Compares both sides by the workflow that is running now, and leaves the judgement to the caller.
   *
   * @param tables those to compare; by default all that move.
   */
  async vdiff(tables: readonly string[] = this.context.tables): Promise<VDiffFigures> {
    return await this.#vdiff('vdiff', 'application', tables);
  }

  /** Does the same as `vdiff` after the writes have stopped, so that every row that was counted must be compared. */
  async vdiffAtRest(): Promise<VDiffFigures> {
    // On servers that are not the run's own, others may write.
    const writers = this.context.cluster.existing === null ? 'nobody' : 'others';
    return await this.#vdiff('vdiffAtRest', writers, this.context.tables);
  }

  async switchReads(): Promise<void> {
    await this.#switch('switchReads', 'reads', 'target');
  }

  /**
   * Switches writes to the target. It refuses while clients are connected straight to the source, unless they are
   * fenced off or the caller allows them.
   */
  async switchWrites({ fence = null, allowStrays = false, ...options }: SwitchWritesOptions = {}): Promise<void> {
    const raised = fence === true ? { except: [] } : fence === false ? null : fence;
    await this.#switch('switchWrites', 'writes', 'target', async (run) => {
      if (raised === null && !allowStrays) await this.#refuseStrays(null);
      const body = run(options);
      await this.#cutover(
        'forward',
        raised === null ? body : async () => await this.#fenced(body, raised, allowStrays),
      );
    });
  }

  async reverseReads(): Promise<void> {
    await this.#switch('reverseReads', 'reads', 'source');
  }

  /** Switches writes back to the source; accounts that a fence kept out are unlocked. */
  async reverseWrites(options: SwitchOptions = {}): Promise<void> {
    await this.#switch('reverseWrites', 'writes', 'source', async (run) => {
      await this.#cutover('reverse', run(options));
      await this.#lift();
    });
  }

  /** Switches reads, then writes, to the target. */
  async switchTraffic(options: SwitchWritesOptions = {}): Promise<void> {
    await this.switchReads();
    await this.switchWrites(options);
  }

  /** Switches reads, then writes, back to the source. */
  async reverseTraffic(): Promise<void> {
    await this.reverseReads();
    await this.reverseWrites();
  }

  /** Ends the migration on the target; the source's tables are kept unless the caller asks otherwise. */
  async complete(sourceTables: SourceTables = 'keep'): Promise<void> {
    await this.#recorder.step('complete', `complete, source tables: ${sourceTables}`, async () => {
      await complete(this.context, sourceTables);
      await this.#tellWhoIsFenced();
    });
  }

  /** Gives up the migration. */
  async cancel(): Promise<void> {
    await this.#recorder.step('cancel', 'cancel', async () => await cancel(this.context));
  }

  async #vdiff(name: 'vdiff' | 'vdiffAtRest', writers: Writers, tables: readonly string[]): Promise<VDiffFigures> {
    const workflow = this.writesOn === 'source' ? forwardWorkflow(this.context) : reverseWorkflow(this.context);
    const all = this.context.tables.length;
    const scope = tables.length === all ? '' : `, ${tables.length} of ${all} tables`;
    return await this.#recorder.step(
      name,
      `vdiff ${workflow.workflow}${scope}${writers === 'nobody' ? ', at rest' : ''}`,
      async ({ progress, note }) => {
        const underWrites = writers !== 'nobody';
        const figures = await vdiff(this.context, workflow, { tables, underWrites, progress, note });
        this.vdiffs.push(figures);
        this.context.observed(observationOf(figures, writers));
        return figures;
      },
      ({ rowsCompared, mismatchedRows }) =>
        `${rowsCompared.toLocaleString('en')} rows compared, ${mismatchedRows} mismatched`,
    );
  }

  /** @param perform runs the switch itself, with everything around it. */
  async #switch(
    name: 'switchReads' | 'switchWrites' | 'reverseReads' | 'reverseWrites',
    types: 'reads' | 'writes',
    to: Side,
    perform: (run: (options: SwitchOptions) => () => Promise<void>) => Promise<void> = async (run) => await run({})(),
  ): Promise<void> {
    const title = `${types} to ${keyspaceOf(this.context, to)}`;
    const run = (options: SwitchOptions) => async () => await switchTo(this.context, types, to, options);
    await this.#recorder.step(name, title, async () => {
      await refuseUnlessSwitchable(this.context, types, to);
      await perform(run);
    });
    if (types === 'writes') this.writesOn = to;
    else this.readsOn = to;
  }

  async #cutover(direction: Cutover['direction'], body: () => Promise<void>): Promise<void> {
    const serversFigures = await prepareCutover(
      this.context,
      direction === 'forward' ? 'source' : 'target',
      this.#lookedAtMs,
    );
    const startedAtMs = this.#recorder.now();
    try {
      await body();
    } finally {
      const endedAtMs = this.#recorder.now();
      const fault = this.#recorder.strikingFault;
      const under = fault === null ? {} : { fault };
      this.cutovers.push({ direction, startedAtMs, endedAtMs, ...(await serversFigures()), ...under });
    }
  }

  async #fenced(body: () => Promise<void>, fence: FenceOptions, allowStrays: boolean): Promise<void> {
    try {
      for (const line of describeFence(await raiseFence(this.context, fence))) this.#recorder.note(`fence: ${line}`);
      if (!allowStrays) await this.#refuseStrays(fence);
      await body();
    } catch (error) {
      await this.#liftWhereWritesStayed();
      throw error;
    }
  }

  /** Clients that are connected but are not strays are reported too, because a person should know about them. */
  async #refuseStrays(fence: FenceOptions | null): Promise<void> {
    for (const other of await refuseStrays(this.context, fence)) {
      const why = fence?.except.length ? 'may not write, or is left alone by fence.except' : 'may not write';
      this.#recorder.note(`connected to the source MySQL, and ${why}: ${describe(other)}`);
    }
  }

  /**
   * A switch that undid itself, or never began, leaves the writes on the source, so those who may write there must be
   * able to do so. An error here is reported in addition to the one that led here.
   */
  async #liftWhereWritesStayed(): Promise<void> {
    try {
      const { writes } = await currentTraffic(this.context);
      if (writes === 'source') await this.#lift();
    } catch (error) {
      this.#recorder.note(`the fence may still stand: ${messageOf(error)}`);
    }
  }

  /** Reports locked accounts once there is no way back to the source, because nothing else will unlock them. */
  async #tellWhoIsFenced(): Promise<void> {
    if (!this.context.cluster.hasMysqls) return;
    const { accounts, statements } = await stillFenced(this.context);
    if (accounts.length === 0) return;
    this.#recorder.note(
      `fence: still locked out of the source MySQL: ${accounts.join(', ')}. Nothing else keeps them from writing to its ` +
        'tables, and nothing follows what they write there. To unlock them:',
    );
    for (const statement of statements) this.#recorder.note(statement);
  }

  async #lift(): Promise<void> {
    const accounts = await liftFence(this.context);
    if (accounts.length > 0) this.#recorder.note(`fence lifted: ${accounts.join(', ')}`);
  }
}
