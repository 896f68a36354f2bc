import type { WriterStart } from '../workload/clients.ts';
import type { ClientThread } from '../workload/thread.ts';
import type { Writer, WriteEndpoint } from '../workload/writer.ts';

type Clients = ClientThread['clients'];

/** A `Writer` in the thread of the clients. */
export class RemoteWriter implements AsyncDisposable {
  readonly #clients: Clients;
  readonly #writer: number;
  /** When its first operation was due, on the run's clock. */
  readonly startedAtMs: number;

  private constructor(clients: Clients, writer: number, startedAtMs: number) {
    this.#clients = clients;
    this.#writer = writer;
    this.startedAtMs = startedAtMs;
  }

  static async start(clients: Clients, options: WriterStart): Promise<RemoteWriter> {
    const { writer, startedAtMs } = await clients.startWriter(options);
    return new RemoteWriter(clients, writer, startedAtMs);
  }

  async moveTo(endpoint: WriteEndpoint): Promise<void> {
    await this.#clients.moveWriter(this.#writer, endpoint);
  }

  async burst(...[limits, after]: Parameters<Writer['burst']>): ReturnType<Writer['burst']> {
    return await this.#clients.burst(this.#writer, limits, after);
  }

  async sendAt(rate: number): Promise<void> {
    await this.#clients.sendAt(this.#writer, rate);
  }

  async sendAsBefore(): Promise<void> {
    await this.#clients.sendAsBefore(this.#writer);
  }

  async untilAcknowledged(count: number, timeoutMs: number): Promise<void> {
    await this.#clients.untilAcknowledged(this.#writer, count, timeoutMs);
  }

  async figures(fromMs: number, toMs: number): Promise<ReturnType<Writer['figures']>> {
    return await this.#clients.figures(this.#writer, fromMs, toMs);
  }

  async stop(): ReturnType<Writer['stop']> {
    return await this.#clients.stopWriter(this.#writer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
