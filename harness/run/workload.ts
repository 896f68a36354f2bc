import type { MigrationServers } from '../cluster/servers.ts';
import { trouble, usage } from '../errors.ts';
import type { Application } from '../fixture/fixture.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { Recorder } from '../history/recorder.ts';
import { AUTO_MOST, firstRate, tooHigh, type AskedRate } from '../workload/capacity.ts';
import type { TransactionEnding } from '../workload/open-transaction.ts';
import type { ReplicaReads } from '../workload/replica-reader.ts';
import { highestRate, rateText } from '../workload/schedule.ts';
import { RemoteWriter } from './remote-writer.ts';
import { Servers } from '../workload/servers.ts';
import type { KindWeights } from '../workload/tables.ts';
import { ClientThread } from '../workload/thread.ts';
import type { WindowFigures, WriteEndpoint, WriterTotals } from '../workload/writer.ts';

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

/** One process that sends the operations that it is given, one at a time; they are in the history like a writer's. */
export interface RemoteClient extends AsyncDisposable {
  /** Gives a row a new value. */
  update(key: number): Promise<void>;
  /** Returns the value of a row, null if there is no such row, or why it could not be read. */
  read(key: number): Promise<number | string | null>;
  /** Inserts a row and returns the id that the server gave it. */
  generate(): Promise<number>;
  deleteId(id: number): Promise<void>;
}

/** A transaction that has inserted a row and stays open; it is rolled back unless it is committed. */
export interface HeldTransaction extends AsyncDisposable {
  /** The row that it inserted. */
  readonly key: number;
  /** Commits and returns the outcome; never rejects because of the server's answer. */
  commit(): Promise<TransactionEnding>;
}

/** The longest time of a burst, and how many seconds' worth of operations it sends if a rate is given. */
const BURST = { ms: 1_500, seconds: 2, least: 50 };
/** Operations per second while it writes little. */
const QUIET_RATE = 1;

/** The application of a run, which writes during the migration. Its clients have a thread of their own. */
export class Workload implements AsyncDisposable {
  readonly #options: WorkloadOptions;
  /** Servers whose names are known; any other is asked for its name when it is first seen. */
  readonly #servers = new Servers();
  #thread: ClientThread | undefined;
  readonly #others: AsyncDisposable[] = [];
  /** The workloads in order; the last one is running. */
  readonly #writers: RemoteWriter[] = [];
  /** When the last one was stopped, on the run's clock. */
  #stoppedAtMs = Infinity;
  /** Whether the rate was left to this machine. */
  #isRateAuto = false;
  #hasEnded = false;
  totals: WriterTotals | null = null;

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** Receives the UUID of a server. @throws trouble for two servers whose UUIDs begin alike. */
  meet(uuid: string): void {
    this.#servers.add(uuid);
    // A thread that has gone is reported by the next call whose answer matters.
    this.#thread?.clients.meet.asEvent(uuid).catch(() => undefined);
  }

