import { Numbers } from './numbers.ts';
import { lengthOf, Silences, type Gap } from './silences.ts';

/** When an operation was due, when it was sent, and when it ended. */
export interface Times {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
}

/**
 * How an operation ended. `answered`: acknowledged, or refused because of the rows, which shows that the server serves.
 * `refused`: refused by an error that says that the server does not serve. `none`: abandoned without an answer.
 */
export type AnswerKind = 'acknowledged' | 'answered' | 'refused' | 'none';

/** What is in flight: when the first operation was sent, and the first write; Infinity if there is none. */
export interface InFlight {
  readonly operationsSinceMs: number;
  readonly writesSinceMs: number;
}

/** Shorter times without any answer are ignored, because a slow machine causes many of them. */
const STALL_MS = 100;

/**
 * Finds the times in which the application could not write: writes had been sent, were waiting or being refused, and
 * none was acknowledged. A write that waits for a connection is late because of this machine, unless servers do not
 * answer at all and occupy every connection.
 */
export class WriteGaps {
  readonly #writes = new Silences();
  readonly #due = new Numbers();
  readonly #operations = new Silences();

  /** Must be called in the order in which operations end. */
  add({ dueMs, sentMs, endedMs }: Times, answer: AnswerKind, isWrite: boolean): void {
    if (answer === 'none') this.#operations.refused(sentMs, endedMs);
    else this.#operations.answered(sentMs, endedMs);
    if (!isWrite || answer === 'answered') return;
    this.#due.push(dueMs);
    if (answer === 'acknowledged') this.#writes.answered(sentMs, endedMs);
    else this.#writes.refused(sentMs, endedMs);
  }

  /**
   * Returns the length of the longest gap that overlaps a window of time, including its part outside, or null if there
   * is none.
   */
  longest(fromMs: number, toMs: number, { operationsSinceMs, writesSinceMs }: InFlight, nowMs: number): Gap | null {
    const stalls = [...this.#operations.gaps(operationsSinceMs, nowMs)].filter((gap) => lengthOf(gap) >= STALL_MS);
    const writes = stalls.length === 0 ? this.#writes : this.#with(this.#unsent(stalls));
    let longest: Gap | null = null;
    for (const gap of writes.gaps(writesSinceMs, nowMs)) {
      if (gap.toMs < fromMs || gap.fromMs > toMs) continue;
      if (longest === null || lengthOf(gap) > lengthOf(longest)) longest = gap;
    }
    return longest;
  }

  /** The parts of stalls in which a write was due that could not even be sent. */
  #unsent(stalls: readonly Gap[]): readonly Gap[] {
    // Operations are sent in the order in which they are due, and end in another order.
    const sent = this.#writes.sortedBySending();
    const due = this.#due.slice(0, this.#due.length).toSorted();
    let next = 0;
    return stalls.flatMap(({ fromMs, toMs }) => {
      while (next < sent.length && sent[next]! < toMs) next += 1;
      const dueMs = due[next] ?? Infinity;
      return dueMs < toMs ? [{ fromMs: Math.max(fromMs, dueMs), toMs }] : [];
    });
  }

  /** The writes, and what indicates a gap for writes that were not sent. */
  #with(unsent: readonly Gap[]): Silences {
    const all = new Silences();
    let next = 0;
    const addUntil = (endedMs: number) => {
      for (let gap = unsent[next]; gap !== undefined && gap.toMs <= endedMs; gap = unsent[++next]) {
        all.refused(gap.fromMs, gap.toMs);
      }
    };
    for (let at = 0; at < this.#writes.length; at += 1) {
      addUntil(this.#writes.endedMs(at));
      this.#writes.copyTo(all, at);
    }
    addUntil(Infinity);
    return all;
  }
}
