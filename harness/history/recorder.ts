import { monotonicMs } from '../clock.ts';
import { messageOf, outcomeOf } from '../errors.ts';
import type { RunEvent, RunListener } from './events.ts';
import type { Observation } from './observations.ts';
import type { PhaseName, Progress, StepName, StepScope, Verdict } from './steps.ts';

/** Runs steps, times them, and reports to every listener what happened, in order. */
export class Recorder {
  /** When the run began, by `monotonicMs`. */
  readonly startedAtMs = monotonicMs();
  #listeners: readonly RunListener[] = [];
  readonly events: RunEvent[] = [];
  /** Errors of listeners: each such listener is dropped, and the others are not affected. */
  readonly faults: unknown[] = [];
  #steps = 0;
  #isClosed = false;
  #fault: string | null = null;

  listen(listener: RunListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  /** Milliseconds since the run began; the one clock that steps, writes and faults share. */
  now(): number {
    return monotonicMs() - this.startedAtMs;
  }

  note(text: string): void {
    this.#emit({ type: 'note', text, atMs: this.now() });
  }

  /** Records that a fault was planned, struck or has been healed. */
  fault(event: 'plan' | 'strike' | 'heal', fault: string): void {
    this.#emit({ type: 'fault', event, fault, atMs: this.now() });
  }

  /**
   * Runs `body` while a fault may strike. Steps that end meanwhile name the fault, so that their failure is not by
   * itself a failure of the run.
   */
  async under<T>(fault: string, body: () => Promise<T>): Promise<T> {
    this.#fault = fault;
    try {
      return await body();
    } finally {
      this.#fault = null;
    }
  }

  /** The fault of `under`; null outside it. */
  get strikingFault(): string | null {
    return this.#fault;
  }

  observed(observation: Observation): void {
    const isUnsettled = observation.of === 'routing' && this.#fault !== null;
    const seen = isUnsettled ? { ...observation, fault: this.#fault! } : observation;
    this.#emit({ type: 'observation', observation: seen, atMs: this.now() });
  }

  /**
   * Runs `body` as a recorded step. An error ends the step with the error's own outcome and is rethrown.
   *
   * @param title what a person reads; `name` is what a program reads.
   * @param summarize returns a short summary of the result.
   */
  async step<T>(
    name: StepName | PhaseName,
    title: string,
    body: (scope: StepScope) => Promise<T>,
    summarize: (result: T) => string | undefined = () => undefined,
  ): Promise<T> {
    const index = this.#steps++;
    const startedAtMs = this.now();
    this.#emit({ type: 'stepStarted', index, name, title, atMs: startedAtMs });
    const end = (verdict: Verdict, rest: { summary?: string; error?: string }) => {
      const atMs = this.now();
      const under = this.#fault === null ? {} : { fault: this.#fault };
      const durationMs = atMs - startedAtMs;
      this.#emit({ type: 'stepEnded', index, name, title, verdict, durationMs, atMs, ...rest, ...under });
    };
    const scope: StepScope = {
      progress: (progress: Progress) => this.#emit({ type: 'stepProgress', index, atMs: this.now(), ...progress }),
      note: (text) => this.note(text),
    };
    try {
      const result = await body(scope);
      const summary = summarize(result);
      end('pass', summary === undefined ? {} : { summary });
      return result;
    } catch (error) {
      end(verdictOf(error), { error: messageOf(error) });
      throw error;
    }
  }

  /** Whether it has been closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Stops recording, because what was abandoned fails while it is shut down, which means nothing. */
  close(): void {
    this.#isClosed = true;
  }

  #emit(event: RunEvent): void {
    if (this.#isClosed) return;
    this.events.push(event);
    for (const listener of this.#listeners) this.#tell(listener, event);
  }

  // A successful step must not fail because of a listener.
  #tell(listener: RunListener, event: RunEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.faults.push(error);
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    }
  }
}

function verdictOf(error: unknown): Verdict {
  return outcomeOf(error) === 'fail' ? 'fail' : 'unknown';
}
