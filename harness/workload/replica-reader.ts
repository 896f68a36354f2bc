import { setInterval } from 'node:timers/promises';
import { PlacedRandom, stream } from './random.ts';
import { initialRow, read } from './kinds/rows.ts';
import type { WriteEndpoint } from './session.ts';
import { openAll, Worker, type WorkerContext } from './worker.ts';

const STATEMENT_TIMEOUT_MS = 10_000;
const INTERVAL_MS = 100;

export interface ReplicaReads {
  readonly acknowledged: number;
  /** The last error of each class, by class. */
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * A process that reads rows of `roundtrip_rows` from replicas, one after another, at most ten per second. Its reads are
 * in the history and show how stale replicas are; they are not judged.
 */
export class ReplicaReader implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #endpoint: WriteEndpoint;
  readonly #seed: number;
  readonly #errors: Record<string, string> = {};
  readonly #reading: Promise<void>;
  #acknowledged = 0;
  #stopped: Promise<ReplicaReads> | undefined;

  private constructor(worker: Worker, endpoint: WriteEndpoint, seed: number) {
    this.#worker = worker;
    this.#endpoint = endpoint;
    this.#seed = seed;
    this.#reading = this.#read();
    // The caller of `stop` gets the error.
    this.#reading.catch(() => undefined);
  }

  /**
   * @param to vtgate, with a database like `commerce@replica`.
   * @throws trouble if it cannot connect.
   */
  static async start(context: WorkerContext, to: WriteEndpoint, seed: number): Promise<ReplicaReader> {
    const [session] = await openAll(to, 1, STATEMENT_TIMEOUT_MS);
    return new ReplicaReader(new Worker(context, session!, STATEMENT_TIMEOUT_MS), to, seed);
  }

  /**
   * Ends when the read in flight has ended. It can be called again, with the same result.
   *
   * @throws trouble if the history could not be written.
   */
  stop(): Promise<ReplicaReads> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<ReplicaReads> {
    await this.#reading;
    await this.#worker.close();
    return { acknowledged: this.#acknowledged, errors: this.#errors };
  }

  async #read(): Promise<void> {
    const random = new PlacedRandom();
    const choice = stream(this.#seed, 'reads of replicas');
    let index = 0;
    for await (const _ of setInterval(INTERVAL_MS)) {
      if (this.#stopped !== undefined) return;
      random.at(choice, index);
      const operation = { ...read(index, initialRow(random)), tablet: 'replica' as const };
      index += 1;
      const completion = await this.#worker.run(operation, this.#endpoint, 0);
      if (completion.outcome === 'ok') this.#acknowledged += 1;
      else this.#errors[completion.error.class] = completion.error.message;
    }
  }
}
