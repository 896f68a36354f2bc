import { failure, messageOf, trouble } from '../errors.ts';
import { classify } from './classify.ts';
import { Lane, closeAll, openAll } from './lane.ts';
import { Plan, type Operation } from './plan.ts';
import { Schedule } from './schedule.ts';
import type { Session, WriteEndpoint } from './session.ts';
import { Tally, type ErrorSample, type Figures } from './tally.ts';
import { Watchers } from './watchers.ts';
import type { WriterOptions, WriterTotals } from './writer-types.ts';

export type { WriteEndpoint } from './session.ts';
export type { ErrorSample, Figures } from './tally.ts';
export type { WriterOptions, WriterTotals } from './writer-types.ts';

/**
 * Writes at fixed times, whatever the server does: an open loop. Latency counts from when an operation was due, so that
 * a stall shows in every operation that it held up. Nothing is tried twice.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #plan: Plan;
  readonly #schedule: Schedule;
  readonly #lanes: readonly Lane[];
  readonly #tally = new Tally();
  readonly #watchers = new Watchers();
  readonly #running = new Set<Promise<void>>();
  readonly #counts = { sent: 0, insert: 0, update: 0, delete: 0, unmatched: 0 };
  #endpoint: WriteEndpoint;
  #timer: NodeJS.Timeout | undefined;
  /** When it was stopped: silence after that is no gap. */
  #endedAtMs = Infinity;
  #stopped: Promise<WriterTotals> | undefined;
  /** A fault of our own, not of a write: nothing more is begun. */
  #fault: Error | undefined;

  private constructor(options: WriterOptions, sessions: readonly Session[]) {
    this.#options = options;
    this.#endpoint = options.to;
    this.#lanes = sessions.map((session) => new Lane(session));
    // A row is referred to a second after it was inserted: its key is known by then, if all is well.
    this.#plan = new Plan(options.fixture, options.seed, Math.max(1, Math.ceil(options.operationsPerSecond)));
    this.#schedule = new Schedule(options.now(), options.operationsPerSecond);
  }

  /** Opens all connections, then begins. @throws trouble when one cannot be opened. */
  static async start(options: WriterOptions): Promise<Writer> {
    const writer = new Writer(options, await openAll(options.to, options.connections ?? 8));
    writer.#tick();
    return writer;
  }

  /**
   * Sends later operations to another endpoint. Resolves when all in flight on the old one have ended and the new one
   * has acknowledged one.
   *
   * @throws trouble when a connection to the new endpoint cannot be opened: then nothing has moved; failure when the
   * new one acknowledges nothing in time.
   */
  async moveTo(endpoint: WriteEndpoint, timeoutMs = 60_000): Promise<void> {
    const sessions = await openAll(endpoint, this.#lanes.length);
    if (this.#stopped !== undefined) {
      await closeAll(sessions);
      throw trouble({ what: `The writer cannot be moved to ${endpoint.name}: it has been stopped.` });
    }
    const inFlight = [...this.#running];
    this.#endpoint = endpoint;
    const left = this.#lanes.flatMap((lane, at) => {
      const session = sessions[at];
      return session === undefined ? [] : lane.replaceBy(session);
    });
    // Those in flight end by their statement's timeout at the latest.
    await Promise.all([
      this.#watchers.until(1, endpoint, timeoutMs, (seen) => this.#giveUp('get a write acknowledged', seen, timeoutMs)),
      closeAll(left),
      ...inFlight,
    ]);
  }

  /** What was seen from one time to another; the run's clock, milliseconds. */
  figures(fromMs: number, toMs: number): Figures {
    return this.#tally.figures(fromMs, Math.min(toMs, this.#endedAtMs));
  }

  acknowledgedSince(ms: number): number {
    return this.#tally.acknowledgedSince(ms);
  }

  /** Errors so far, by class. */
  get samples(): ReadonlyMap<string, ErrorSample> {
    return this.#tally.samples;
  }

  /** Resolves when this many more writes were acknowledged. @throws failure when they are not in time. */
  async untilAcknowledged(count: number, timeoutMs: number): Promise<void> {
    const giveUp = (seen: number) => this.#giveUp(`get ${count} writes acknowledged`, seen, timeoutMs);
    await this.#watchers.until(count, undefined, timeoutMs, giveUp);
  }

  /**
   * Begins no new operation, waits for those in flight, closes the connections. Bounded by the statement's timeout.
   * Can be called again, with the same result.
   */
  stop(): Promise<WriterTotals> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<WriterTotals> {
    clearTimeout(this.#timer);
    this.#endedAtMs = this.#options.now();
    await Promise.all(this.#running);
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    if (this.#fault !== undefined) throw this.#fault;
    const { insert, update, delete: deletes, ...counts } = this.#counts;
    return {
      ...this.#tally.figures(this.#schedule.startedAtMs, this.#options.now()),
      ...counts,
      inserts: insert,
      updates: update,
      deletes,
      unsent: this.#schedule.waiting,
      reconnects: this.#lanes.reduce((sum, lane) => sum + lane.reconnects, 0),
      samples: this.#tally.samples,
    };
  }

  #tick(): void {
    const nextMs = this.#schedule.advance(this.#options.now());
    this.#dispatch();
    if (this.#stopped !== undefined || this.#fault !== undefined) return;
    // Rounded up: a timer that fired early would find nothing due. Latency counts from the due time all the same.
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil(nextMs - this.#options.now())));
  }

  #dispatch(): void {
    if (this.#stopped !== undefined || this.#fault !== undefined) return;
    const limit = this.#options.queueLimit ?? this.#options.operationsPerSecond * 60;
    try {
      for (const lane of this.#lanes) {
        if (lane.busy || this.#schedule.waiting === 0) continue;
        const operation = this.#plan.operation(this.#schedule.take());
        lane.busy = true;
        const running = this.#run(lane, operation).finally(() => this.#running.delete(running));
        this.#running.add(running);
      }
      while (this.#schedule.waiting > limit) {
        // The plan is asked all the same, so that what follows stays as the seed has it.
        const { index } = this.#plan.operation(this.#schedule.take());
        const error = `${limit} operations wait already`;
        this.#tally.fail('not-sent', error, this.#options.now(), this.#schedule.dueMs(index));
      }
    } catch (error) {
      this.#fault = trouble({ what: 'The writer had to stop.', seen: messageOf(error), cause: error });
    }
  }

  // Never rejects: what goes wrong with a write is what the writer is there to count.
  async #run(lane: Lane, operation: Operation): Promise<void> {
    const dueMs = this.#schedule.dueMs(operation.index);
    try {
      this.#counts.sent += 1;
      const timeoutMs = this.#options.statementTimeoutMs ?? 30_000;
      const { result, endpoint } = await lane.send(operation, this.#endpoint, timeoutMs);
      this.#tally.ack(this.#options.now(), dueMs);
      this.#counts[operation.kind] += 1;
      if (operation.kind !== 'insert' && result.affectedRows === 0) this.#counts.unmatched += 1;
      this.#plan.inserted(operation, result.insertId);
      this.#watchers.acknowledged(endpoint);
    } catch (error) {
      this.#tally.fail(classify(error), error, this.#options.now(), dueMs);
    }
    lane.busy = false;
    const left = lane.settle();
    this.#dispatch();
    await closeAll(left);
  }

  #giveUp(what: string, seen: number, timeoutMs: number): Error {
    if (this.#fault !== undefined) return this.#fault;
    const errors = [...this.#tally.samples].map(([kind, { count, last }]) => `${count} ${kind}, last: ${last.message}`);
    const queue = `${this.#running.size} in flight, ${this.#schedule.waiting} waiting`;
    return failure({
      what: `The writer did not ${what} within ${timeoutMs} ms.`,
      seen: [`${seen} acknowledged, ${queue}`, ...errors].join('\n'),
      where: `${this.#endpoint.name}, at ${this.#options.operationsPerSecond} operations a second`,
    });
  }
}
