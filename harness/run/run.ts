import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Cluster, type ClusterOptions } from '../cluster/cluster.ts';
import { trouble } from '../errors.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { ServerLine } from '../history/lines.ts';
import type { Recorder } from '../history/recorder.ts';
import { primaryEndpoint, uuidOf, type MigrationContext } from '../migration/context.ts';
import { followRow, type NewRow } from '../migration/follow-row.ts';
import { Migration } from '../migration/migration.ts';
import type { TableComparison } from '../observe/checksum.ts';
import { writeFinalState } from '../observe/final-state.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { plainLines } from '../report/plain-lines.ts';
import { Vtctldclient } from '../vtctl/vtctldclient.ts';
import { loadFixture, type Loaded } from '../workload/load.ts';
import { Plan } from '../workload/plan.ts';
import { workloadTables, workloadVschema, type NewTableLine } from '../workload/tables.ts';
import { observeCutovers } from './cutovers.ts';
import { observeAtRest } from './observe-at-rest.ts';
import type { SetUp } from './set-up.ts';
import { Workload } from './workload.ts';

export interface RunOptions {
  readonly fixture: Fixture;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  /** Where everything is recorded; without one, as in benchmarks, the run cannot be judged. */
  readonly history?: HistoryFile;
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
}

/**
 * One fixture on one cluster, with everything a story needs: the migration's steps, the application that writes, and
 * the eyes that compare both sides. The CLI's rehearsal and every scenario are callers of this.
 */
export class Run implements AsyncDisposable {
  readonly fixture: Fixture;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly history: HistoryFile | undefined;
  readonly cluster: Cluster;
  readonly migration: Migration;
  readonly workload: Workload;
  readonly #stepLog: WriteStream;
  /** Those that operations write to, once they are loaded. */
  #written: readonly NewTableLine[] = [];

  private constructor(options: RunOptions, cluster: Cluster, stepLog: WriteStream) {
    const { fixture, seed, recorder, artifacts, history } = options;
    this.fixture = fixture;
    this.seed = seed;
    this.recorder = recorder;
    this.artifacts = artifacts;
    this.history = history;
    this.cluster = cluster;
    let last = '';
    const commands = (command: string) => {
      // A command that is polled stands there once.
      if (command !== last) stepLog.write(`                    $ ${command}\n`);
      last = command;
    };
    const ours = workloadTables();
    const context: MigrationContext = {
      cluster,
      vtctl: new Vtctldclient(cluster.vtctld, commands),
      tables: [...fixture.tables, ...ours.map(({ name }) => name)],
      vschema: { ...fixture.vschema, tables: { ...fixture.vschema.tables, ...workloadVschema(ours) } },
      observed: (observation) => recorder.observed(observation),
      met: (server) => this.#met(server),
    };
    this.migration = new Migration(context, recorder);
    this.workload = new Workload(cluster, fixture, seed, recorder, history);
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

  /** The fixture's schema and rows, and the workload's own tables, straight into the source MySQL. */
  async load(): Promise<Loaded> {
    const { cluster, fixture, seed, recorder } = this;
    const server = await uuidOf(cluster.source.harnessEndpoint);
    this.#met({ server, side: 'source', name: cluster.source.server.name });
    recorder.observed({ of: 'versions', ...(await cluster.versions()), node: process.versions.node });
    const loaded = await recorder.step(
      'load',
      `load fixture ${fixture.name}`,
      async ({ progress }) =>
        await loadFixture({
          connect: cluster.source.harnessEndpoint,
          fixture,
          seed,
          onProgress: progress,
        }),
      ({ rows, rowsPerSecond }) =>
        `${rows.toLocaleString('en')} rows, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    );
    recorder.observed({ of: 'load', rows: loaded.rows, rowsPerSecond: loaded.rowsPerSecond });
    this.#written = loaded.tableLines;
    for (const line of this.#written) this.history?.append(line);
    return loaded;
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

  /**
   * Waits until nothing flows any more, then looks at everything that can be looked at: positions, routing, both sides
   * by VDiff and by our own checksums, constraints, and what the tables hold. The workload must be stopped.
   */
  async observe(): Promise<readonly TableComparison[]> {
    const tables = await observeAtRest(this.migration, this.recorder);
    await this.readFinalState();
    return tables;
  }

  /** Puts down what the tables that operations wrote to hold on the side that serves writes. At rest only. */
  async readFinalState(): Promise<void> {
    const { context, writesOn: side } = this.migration;
    await this.recorder.step(
      'finalState',
      'rows of the side that serves writes',
      async () => {
        const endpoint = await primaryEndpoint(context, side);
        const file = path.join(this.artifacts.path, 'final-state.jsonl');
        return await writeFinalState(file, { endpoint, side }, this.#written);
      },
      (rows) => `${rows.toLocaleString('en')} rows`,
    );
  }

  /** Puts down what is known only when the run is over. */
  end(): void {
    observeCutovers(this.migration.cutovers, this.workload, this.recorder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => void this.#stepLog.end());
    stack.use(this.cluster);
    stack.use(this.workload);
  }

  #met(server: Pick<ServerLine, 'server' | 'side' | 'name'>): void {
    this.history?.append({ type: 'server', ...server });
    this.workload.servers.add(server.server);
  }

  #rows = 0;

  /** The next insert that the workload would do, with values of its own. */
  #newRow(): NewRow {
    const plan = new Plan(this.fixture, this.seed + ++this.#rows, 1);
    for (let index = 0; index < 1000; index++) {
      const statement = plan.operation(index);
      if (statement.kind === 'insert') return statement;
    }
    throw trouble({
      what: 'No row can be added: the workload has no insert.',
      where: path.join(this.fixture.directory, 'workload.json'),
      next: 'Add a statement of the kind insert.',
    });
  }
}
