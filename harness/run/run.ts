import path from 'node:path';
import type { ConnectionOptions } from 'mysql2/promise';
import { Cluster } from '../cluster/cluster.ts';
import { ExistingCluster } from '../cluster/existing-cluster.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import { usage } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { ServerLine } from '../history/lines.ts';
import type { Recorder } from '../history/recorder.ts';
import {
  forwardWorkflow,
  primaryEndpoint,
  reverseWorkflow,
  shardOf,
  sidecarOf,
  serversOf,
  uuidOf,
  type MigrationContext,
} from '../migration/context.ts';
import { describeWayBack } from '../migration/existing.ts';
import { Migration } from '../migration/migration.ts';
import type { TableComparison } from '../observe/checksum.ts';
import { writeFinalState } from '../observe/final-state.ts';
import type { FenceOptions } from '../preflight/fence-plan.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import type { Artifacts } from '../report/artifacts.ts';
import type { LoadedSubject, Subject } from '../subject/subject.ts';
import { Vtctl } from '../vtctl/vtctl.ts';
import { DEFAULT_KINDS, workloadTables, workloadVschema, type KindWeights } from '../workload/tables.ts';
import { commandLog } from './command-log.ts';
import { observeCutovers } from './cutovers.ts';
import { followARow, nextInsert } from './follow-a-row.ts';
import { Instruments } from './instruments.ts';
import { judgeSource } from './judge-source.ts';
import { loadSubject, type LoadedTables } from './load-subject.ts';
import { observeAtRest } from './observe-at-rest.ts';
import { runbookOf } from './runbook-of-run.ts';
import { startServers, type ServerOptions, type ServersFrom, type StartedServers } from './start-servers.ts';
import { tryApplication } from './try-application.ts';
import { Workload } from './workload.ts';

export interface RunOptions extends ServerOptions {
  readonly subject: Subject;
  /** The share of each kind of workload, whose tables are also created; by default the default mix. */
  readonly kinds?: KindWeights;
  readonly seed: number;
  /** The recorder; without one, as in benchmarks, the run cannot be judged. */
  readonly history?: HistoryFile;
}

/**
 * One subject on one cluster, with everything that a story needs: the steps of the migration, the application that
 * writes, and the means to compare both sides. The CLI's rehearsal and every scenario use it.
 */
export class Run implements AsyncDisposable {
  readonly subject: Subject;
  readonly kinds: KindWeights;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly history: HistoryFile | undefined;
  readonly servers: MigrationServers;
  readonly migration: Migration;
  readonly workload: Workload;
  readonly #instruments: Instruments;
  #loaded: LoadedTables | undefined;
  #rowsFollowed = 0;

  private constructor(options: RunOptions, { servers: cluster, sidecars }: StartedServers, instruments: Instruments) {
    const { subject, kinds = DEFAULT_KINDS, seed, recorder, artifacts, history } = options;
    this.subject = subject;
    this.kinds = kinds;
    this.seed = seed;
    this.recorder = recorder;
    this.artifacts = artifacts;
    this.history = history;
    this.servers = cluster;
    const commands = commandLog(recorder, cluster.existing !== null, (text) => instruments.writeStep(text));
    const ours = workloadTables(kinds);
    const context: MigrationContext = {
      cluster,
      vtctl: new Vtctl(cluster.vtctld, commands),
      sidecars,
      tables: [...subject.tables, ...ours.map(({ name }) => name)],
      vschema: { ...subject.vschema, tables: { ...subject.vschema.tables, ...workloadVschema(ours) } },
      loaded: () => ({
        beganEmpty: this.beganEmpty,
        foreignKeys: this.loaded.foreignKeys,
        needKeys: this.#tables.needKeys,
      }),
      before: { journals: 0, executed: new Map() },
      observed: (observation) => recorder.observed(observation),
      met: (server, endpoint) => this.#met(server, endpoint),
    };
    this.migration = new Migration(context, recorder);
    this.workload = new Workload({ cluster, application: () => this.application, kinds, seed, recorder, history });
    this.#instruments = instruments;
    instruments.watch([forwardWorkflow(context), reverseWorkflow(context)].map(({ workflow }) => workflow));
  }

  /** Starts the servers that are there before a migration begins, or connects to those that are already running. */
  static async start(from: ServersFrom, options: RunOptions): Promise<Run> {
    const instruments = new Instruments(options.recorder, options.artifacts);
    return new Run(options, await startServers(from, options), instruments);
  }

  /** The servers that this run started. @throws usage if they were already running. */
  get cluster(): Cluster {
    if (this.servers instanceof Cluster) return this.servers;
    throw usage({ what: 'This run did not start its servers.' });
  }

