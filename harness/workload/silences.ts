import { Numbers } from './numbers.ts';

/** A span of time in which operations were with a server and none was answered, in milliseconds on the run's clock. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

const ANSWERED = 1;
const REFUSED = 0;

/**
 * Finds the times in which servers did not answer: one or more operations waited or were refused, and none was
 * answered. A time without answers does not count by itself, because perhaps nothing was sent.
 */
export class Silences {
  readonly #sent = new Numbers();
  readonly #ended = new Numbers();
  readonly #outcome = new Numbers();

  get length(): number {
    return this.#ended.length;
  }

  /** Must be called in the order in which operations end. */
  answered(sentMs: number, endedMs: number): void {
    this.#push(sentMs, endedMs, ANSWERED);
  }

  /** Like `answered`, for an operation whose end is not an answer. */
  refused(sentMs: number, endedMs: number): void {
    this.#push(sentMs, endedMs, REFUSED);
  }

  /** When operations were sent, in order of time. */
  sortedBySending(): Float64Array {
    return this.#sent.slice(0, this.length).toSorted();
  }

  /** Moves the operation at this position to the end of another list. */
  copyTo(other: Silences, at: number): void {
    other.#push(this.#sent.at(at), this.#ended.at(at), this.#outcome.at(at));
  }

  endedMs(at: number): number {
    return this.#ended.at(at);
  }

  /**
   * Returns the gaps. Between every two answers, operations that were refused make one gap, and those that wait for the
   * second answer make another.
   *
   * @param waitingSinceMs when the first operation that is still waiting was sent; Infinity if there is none.
   */
  *gaps(waitingSinceMs: number, nowMs: number): Generator<Gap> {
    const earliest = this.#earliestSentFrom(waitingSinceMs);
    let previousMs = -Infinity;
    let refused: Gap | null = null;
    for (let at = 0; at < this.length; at += 1) {
      const endedMs = this.#ended.at(at);
      if (this.#outcome.at(at) === REFUSED) {
        refused = extended(refused, Math.max(previousMs, this.#sent.at(at)), endedMs);
        continue;
      }
      yield* joined(refused, { fromMs: Math.max(previousMs, earliest[at]!), toMs: endedMs });
      previousMs = endedMs;
      refused = null;
    }
    const waiting = waitingSinceMs <= nowMs ? { fromMs: Math.max(previousMs, waitingSinceMs), toMs: nowMs } : null;
    yield* joined(refused, waiting);
  }

  /**
   * Returns for each operation when the first was sent of those that ended together with it or later, or have not
   * ended.
   */
  #earliestSentFrom(waitingSinceMs: number): Float64Array {
    const earliest = new Float64Array(this.length);
    let least = waitingSinceMs;
    for (let at = earliest.length - 1; at >= 0; at -= 1) {
      least = Math.min(least, this.#sent.at(at));
      earliest[at] = least;
    }
    return earliest;
  }

  #push(sentMs: number, endedMs: number, outcome: number): void {
    this.#sent.push(sentMs);
    this.#ended.push(endedMs);
    this.#outcome.push(outcome);
  }
}

function extended(gap: Gap | null, fromMs: number, toMs: number): Gap {
  return { fromMs: Math.min(gap?.fromMs ?? Infinity, fromMs), toMs };
}

/** Operations that were sent before the last refusal arrived waited through it. */
function* joined(refused: Gap | null, waiting: Gap | null): Generator<Gap> {
  if (refused !== null && waiting !== null && waiting.fromMs <= refused.toMs) {
    yield { fromMs: Math.min(refused.fromMs, waiting.fromMs), toMs: waiting.toMs };
    return;
  }
  if (refused !== null) yield refused;
  if (waiting !== null) yield waiting;
}

export function lengthOf({ fromMs, toMs }: Gap): number {
  return toMs - fromMs;
}
