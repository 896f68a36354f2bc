/**
 * A generator of random numbers that can be set directly to any position; what it yields depends only on that position.
 *
 * So every row and every operation has its own numbers, no matter what was generated before, and a row can be generated
 * again from its index alone: references need no memory, and the writer knows the keys of rows that it never saw.
 * Faker's own generator would have to be seeded for each row, which costs more than the row. The algorithm is sfc32;
 * different places never share a state, because a place is part of the state and each step is reversible.
 */
export class PlacedRandom {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** Puts the generator at item `index` of a stream. */
  at(place: RandomStream, index: number): void {
    this.#a = place.high;
    this.#b = place.low ^ Math.floor(index / 0x1_0000_0000);
    this.#c = index | 0;
    this.#counter = 1;
    for (let round = 0; round < 10; round += 1) this.#step();
  }

  /** Returns a number of 53 random bits, at least 0 and below 1. */
  next(): number {
    return ((this.#step() >>> 5) * 0x400_0000 + (this.#step() >>> 6)) / 0x20_0000_0000_0000;
  }

  /** Returns a whole number, at least 0 and below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  #step(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** One of many independent sequences of random numbers under the same seed. */
export interface RandomStream {
  readonly high: number;
  readonly low: number;
}

/** Returns the stream of a name, such as a column or a parameter, under a seed. */
export function stream(seed: number, name: string): RandomStream {
  // This is the mixing of cyrb53, which is cheap and spreads similar names far apart.
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ Math.floor(seed / 0x1_0000_0000);
  for (const character of `${seed}/${name}`) {
    const code = character.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return { high, low };
}