  /** The CPU seconds that the clients have used; null if their thread has gone. */
  async cpuSeconds(): Promise<number | null> {
    if (this.#thread === undefined) return 0;
    return await this.#thread.clients.cpuSeconds().catch(() => null);
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
  async startStray({ to = 'source', kinds = { rows: 1 }, ...options }: WorkloadStart): Promise<RemoteWriter> {
    this.#options.recorder.note(`a stray client writes to ${to}, ${rateText(firstRate(options.writesPerSecond))}`);
    const stray = await this.#open({ ...options, to, kinds }, true);
    this.#others.push(stray);
    await stray.untilAcknowledged(1, 30_000);
    return stray;
  }

  /** Starts one more process, which sends the operations that it is given, one at a time. */
  async client({ to = 'vtgate' }: { readonly to?: WriteEndpoint['name'] } = {}): Promise<RemoteClient> {
    const clients = this.#clients;
    const client = await clients.openClient(await this.#endpoint(to));
    return {
      update: async (key) => await clients.update(client, key),
      read: async (key) => await clients.read(client, key),
      generate: async () => await clients.generate(client),
      deleteId: async (id) => await clients.deleteId(client, id),
      [Symbol.asyncDispose]: async () => await clients.closeClient(client),
    };
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
        const { perSecond, rate } = await this.#running.burst({ ms: BURST.ms, operations }, asked);
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
    const writer = this.#running;
    await writer.sendAt(QUIET_RATE);
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => await writer.sendAsBefore());
    const result = await body();
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
    const clients = this.#clients;
    const reader = await clients.startReader({ name: 'vtgate', options }, seed);
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => void (await clients.stopReader(reader)));
    const result = await body();
    return { result, reads: await clients.stopReader(reader) };
  }

  /** Begins a transaction that has inserted a row and stays open until `commit`. It needs the table of `rows`. */
  async openTransaction({ to = 'vtgate' }: { readonly to?: WriteEndpoint['name'] } = {}): Promise<HeldTransaction> {
    const clients = this.#clients;
    const { transaction, key } = await clients.beginTransaction(await this.#endpoint(to));
    const held: HeldTransaction = {
      key,
      commit: async () => await clients.commit(transaction),
      [Symbol.asyncDispose]: async () => await clients.endTransaction(transaction),
    };
    this.#others.push(held);
    return held;
  }

  /** Holds a transaction open while `body` runs, then commits. If `body` throws, the transaction is rolled back. */
  async holdTransaction<T>(
    body: (transaction: HeldTransaction) => Promise<T>,
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
  async figures(fromMs: number, toMs: number): Promise<WindowFigures | null> {
    if (fromMs > this.#stoppedAtMs) return null;
    return (await this.#writers.findLast(({ startedAtMs }) => startedAtMs < toMs)?.figures(fromMs, toMs)) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    await using stack = new AsyncDisposableStack();
    if (this.#thread !== undefined) stack.use(this.#thread);
    for (const each of [...this.#others, ...this.#writers]) stack.use(each);
    this.totals = (await this.#writers.at(-1)?.stop()) ?? null;
  }

  async #open(
    options: WorkloadStart & { readonly to: WriteEndpoint['name'] },
    isStray: boolean,
  ): Promise<RemoteWriter> {
    const { writesPerSecond: asked, to, kinds = this.#options.kinds, connections } = options;
    const { application, seed } = this.#options;
    const rate = firstRate(asked);
    if (!isStray) this.#isRateAuto = asked === 'auto';
    if (!(highestRate(rate) > 0)) {
      throw usage({
        what: 'A workload needs a rate.',
        expected: 'writesPerSecond above 0',
        seen: JSON.stringify(rate),
      });
    }
    return await RemoteWriter.start(this.#clients, {
      to: await this.#endpoint(to),
      application: application(),
      seed,
      rate,
      ...(asked === 'auto' ? { rateAtMost: AUTO_MOST } : {}),
      kinds,
      isStray,
      ...(connections === undefined ? {} : { connections }),
    });
  }

  /** The clients, whose thread begins when it is first needed. */
  get #clients(): ClientThread['clients'] {
    const { history, recorder } = this.#options;
    if (this.#hasEnded) throw trouble({ what: 'The run has ended: no more clients are started.' });
    this.#thread ??= new ClientThread(
      { history: history?.shared ?? null, startedAtMs: recorder.startedAtMs, servers: this.#servers.all },
      { historyFailed: (fault) => history?.failed(fault), stoodStill: (seen) => recorder.observed(seen) },
    );
    return this.#thread.clients;
  }

  async #endpoint(to: WriteEndpoint['name']): Promise<WriteEndpoint> {
    const { cluster } = this.#options;
    const options =
      to === 'source'
        ? cluster.source.applicationEndpoint
        : (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
    return { name: to, options };
  }

  get #running(): RemoteWriter {
    const writer = this.#writers.at(-1);
    if (writer !== undefined) return writer;
    throw usage({ what: 'The workload has not been started.', next: 'Call workload.start() first.' });
  }
}
