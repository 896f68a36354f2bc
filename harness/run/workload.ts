import type { Cluster } from '../cluster/cluster.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { Recorder } from '../history/recorder.ts';
import { Writer, type Figures, type WriteEndpoint, type WriterTotals } from '../workload/writer.ts';
import { usage } from '../errors.ts';

/** The application of a run: it writes while the migration goes on. */
export class Workload implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #fixture: Fixture;
  readonly #seed: number;
  readonly #recorder: Recorder;
  #writer: Writer | undefined;
  totals: WriterTotals | null = null;

  constructor(cluster: Cluster, fixture: Fixture, seed: number, recorder: Recorder) {
    this.#cluster = cluster;
    this.#fixture = fixture;
    this.#seed = seed;
    this.#recorder = recorder;
  }

  /** Begins to write, through vtgate unless told otherwise, and waits until a write was acknowledged. */
  async start({
    writesPerSecond,
    to = 'vtgate',
  }: {
    writesPerSecond: number;
    to?: 'source' | 'vtgate';
  }): Promise<void> {
    await this.#recorder.step('writes', `writes to ${to}, ${writesPerSecond} a second`, async () => {
      this.#writer = await Writer.start({
        to: await this.#endpoint(to),
        fixture: this.#fixture,
        seed: this.#seed,
        operationsPerSecond: writesPerSecond,
        now: () => this.#recorder.now(),
      });
      await this.#writer.untilAcknowledged(1, 30_000);
    });
  }

  /** From now on through vtgate, as a step of its own. */
  async moveToVtgate(): Promise<void> {
    await this.#recorder.step('writes', 'writes move to vtgate', async () => {
      await this.#running.moveTo(await this.#endpoint('vtgate'));
    });
  }

  /** Waits until this many more writes were acknowledged. */
  async untilAcknowledged(count: number, timeoutMs = 30_000): Promise<void> {
    await this.#running.untilAcknowledged(count, timeoutMs);
  }

  /** No new write; those in flight end. */
  async stop(): Promise<WriterTotals> {
    this.totals = await this.#running.stop();
    return this.totals;
  }

  /** What the application saw between two times on the run's clock, milliseconds. */
  figures(fromMs: number, toMs: number): Figures | null {
    return this.#writer?.figures(fromMs, toMs) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#writer) await this.stop();
  }

  async #endpoint(to: 'source' | 'vtgate'): Promise<WriteEndpoint> {
    const options =
      to === 'source'
        ? this.#cluster.source.applicationEndpoint
        : (await this.#cluster.vtgate()).applicationEndpoint(this.#cluster.sourceKeyspace);
    return { name: to, options };
  }

  get #running(): Writer {
    if (this.#writer) return this.#writer;
    throw usage({ what: 'The workload was not started.', next: 'Call workload.start() first.' });
  }
}
