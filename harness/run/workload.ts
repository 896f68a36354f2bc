import type { MigrationServers } from '../cluster/servers.ts';
import { usage } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { Recorder } from '../history/recorder.ts';
import { AUTO_MOST, autoRate, firstRate, tooHigh, type AskedRate } from '../workload/capacity.ts';
import { Client } from '../workload/client.ts';
import { Numbering } from '../workload/numbering.ts';
import { OpenTransaction, type TransactionEnding } from '../workload/open-transaction.ts';
import { ReplicaReader, type ReplicaReads } from '../workload/replica-reader.ts';
import { highestRate, rateText } from '../workload/schedule.ts';
import { Servers } from '../workload/servers.ts';
import type { KindWeights } from '../workload/tables.ts';
import type { WorkerContext } from '../workload/worker.ts';
import { Writer, type WindowFigures, type WriteEndpoint, type WriterTotals } from '../workload/writer.ts';

export interface WorkloadStart {
  /** Operations per second of all kinds together, including reads. */
  readonly writesPerSecond: AskedRate;
  /** Where writes go; by default through vtgate. */
  readonly to?: WriteEndpoint['name'];
  /** The share of each kind; by default that of the run. Their tables must have been loaded. */
  readonly kinds?: KindWeights;
  /** The number of processes, each with at most one operation in flight; 8 by default. */
  readonly connections?: number;
}

export interface WorkloadOptions {
  readonly cluster: MigrationServers;
  /** Returns what the kind `sql` does; called when a client starts. */
  readonly application: () => Application;
  readonly kinds: KindWeights;
  readonly seed: number;
  readonly recorder: Recorder;
  /** Records every operation; without it, nothing is recorded. */
  readonly history: HistoryFile | undefined;
}

/** The longest time of a burst, and how many seconds' worth of operations it sends if a rate is given. */
const BURST = { ms: 1_500, seconds: 2, least: 50 };
/** Operations per second while it writes little. */
const QUIET_RATE = 1;

