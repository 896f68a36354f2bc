import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Cluster, type ClusterOptions } from '../cluster/cluster.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { Recorder } from '../history/recorder.ts';
import { untilAtRest } from '../migration/at-rest.ts';
import { primaryEndpoint, type MigrationContext } from '../migration/context.ts';
import { Migration, type Cutover } from '../migration/migration.ts';
import { compareTables, type TableComparison } from '../observe/checksum.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { plainLines } from '../report/plain-lines.ts';
import type { CutoverResult, VDiffResult, Versions } from '../report/verdict.ts';
import type { Findings } from './result.ts';
import type { VDiffFigures } from '../migration/vdiff.ts';
import { Vtctldclient } from '../vtctl/vtctldclient.ts';
import { loadFixture, type Loaded } from '../workload/load.ts';
import { Plan } from '../workload/plan.ts';
import type { SetUp } from './set-up.ts';
import { Workload } from './workload.ts';
import { followRow, type NewRow } from '../migration/follow-row.ts';
import { trouble } from '../errors.ts';

export interface RunOptions {
  readonly fixture: Fixture;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
}

/** Time around a switch that its figures cover, milliseconds. */
const CUTOVER_MARGIN_MS = 1000;

/**
 * One fixture on one cluster, with everything a story needs: the migration's steps, the application that writes, and
 * the eyes that compare both sides. The CLI's rehearsal and every scenario are callers of this.
 */
export class Run implements AsyncDisposable {
  readonly fixture: Fixture;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly cluster: Cluster;
  readonly migration: Migration;
  readonly workload: Workload;
  readonly #stepLog: WriteStream;
  #versions: Versions | null = null;
  #loaded: Loaded | null = null;
  #comparisons: readonly TableComparison[] = [];

  private constructor(options: RunOptions, cluster: Cluster, stepLog: WriteStream) {
    const { fixture, seed, recorder, artifacts } = options;
    this.fixture = fixture;
    this.seed = seed;
    this.recorder = recorder;
    this.artifacts = artifacts;
    this.cluster = cluster;
    let last = '';
    const commands = (command: string) => {
      // A command that is polled stands there once.
      if (command !== last) stepLog.write(`                    $ ${command}\n`);
      last = command;
    };
    const context: MigrationContext = {
      cluster,
      vtctl: new Vtctldclient(cluster.vtctld, commands),
      tables: fixture.tables,
      vschema: fixture.vschema,
    };
    this.migration = new Migration(context, recorder);
    this.workload = new Workload(cluster, fixture, seed, recorder);
    this.#stepLog = stepLog;
  }

  /** Starts the servers that are there before a migration begins. */
  static async start(setUp: SetUp, options: RunOptions): Promise<Run> {
    const { recorder, artifacts } = options;
    const stepLog = createWriteStream(path.join(artifacts.path, 'steps.log'));
    recorder.listen(plainLines((text) => stepLog.write(text)));
    const clusterOptions = { ...options.cluster, logDirectory: artifacts.logs };
    const cluster = await recorder.step('cluster', 'start the source MySQL, etcd and vtctld', async () => {
      return await Cluster.start(setUp.docker, setUp.images, clusterOptions);
    });
    return new Run(options, cluster, stepLog);
  }

  /** The fixture's schema and rows, straight into the source MySQL. */
  async load(): Promise<Loaded> {
    this.#versions = { ...(await this.cluster.versions()), node: process.versions.node };
    this.#loaded = await this.recorder.step(
      'load',
      `load fixture ${this.fixture.name}`,
      async ({ progress }) =>
        await loadFixture({
          connect: this.cluster.source.harnessEndpoint,
          fixture: this.fixture,
          seed: this.seed,
          onProgress: progress,
        }),
      ({ rows, rowsPerSecond }) =>
        `${rows.toLocaleString('en')} rows, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    );
    return this.#loaded;
  }

  /**
   * Adds a row on the side that serves writes, to the original MySQL or through vtgate, and waits until it is readable
   * on the other side's MySQL.
   */
  async followRow(): Promise<void> {
    const { context, writesOn } = this.migration;
    const [from, to] =
      writesOn === 'source'
        ? [this.cluster.source.applicationEndpoint, await primaryEndpoint(context, 'target')]
        : [
            (await this.cluster.vtgate()).applicationEndpoint(this.cluster.sourceKeyspace),
            await primaryEndpoint(context, 'source'),
          ];
    const title =
      writesOn === 'source'
        ? 'a row added to the original MySQL appears in the target'
        : 'a row written through vtgate flows back to the source';
    await this.recorder.step('row', title, async () => await followRow(this.#newRow(), from, to));
  }

  /** Waits until nothing flows any more, then compares both sides by our own checksums. The workload must be stopped. */
  async observe(): Promise<readonly TableComparison[]> {
    const { context, writesOn } = this.migration;
    await this.recorder.step('rest', 'streams come to rest', async () => await untilAtRest(context, writesOn));
    this.#comparisons = await this.recorder.step(
      'checksum',
      'checksums of both sides',
      async ({ progress }) =>
        await compareTables({
          source: await primaryEndpoint(context, 'source'),
          target: await primaryEndpoint(context, 'target'),
          tables: this.fixture.tables,
          onProgress: progress,
        }),
      (tables) => `${tables.filter(({ equal }) => equal).length} of ${tables.length} tables equal`,
    );
    return this.#comparisons;
  }

  /** What the run has found so far. */
  get findings(): Findings {
    const { copy, vdiffs, cutovers, lagMs } = this.migration;
    return {
      versions: this.#versions,
      load: this.#loaded && { rows: this.#loaded.rows, rowsPerSecond: this.#loaded.rowsPerSecond },
      copy,
      vdiffs: vdiffs.map(withoutSamples),
      checksums: this.#comparisons.map(({ table, rows, equal }) => ({ table, rows, equal })),
      cutovers: cutovers.flatMap((cutover) => this.#figuresOf(cutover)),
      lagMs,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => void this.#stepLog.end());
    stack.use(this.cluster);
    stack.use(this.workload);
  }

  #figuresOf({ direction, startedAtMs, endedAtMs }: Cutover): CutoverResult[] {
    const figures = this.workload.figures(startedAtMs - CUTOVER_MARGIN_MS, endedAtMs + CUTOVER_MARGIN_MS);
    if (figures === null) return [];
    const { writeGapMs, acknowledged, errors } = figures;
    return [{ direction, writeGapMs, acknowledged, errors }];
  }

  #rows = 0;

  /** The next insert that the workload would do, with values of its own. */
  #newRow(): NewRow {
    const plan = new Plan(this.fixture, this.seed + ++this.#rows, 1);
    for (let index = 0; index < 1000; index++) {
      const operation = plan.operation(index);
      if (operation.kind === 'insert') return operation;
    }
    throw trouble({
      what: 'No row can be added: the workload has no insert.',
      where: path.join(this.fixture.directory, 'workload.json'),
      next: 'Add a statement of the kind insert.',
    });
  }
}

function withoutSamples({ tables, ...figures }: VDiffFigures): VDiffResult {
  return {
    ...figures,
    tables: tables.map(({ table, rowsCompared, mismatchedRows }) => ({ table, rowsCompared, mismatchedRows })),
  };
}
