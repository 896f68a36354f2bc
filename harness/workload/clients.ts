import type { Application, LoadedRows } from '../fixture/fixture.ts';
import { HistoryFile, type SharedHistory } from '../history/history-file.ts';
import type { StandstillObservation } from '../history/observations.ts';
import { monotonicMs } from '../clock.ts';
import { Client } from './client.ts';
import { Numbering } from './numbering.ts';
import { OpenTransaction, type TransactionEnding } from './open-transaction.ts';
import { ReplicaReader, type ReplicaReads } from './replica-reader.ts';
import { Servers } from './servers.ts';
import { Standstill } from './standstill.ts';
import type { WriteEndpoint } from './session.ts';
import type { WorkerContext } from './worker.ts';
import { Writer } from './writer.ts';
import type { WriterOptions } from './writer-types.ts';

/** What the clients of a run need from the start; all of it can be sent to another thread. */
export interface ClientsOptions {
  /** The file that every operation is recorded in; null to record nothing. */
  readonly history: SharedHistory | null;
  /** When the run began, by `monotonicMs`. */
  readonly startedAtMs: number;
  /** UUIDs of the servers that are known already. */
  readonly servers: readonly string[];
}

/** Who is told what nobody asked for. */
export interface ClientsListener {
  /** The history can no longer be written; called at most once. */
  historyFailed(fault: Error): void;
  /** The clients could do nothing for a while. */
  stoodStill(standstill: StandstillObservation): void;
}

export type WriterStart = Omit<WriterOptions, keyof WorkerContext | 'now'>;

/**
 * All clients of a run: its application, and whoever else reads or writes. Each has a number, by which it is told what
 * to do, because they are in a thread of their own; see `thread.ts`.
 */
export class Clients {
  readonly #shared: WorkerContext;
  readonly #now: () => number;
  readonly #writers: Writer[] = [];
  readonly #clients: Client[] = [];
  readonly #transactions: OpenTransaction[] = [];
  readonly #readers: ReplicaReader[] = [];

  constructor({ history, startedAtMs, servers }: ClientsOptions, listener: ClientsListener) {
    this.#now = () => monotonicMs() - startedAtMs;
    // It lasts as long as the thread.
    void new Standstill(this.#now, (seen) => listener.stoodStill(seen));
    this.#shared = {
      history:
        history === null ? undefined : HistoryFile.join(history, this.#now, (fault) => listener.historyFailed(fault)),
      numbering: new Numbering(),
      servers: new Servers(),
    };
    for (const each of servers) this.meet(each);
  }

  /** Receives the UUID of a server of the run. */
  meet(uuid: string): void {
    this.#shared.servers.add(uuid);
  }

  /** The CPU seconds that this thread has used since it began. */
  cpuSeconds(): number {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e6;
  }

  /** @returns its number, and when its first operation was due. */
  async startWriter(options: WriterStart): Promise<{ readonly writer: number; readonly startedAtMs: number }> {
    const application = withBuffers(options.application);
    const writer = await Writer.start({ ...this.#shared, now: this.#now, ...options, application });
    return { writer: this.#writers.push(writer) - 1, startedAtMs: writer.startedAtMs };
  }

  async moveWriter(writer: number, to: WriteEndpoint): Promise<void> {
    await this.#writers[writer]!.moveTo(to);
  }

  async burst(writer: number, ...[limits, after]: Parameters<Writer['burst']>): ReturnType<Writer['burst']> {
    return await this.#writers[writer]!.burst(limits, after);
  }

  sendAt(writer: number, rate: number): void {
    this.#writers[writer]!.sendAt(rate);
  }

  sendAsBefore(writer: number): void {
    this.#writers[writer]!.sendAsBefore();
  }

  async untilAcknowledged(writer: number, count: number, timeoutMs: number): Promise<void> {
    await this.#writers[writer]!.untilAcknowledged(count, timeoutMs);
  }

  figures(writer: number, fromMs: number, toMs: number): ReturnType<Writer['figures']> {
    return this.#writers[writer]!.figures(fromMs, toMs);
  }

  async stopWriter(writer: number): ReturnType<Writer['stop']> {
    return await this.#writers[writer]!.stop();
  }

  async openClient(to: WriteEndpoint): Promise<number> {
    return this.#clients.push(await Client.open({ ...this.#shared, to })) - 1;
  }

  async update(client: number, key: number): Promise<void> {
    await this.#clients[client]!.update(key);
  }

  async read(client: number, key: number): ReturnType<Client['read']> {
    return await this.#clients[client]!.read(key);
  }

  async generate(client: number): Promise<number> {
    return await this.#clients[client]!.generate();
  }

  async deleteId(client: number, id: number): Promise<void> {
    await this.#clients[client]!.deleteId(id);
  }

  async closeClient(client: number): Promise<void> {
    await this.#clients[client]![Symbol.asyncDispose]();
  }

  /** @returns its number, and the row that it has inserted. */
  async beginTransaction(to: WriteEndpoint): Promise<{ readonly transaction: number; readonly key: number }> {
    const opened = await OpenTransaction.begin({ ...this.#shared, to });
    return { transaction: this.#transactions.push(opened) - 1, key: opened.key };
  }

  async commit(transaction: number): Promise<TransactionEnding> {
    return await this.#transactions[transaction]!.commit();
  }

  /** Rolls back, unless it was committed. */
  async endTransaction(transaction: number): Promise<void> {
    await this.#transactions[transaction]![Symbol.asyncDispose]();
  }

  async startReader(to: WriteEndpoint, seed: number): Promise<number> {
    return this.#readers.push(await ReplicaReader.start(this.#shared, to, seed)) - 1;
  }

  async stopReader(reader: number): Promise<ReplicaReads> {
    return await this.#readers[reader]!.stop();
  }
}

/** Bytes that were sent to another thread are no `Buffer` any more. */
function withBuffers(application: Application): Application {
  const { loaded } = application;
  if (loaded === undefined) return application;
  const restored = [...loaded].map(([table, { columns, rows }]) => {
    return [table, { columns, rows: rows.map((row) => row.map(restore)) }] as const;
  });
  return { ...application, loaded: new Map(restored) };
}

function restore(value: LoadedRows['rows'][number][number]): typeof value {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
