import { Numbers } from './numbers.ts';

/** A time in which no write was acknowledged although some were sent; milliseconds on the run's clock. */
export interface WriteGap {
  readonly fromMs: number;
  readonly toMs: number;
}

const ACKNOWLEDGED = 1;
const REFUSED = 0;

/**
 * Finds the times in which the application could not write: one or more writes were with a server, waiting or being
 * refused, and none was acknowledged. Silence alone is none: nobody may have wanted to write.
 */
export class WriteGaps {
  readonly #sent = new Numbers();
  readonly #ended = new Numbers();
  readonly #outcome = new Numbers();

  /** To be called in the order in which writes end. */
  acknowledged(sentMs: number, endedMs: number): void {
    this.#push(sentMs, endedMs, ACKNOWLEDGED);
  }

  /** As `acknowledged`, of a write that failed, but not for an error of the rows, by which a server shows that it serves. */
  refused(sentMs: number, endedMs: number): void {
    this.#push(sentMs, endedMs, REFUSED);
  }

  /**
   * The longest that has a part in a window of time, in its whole length; null where there is none.
   *
   * @param waitingSinceMs when the first of the writes was sent that still wait; Infinity where none does.
   */
  longest(fromMs: number, toMs: number, waitingSinceMs: number, nowMs: number): WriteGap | null {
    let longest: WriteGap | null = null;
    for (const gap of this.#all(waitingSinceMs, nowMs)) {
      if (gap.toMs < fromMs || gap.fromMs > toMs) continue;
      if (longest === null || lengthOf(gap) > lengthOf(longest)) longest = gap;
    }
    return longest;
  }

  /** Between every two acknowledgements, refused writes are one gap, and writes that wait for the second are one. */
  *#all(waitingSinceMs: number, nowMs: number): Generator<WriteGap> {
    const earliest = this.#earliestSentFrom(waitingSinceMs);
    let previousMs = -Infinity;
    let refused: WriteGap | null = null;
    for (let at = 0; at < this.#ended.length; at += 1) {
      const endedMs = this.#ended.at(at);
      const fromMs = Math.max(previousMs, this.#sent.at(at));
      if (this.#outcome.at(at) === REFUSED) {
        refused = extended(refused, fromMs, endedMs);
        continue;
      }
      yield* joined(refused, { fromMs: Math.max(previousMs, earliest[at]!), toMs: endedMs });
      previousMs = endedMs;
      refused = null;
    }
    const waiting = waitingSinceMs <= nowMs ? { fromMs: Math.max(previousMs, waitingSinceMs), toMs: nowMs } : null;
    yield* joined(refused, waiting);
  }

  /** For each write: when the first was sent of those that ended with it, or later, or have not ended. */
  #earliestSentFrom(waitingSinceMs: number): Float64Array {
    const earliest = new Float64Array(this.#ended.length);
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

function extended(gap: WriteGap | null, fromMs: number, toMs: number): WriteGap {
  return { fromMs: Math.min(gap?.fromMs ?? Infinity, fromMs), toMs };
}

/** Writes that were sent before the last refusal came waited through it. */
function* joined(refused: WriteGap | null, waiting: WriteGap | null): Generator<WriteGap> {
  if (refused !== null && waiting !== null && waiting.fromMs <= refused.toMs) {
    yield { fromMs: Math.min(refused.fromMs, waiting.fromMs), toMs: waiting.toMs };
    return;
  }
  if (refused !== null) yield refused;
  if (waiting !== null) yield waiting;
}

export function lengthOf({ fromMs, toMs }: WriteGap): number {
  return toMs - fromMs;
}