/** The application of a run, which writes during the migration. */
export class Workload implements AsyncDisposable {
  readonly #options: WorkloadOptions;
  /** What all clients of the run share. */
  readonly #shared: WorkerContext;
  readonly #others: AsyncDisposable[] = [];
  /** The workloads in order; the last one is running. */
  readonly #writers: Writer[] = [];
  /** When the last one was stopped, on the run's clock. */
  #stoppedAtMs = Infinity;
  /** Whether the rate was left to this machine. */
  #isRateAuto = false;
  totals: WriterTotals | null = null;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#shared = { history: options.history, numbering: new Numbering(), servers: new Servers() };
  }

  /** Servers whose names are known; any other is asked for its name when it is first seen. */
  get servers(): Servers {
    return this.#shared.servers;
  }

  /** Begins to write, and waits until a write is acknowledged. */
  async start(options: WorkloadStart): Promise<void> {
    const { writesPerSecond, to = 'vtgate' } = options;
    await this.#options.recorder.step(
      'writes',
      `writes to ${to}, ${rateText(firstRate(writesPerSecond))}`,
      async () => {
        this.#options.recorder.observed({ of: 'endpoint', to });
        const writer = await this.#open({ ...options, to }, false);
        this.#writers.push(writer);
        this.#stoppedAtMs = Infinity;
        await writer.untilAcknowledged(1, 30_000);
      },
    );
  }

  /**
   * Starts a second client beside the first, connected directly to the source MySQL, like one that was forgotten when
   * the application moved to vtgate. It writes to rows of its own, until the workload ends or its `stop` is called.
   */
  async startStray({ to = 'source', kinds = { rows: 1 }, ...options }: WorkloadStart): Promise<Writer> {
    this.#options.recorder.note(`a stray client writes to ${to}, ${rateText(firstRate(options.writesPerSecond))}`);
    const stray = await this.#open({ ...options, to, kinds }, true);
    this.#others.push(stray);
    await stray.untilAcknowledged(1, 30_000);
    return stray;
  }

  /** Starts one more process, which sends the operations that it is given, one at a time. */
  async client({ to = 'vtgate' }: { readonly to?: WriteEndpoint['name'] } = {}): Promise<Client> {
    return await Client.open({ ...this.#shared, to: await this.#endpoint(to) });
  }

  /**
   * Finds out what the servers can sustain, using a burst of the mix, and continues at the requested rate, or for
   * `auto` at a rate that this machine can sustain beside a migration.
   */
  async findRate(asked: AskedRate): Promise<void> {
    const { recorder } = this.#options;
    await recorder.step(
      'writes',
      'what the servers can sustain',
      async ({ note }) => {
        const operations = asked === 'auto' ? Infinity : Math.max(BURST.least, highestRate(asked) * BURST.seconds);
        let rate = firstRate(asked);
        const perSecond = await this.#running.burst({ ms: BURST.ms, operations }, (taken) => {
          rate = asked === 'auto' ? autoRate(taken) : asked;
          return rate;
        });
        const advice = tooHigh(rate, perSecond);
        if (advice !== null) note(advice);
        recorder.observed({ of: 'capacity', perSecond: Math.round(perSecond), rate: highestRate(rate) });
        return { perSecond, rate };
      },
      ({ perSecond, rate }) =>
        `${Math.round(perSecond).toLocaleString('en')} operations a second; ${rateText(rate)} from now on`,
    );
  }

  /**
   * Runs `body` while the application sends one operation a second, if its rate is `auto`; a rate that was asked for is
   * kept.
   */
  async quietly<T>(body: () => Promise<T>): Promise<T> {
    if (!this.#isRateAuto) return await body();
    const { recorder } = this.#options;
    recorder.note(
      `the application sends ${rateText(QUIET_RATE)} during the next VDiff, which at the full rate waits up to 3 s longer for each table`,
    );
    const fromMs = recorder.now();
    const result = await this.#running.atRate(QUIET_RATE, body);
    recorder.observed({ of: 'quiet', fromMs, toMs: recorder.now(), perSecond: QUIET_RATE });
    return result;
  }

  /** Sends all operations through vtgate from now on, as a step of its own. */
  async moveToVtgate(): Promise<void> {
    await this.#options.recorder.step('writes', 'writes move to vtgate', async () => {
      this.#options.recorder.observed({ of: 'endpoint', to: 'vtgate' });
      await this.#running.moveTo(await this.#endpoint('vtgate'));
    });
  }

  /**
   * Reads rows from replicas while `body` runs, through vtgate. Reads of replicas must have been switched to the
   * target, because the source has none. It needs the table of `rows`.
   */
  async whileReadingReplicas<T>(body: () => Promise<T>): Promise<{ readonly result: T; readonly reads: ReplicaReads }> {
    const { cluster, seed } = this.#options;
    const options = (await cluster.vtgate()).applicationEndpoint(`${cluster.sourceKeyspace}@replica`);
    await using reader = await ReplicaReader.start(this.#shared, { name: 'vtgate', options }, seed);
    const result = await body();
    return { result, reads: await reader.stop() };
  }

  /** Begins a transaction that has inserted a row and stays open until `commit`. It needs the table of `rows`. */
  async openTransaction({ to = 'vtgate' }: { readonly to?: WriteEndpoint['name'] } = {}): Promise<OpenTransaction> {
    const opened = await OpenTransaction.begin({ ...this.#shared, to: await this.#endpoint(to) });
    this.#others.push(opened);
    return opened;
  }

  /** Holds a transaction open while `body` runs, then commits. If `body` throws, the transaction is rolled back. */
  async holdTransaction<T>(
    body: (transaction: OpenTransaction) => Promise<T>,
    options: { readonly to?: WriteEndpoint['name'] } = {},
  ): Promise<{ readonly result: T; readonly ending: TransactionEnding }> {
    await using transaction = await this.openTransaction(options);
    const result = await body(transaction);
    return { result, ending: await transaction.commit() };
  }

  /** Waits until this many more writes have been acknowledged. */
  async untilAcknowledged(count: number, timeoutMs = 30_000): Promise<void> {
    await this.#running.untilAcknowledged(count, timeoutMs);
  }

  /** Stops sending, and waits for operations in flight. @throws trouble if the history could not be written. */
  async stop(): Promise<WriterTotals> {
    this.#options.recorder.note('writes stopped');
    this.#options.recorder.observed({ of: 'workloadStopped' });
    this.totals = await this.#running.stop();
    this.#stoppedAtMs = this.#options.recorder.now();
    return this.totals;
  }

  /**
   * Returns what the application saw between two times on the run's clock, in milliseconds; null if it did not write.
   */
  figures(fromMs: number, toMs: number): WindowFigures | null {
    if (fromMs > this.#stoppedAtMs) return null;
    return this.#writers.findLast(({ startedAtMs }) => startedAtMs < toMs)?.figures(fromMs, toMs) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using stack = new AsyncDisposableStack();
    for (const each of [...this.#others, ...this.#writers]) stack.use(each);
    this.totals = (await this.#writers.at(-1)?.stop()) ?? null;
  }

  async #open(options: WorkloadStart & { readonly to: WriteEndpoint['name'] }, isStray: boolean): Promise<Writer> {
    const { writesPerSecond: asked, to, kinds = this.#options.kinds, connections } = options;
    const { application, seed, recorder } = this.#options;
    const writesPerSecond = firstRate(asked);
    if (!isStray) this.#isRateAuto = asked === 'auto';
    if (!(highestRate(writesPerSecond) > 0)) {
      throw usage({
        what: 'A workload needs a rate.',
        expected: 'writesPerSecond above 0',
        seen: JSON.stringify(writesPerSecond),
      });
    }
    return await Writer.start({
      ...this.#shared,
      to: await this.#endpoint(to),
      application: application(),
      seed,
      rate: writesPerSecond,
      ...(asked === 'auto' ? { rateAtMost: AUTO_MOST } : {}),
      kinds,
      isStray,
      now: () => recorder.now(),
      ...(connections === undefined ? {} : { connections }),
    });
  }

  async #endpoint(to: WriteEndpoint['name']): Promise<WriteEndpoint> {
    const { cluster } = this.#options;
    const options =
      to === 'source'
        ? cluster.source.applicationEndpoint
        : (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
    return { name: to, options };
  }

  get #running(): Writer {
    const writer = this.#writers.at(-1);
    if (writer !== undefined) return writer;
    throw usage({ what: 'The workload has not been started.', next: 'Call workload.start() first.' });
  }
}
