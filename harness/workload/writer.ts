import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, trouble } from '../errors.ts';
import { lookUntil } from '../wait.ts';
import { autoRate, type AskedRate } from './capacity.ts';
import { OperationStatistics } from './operation-statistics.ts';
import type { Kind, Operation } from './kinds/kind.ts';
import type { Completion } from './logbook.ts';
import { mixOf } from './mix-of.ts';
import { Worker, closeAll, openAll } from './worker.ts';
import { notAcknowledged } from './no-acknowledgement.ts';
import { highestRate, rateText, Schedule, type Rate } from './schedule.ts';
import type { Session, WriteEndpoint } from './session.ts';
import { WriterTally, type WindowFigures } from './writer-tally.ts';
import { Watchers } from './watchers.ts';
import type { Times } from './write-gaps.ts';
import type { WriterOptions, WriterTotals } from './writer-types.ts';

export type { WriteEndpoint } from './session.ts';
export type { ErrorSample, WindowFigures } from './writer-tally.ts';
export type { WriterOptions, WriterTotals } from './writer-types.ts';

/** More processes could need more transactions at once than a tablet allows; its pool has 20 by default. */
const BURST_AT_ONCE = 8;

/**
 * Sends operations at fixed times, no matter what the server does (an open loop). Latency counts from the time when an
 * operation was due, so a stall shows in every operation that it delayed. Nothing is tried twice, except transactions
 * that the application tries again.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #mix: Kind;
  readonly #schedule: Schedule;
  readonly #workers: readonly Worker[];
  readonly #tally = new WriterTally();
  readonly #watchers = new Watchers();
  readonly #running = new Set<Promise<void>>();
  readonly #counts = new OperationStatistics();
  readonly #inFlight = new Map<Worker, { readonly sentMs: number; readonly isWrite: boolean }>();
  #rate: Rate;
  #sent = 0;
  #succeeded = 0;
  /** How many operations have succeeded when the current burst is over. */
  #burstTarget = 0;
  #endpoint: WriteEndpoint;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<WriterTotals> | undefined;
  /** An error of our own, not of a write; no more operations are started. */
  #fault: Error | undefined;

  private constructor(options: WriterOptions, sessions: readonly Session[], mix: Kind) {
    this.#options = options;
    this.#endpoint = options.to;
    this.#rate = options.rate;
    this.#workers = sessions.map((session) => new Worker(options, session, timeoutMsOf(options)));
    this.#mix = mix;
    this.#schedule = new Schedule(options.now(), options.rate);
  }

  /** Opens all connections, then begins. @throws trouble if one cannot be opened. */
  static async start(options: WriterOptions): Promise<Writer> {
    const { connections = 8 } = options;
    const sessions = await openAll(options.to, connections, timeoutMsOf(options));
    try {
      const writer = new Writer(options, sessions, await mixOf({ ...options, connections }, sessions[0]!));
      writer.#dispatch();
      return writer;
    } catch (error) {
      await closeAll(sessions);
      throw error;
    }
  }

  /**
   * Sends later operations to another endpoint. Resolves when all operations in flight on the old one have ended and
   * the new one has acknowledged one.
   *
   * @throws trouble if a connection to the new endpoint cannot be opened, in which case nothing has moved; failure or
   *   trouble, depending on what was seen, if the new one acknowledges nothing in time.
   */
  async moveTo(endpoint: WriteEndpoint, timeoutMs = 60_000): Promise<void> {
    const sessions = await openAll(endpoint, this.#workers.length, timeoutMsOf(this.#options));
    if (this.#stopped !== undefined) {
      await closeAll(sessions);
      throw trouble({ what: `The writer cannot be moved to ${endpoint.name}: it has been stopped.` });
    }
    const inFlight = [...this.#running];
    const sinceMs = this.#options.now();
    const giveUp = (seen: number) => this.#giveUp('get a write acknowledged', seen, timeoutMs, sinceMs);
    this.#endpoint = endpoint;
    const left = this.#workers.flatMap((worker, at) => {
      const session = sessions[at];
      return session === undefined ? [] : worker.replaceBy(session);
    });
    // Those in flight end by the timeout of their statement, and of the questions after it.
    await Promise.all([this.#watchers.until(1, endpoint, { sinceMs, timeoutMs }, giveUp), closeAll(left), ...inFlight]);
  }

  /**
   * For a while sends as many operations as the servers can handle, one after another on each connection, then
   * continues at a rate.
   *
   * @param limits the burst ends when the time is over, or this many operations have succeeded.
   * @param after the rate after it; `auto` for one that follows from what the servers could handle.
   * @returns how many succeeded per second, and the rate after it.
   */
  async burst(
    limits: { readonly ms: number; readonly operations: number },
    after: AskedRate,
  ): Promise<{ readonly perSecond: number; readonly rate: Rate }> {
    const sinceMs = this.#options.now();
    const before = this.#succeeded;
    this.#burstTarget = before + limits.operations;
    this.#schedule.advance(sinceMs);
    this.#schedule.beginBurst();
    this.#dispatch();
    await lookUntil({ timeoutMs: limits.ms, intervalMs: 5 }, async () => {
      const isOver = this.#succeeded >= this.#burstTarget || this.#fault !== undefined || this.#stopped !== undefined;
      return { done: isOver || undefined, seen: '' };
    });
    const nowMs = this.#options.now();
    const perSecond = ((this.#succeeded - before) * 1000) / (nowMs - sinceMs);
    this.#rate = after === 'auto' ? autoRate(perSecond) : after;
    this.#continueAt(this.#rate, nowMs);
    return { perSecond, rate: this.#rate };
  }

  /** Sends at another rate until `sendAsBefore`. */
  sendAt(rate: number): void {
    this.#continueAt(rate);
  }

  /** Sends at the rate of before `sendAt` again, from its first stage. */
  sendAsBefore(): void {
    this.#continueAt(this.#rate);
  }

  /** When the first operation was due, on the run's clock. */
  get startedAtMs(): number {
    return this.#schedule.startedAtMs;
  }

  /** Returns what was seen between two times, in milliseconds on the run's clock. */
  figures(fromMs: number, toMs: number): WindowFigures {
    const nowMs = this.#options.now();
    if (this.#stopped === undefined) this.#schedule.advance(nowMs);
    return this.#tally.figures(fromMs, toMs, {
      operationsSinceMs: this.#earliest(() => true),
      writesSinceMs: this.#earliest(({ isWrite }) => isWrite),
      nowMs,
      dueIn: (gap) => this.#schedule.dueBetween(gap.fromMs, gap.toMs),
    });
  }

  /**
   * Resolves when this many more writes have been acknowledged. @throws failure or trouble, depending on what was seen,
   * if that takes too long.
   */
  async untilAcknowledged(count: number, timeoutMs: number): Promise<void> {
    const sinceMs = this.#options.now();
    const giveUp = (seen: number) => this.#giveUp(`get ${count} writes acknowledged`, seen, timeoutMs, sinceMs);
    await this.#watchers.until(count, undefined, { sinceMs, timeoutMs }, giveUp);
  }

  /**
   * Stops starting operations, waits for those in flight, and closes the connections. It takes at most the statement
   * timeout, once more for each question about the server, or that of each step and attempt of a transaction. It can be called again, with the same result.
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
    this.#schedule.advance(this.#options.now());
    await Promise.all(this.#running);
    await Promise.all(this.#workers.map((worker) => worker.close()));
    if (this.#fault !== undefined) throw this.#fault;
    const counts = this.#counts;
    return {
      ...this.figures(this.#schedule.startedAtMs, this.#options.now()),
      sent: this.#sent,
      unsent: this.#schedule.waiting,
      inserts: counts.acknowledged('insert') + counts.acknowledged('append') + counts.acknowledged('generate'),
      updates: counts.acknowledged('update') + counts.acknowledged('transfer'),
      deletes: counts.acknowledged('delete'),
      unmatched: counts.unmatched,
      operations: counts.byKind,
      reconnects: this.#workers.reduce((sum, worker) => sum + worker.reconnects, 0),
      samples: this.#tally.samples,
    };
  }

  #continueAt(rate: Rate, nowMs = this.#options.now()): void {
    if (this.#stopped !== undefined) return;
    this.#schedule.advance(nowMs);
    this.#schedule.continueAt(nowMs, rate);
    // The timer waits for what would have been due next.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dispatch();
  }

  /** Gives every free worker the operation that has waited longest, and looks again when the next one is due. */
  #dispatch(): void {
    if (this.#stopped !== undefined || this.#fault !== undefined) return;
    const nextMs = this.#schedule.advance(this.#options.now());
    try {
      for (const worker of this.#workers) {
        if (worker.isBusy) continue;
        if (this.#schedule.waiting === 0 && this.#mayBurst) this.#schedule.dueNow(this.#options.now());
        if (this.#schedule.waiting === 0) break;
        const operation = this.#mix.plan(this.#schedule.take());
        worker.isBusy = true;
        const running = this.#run(worker, operation).finally(() => this.#running.delete(running));
        this.#running.add(running);
      }
      this.#dropOldest();
    } catch (error) {
      return this.#stopBecauseOf(error);
    }
    // While all workers are busy there is nothing to do; the next one that is done looks again.
    if (nextMs === Infinity || this.#timer !== undefined || this.#workers.every(({ isBusy }) => isBusy)) return;
    // The delay is rounded up, because a timer that fires early would find nothing due. Latency counts from the due
    // time.
    const waitMs = Math.max(1, Math.ceil(nextMs - this.#options.now()));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#dispatch();
    }, waitMs);
  }

  get #mayBurst(): boolean {
    const inFlight = this.#inFlight.size;
    // Those in flight count as if they had succeeded, or a fast server would get more than the burst is meant to send.
    return this.#schedule.isBurst && inFlight < BURST_AT_ONCE && this.#succeeded + inFlight < this.#burstTarget;
  }

  #dropOldest(): void {
    const limit = this.#options.queueLimit ?? highestRate(this.#rate) * 60;
    while (this.#schedule.waiting > limit) {
      // The mix is asked anyway, so that later operations stay the same for the same seed.
      const { index } = this.#mix.plan(this.#schedule.take());
      const error = `${limit} operations are already waiting`;
      // No statement failed; the machine did not keep up with the rate, which the verdict considers.
      this.#tally.dropped(error, this.#schedule.dueMs(index), this.#options.now());
    }
  }

  // This never rejects, because the writer counts everything that goes wrong with an operation.
  async #run(worker: Worker, operation: Operation): Promise<void> {
    const dueMs = this.#schedule.dueMs(operation.index);
    try {
      this.#sent += 1;
      let again = await this.#send(worker, operation, dueMs);
      while (again !== undefined) {
        // It waits like the application, which keeps its connection meanwhile.
        if (again.retry !== undefined && again.retry.waitMs > 0) await wait(again.retry.waitMs);
        again = await this.#send(worker, again, dueMs);
      }
    } catch (error) {
      this.#stopBecauseOf(error);
    }
    worker.isBusy = false;
    const left = worker.settle();
    this.#dispatch();
    await closeAll(left);
  }

  /** Sends an operation once, and counts it. @returns what the application sends next, if it tries again. */
  async #send(worker: Worker, operation: Operation, dueMs: number): Promise<Operation | undefined> {
    const sentMs = this.#options.now();
    this.#inFlight.set(worker, { sentMs, isWrite: operation.f !== 'read' });
    let endedMs = Infinity;
    try {
      const completion = await worker.run(operation, this.#endpoint, sentMs - dueMs, (answer) => {
        endedMs = this.#options.now();
        this.#count(operation, answer, { dueMs, sentMs, endedMs });
        // The question that may follow is held back in an outage too, like a read.
        this.#inFlight.set(worker, { sentMs: endedMs, isWrite: false });
      });
      if (asksServer(completion)) {
        this.#tally.read({ dueMs: endedMs, sentMs: endedMs, endedMs: this.#options.now() });
      }
      // Whoever waits for an acknowledgement finds it in the history.
      if (hasWritten(operation, completion)) this.#watchers.acknowledged(worker.endpoint, endedMs);
      return completion.outcome === 'ok' ? undefined : completion.again;
    } finally {
      this.#inFlight.delete(worker);
    }
  }

  #count(operation: Operation, completion: Completion, times: Times): void {
    const { kind, f } = operation;
    this.#counts.add(operation, completion.outcome, times.endedMs - times.dueMs);
    if (completion.outcome === 'ok') this.#succeeded += 1;
    if (completion.outcome !== 'ok') {
      // An error after which the application tries again does not reach its user.
      const failed = { isWrite: f !== 'read', isStatement: kind === 'sql' && completion.again === undefined };
      this.#tally.fail(completion.error.class, completion.error, times, failed);
    } else if (hasWritten(operation, completion)) {
      this.#tally.ack(times);
      if (completion.done.matched === 0) this.#counts.unmatched += 1;
    } else {
      this.#tally.read(times);
    }
  }

  /** Returns when the first operation in flight for which this is true was sent; Infinity for none. */
  #earliest(isMeant: (operation: { readonly isWrite: boolean }) => boolean): number {
    return Math.min(...[...this.#inFlight.values()].filter(isMeant).map(({ sentMs }) => sentMs));
  }

  /**
   * Stops because of an error of our own, or of the history's disk. Waiting callers get the error at once, and others
   * from `stop`.
   */
  #stopBecauseOf(error: unknown): void {
    this.#fault ??= trouble({ what: 'The writer had to stop.', seen: messageOf(error), cause: error });
    this.#watchers.fail(this.#fault);
  }

  /** @param sinceMs when the wait began; earlier errors have nothing to do with it. */
  #giveUp(what: string, acknowledged: number, timeoutMs: number, sinceMs: number): Error {
    if (this.#fault !== undefined) return this.#fault;
    const { errors } = this.figures(sinceMs, this.#options.now());
    const { samples } = this.#tally;
    return notAcknowledged({
      what,
      timeoutMs,
      acknowledged,
      inFlight: this.#running.size,
      waiting: this.#schedule.waiting,
      errors: Object.entries(errors).map(([error, count]) => {
        return { error, count, message: samples.get(error)?.last.message ?? '' };
      }),
      endpoint: this.#endpoint.name,
      rate: rateText(this.#rate),
    });
  }
}

/** Returns whether an operation is an acknowledged write; a transaction that found no row has been rolled back. */
function hasWritten({ f }: Operation, completion: Completion): boolean {
  if (completion.outcome !== 'ok' || f === 'read') return false;
  return f !== 'transaction' || completion.done.matched !== 0;
}

function asksServer(completion: Completion): boolean {
  return completion.outcome === 'ok' && completion.done.askServer !== undefined;
}

function timeoutMsOf({ statementTimeoutMs = 30_000 }: WriterOptions): number {
  return statementTimeoutMs;
}