  /**
   * Loads the subject's schema and rows, and the workload's own tables, directly into the source MySQL. A source that
   * was already running is only read.
   */
  async load(): Promise<void> {
    const { servers, subject, seed, recorder } = this;
    const isStarted = servers.existing === null;
    const connect = servers.hasMysqls
      ? servers.source.harnessEndpoint
      : (await servers.vtgate()).harnessEndpoint(`${shardOf(this.migration.context, 'source')}@primary`);
    if (isStarted) {
      for (const { name, endpoint } of await serversOf(this.migration.context, 'source')) {
        this.#met({ server: await uuidOf(endpoint), side: 'source', name }, endpoint);
      }
    }
    recorder.observed({ of: 'versions', ...(await servers.versions()), node: process.versions.node });
    const load = async () => await loadSubject(connect, { servers, subject, kinds: this.kinds, seed, recorder });
    this.#loaded = isStarted ? await this.#instruments.cost.loading(connect, load) : await load();
    for (const line of this.#loaded.written) this.history?.append(line);
    recorder.observed({ of: 'runbook', steps: runbookOf(this.migration.context, subject.tables) });
  }

  /** Tables that had no row when they were loaded. */
  get beganEmpty(): ReadonlySet<string> {
    return new Set(this.#tables.written.flatMap(({ table, rows }) => (rows === 0 ? [table] : [])));
  }

  /**
   * Judges the source as it is now, as a step, and shows the findings.
   *
   * @param fence the fence, if there will be one; the findings then say whom it would lock.
   * @throws `fail` naming every blocker.
   */
  async preflight(options: PreflightOptions, fence: FenceOptions | null = null): Promise<void> {
    const { subject, loaded, recorder } = this;
    const ours = workloadTables(this.kinds).map(({ name }) => name);
    await judgeSource({ context: this.migration.context, subject, loaded, ours, options, fence }, recorder);
  }

  /**
   * Tries every statement and transaction of the application on the source and through vtgate, and rolls each back.
   */
  async tryStatements(): Promise<void> {
    await tryApplication(this.application, this.seed, this.servers, this.recorder);
  }

  /** What the application does; known once the subject is loaded. */
  get application(): Application {
    return this.loaded.application;
  }

  /** What is known about the loaded subject. */
  get loaded(): LoadedSubject {
    return this.#tables.subject;
  }

  get #tables(): LoadedTables {
    if (this.#loaded !== undefined) return this.#loaded;
    throw usage({ what: 'Nothing has been loaded yet.', next: 'Call run.load() first.' });
  }

  /** Adds a row on the side that serves writes, and waits until it is readable on the other side. */
  async followRow(): Promise<void> {
    const row = nextInsert(this.application, this.seed, this.#tables.withAutoKey, ++this.#rowsFollowed);
    await followARow(this.migration, this.recorder, row);
  }

  /**
   * Waits until the streams are at rest, then looks at everything: positions, routing, both sides by VDiff and by our
   * own checksums, constraints, and the contents of the tables. Stop the workload first.
   */
  async observe(): Promise<readonly TableComparison[]> {
    const tables = await observeAtRest(this.migration, this.recorder);
    if (this.servers.existing === null) await this.readFinalState();
    return tables;
  }

  /** Records the rows of the tables that operations wrote to, on the side that serves writes. Call it only at rest. */
  async readFinalState(): Promise<void> {
    const { context, writesOn: side } = this.migration;
    await this.recorder.step(
      'finalState',
      'rows of the side that serves writes',
      async () => {
        const endpoint = await primaryEndpoint(context, side);
        const file = path.join(this.artifacts.path, 'final-state.jsonl');
        return await writeFinalState(file, { endpoint, side }, this.#tables.written, this.#tables.keys);
      },
      (rows) => `${rows.toLocaleString('en')} rows`,
    );
  }

  /**
   * Returns where a run that ended in the middle left traffic, and which commands bring it back; null if the servers
   * end with the run, or nothing has been created. A command that is under way may finish first, and no other follows
   * it.
   */
  async wayBack(): Promise<string | null> {
    if (!(this.servers instanceof ExistingCluster)) return null;
    const host = await this.servers.vtctld.close();
    return this.migration.hasWorkflow ? await describeWayBack(this.migration.context, host) : null;
  }

  /** Records what is known only when the run is over, while its servers are still there. */
  async end(): Promise<void> {
    await observeCutovers(this.migration.cutovers, this.workload, this.recorder);
    // When the run was aborted, nobody waits for more figures.
    if (this.recorder.isClosed) return;
    this.recorder.observed(await this.#instruments.cost.look(this.servers, await this.workload.cpuSeconds()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using stack = new AsyncDisposableStack();
    stack.use(this.#instruments);
    stack.use(this.servers);
    stack.use(this.workload);
    stack.defer(async () => await this.#instruments.stopWatching());
  }

  #met(server: Pick<ServerLine, 'server' | 'side' | 'name'>, endpoint: ConnectionOptions | null): void {
    this.history?.append({ type: 'server', ...server });
    if (endpoint !== null)
      this.#instruments.sample(server.name, endpoint, sidecarOf(this.migration.context, server.side));
    this.workload.meet(server.server);
  }
}
