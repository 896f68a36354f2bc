import { PlacedRandom, stream } from '../workload/random.ts';

/** How many samples of one kind are kept, and how many bytes they may have together. */
const MOST_SAMPLES = 200;
const MOST_BYTES_OF_ONE = 256 * 1024;

const random = new PlacedRandom();
const place = stream(1, 'samples of traffic');

/** Something that was sampled, and its size in bytes. */
interface Sampled<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * A sample of the items so far, in which each has the same chance; fewer are kept if they are large. The sample depends
 * only on the order of the items.
 */
export class Reservoir<T> {
  #kept: Sampled<T>[] = [];
  #seen = 0;
  #capacity: number;
  bytes = 0;

  constructor(capacity = MOST_SAMPLES) {
    this.#capacity = capacity;
  }

  get items(): readonly T[] {
    return this.#kept.map(({ item }) => item);
  }

  /** @param item is called only for an item that is kept. */
  add(bytes: number, item: () => T): void {
    const at = this.#seen++;
    if (this.#kept.length < this.#capacity && (at === 0 || this.bytes + bytes <= MOST_BYTES_OF_ONE)) {
      this.#kept.push({ item: item(), bytes });
      this.bytes += bytes;
      return;
    }
    random.at(place, at);
    const replaced = random.below(at + 1);
    const before = this.#kept[replaced];
    if (before === undefined || bytes > Math.max(before.bytes, MOST_BYTES_OF_ONE / MOST_SAMPLES)) return;
    this.bytes += bytes - before.bytes;
    this.#kept[replaced] = { item: item(), bytes };
  }

  /** Keeps at most this many from now on. */
  shrink(capacity: number): void {
    this.#capacity = Math.min(this.#capacity, capacity);
    for (const { bytes } of this.#kept.splice(this.#capacity)) this.bytes -= bytes;
  }
}

/** Limits the bytes of many reservoirs together: each drops half of its samples when they have too many bytes. */
export class SampleBudget {
  readonly #mostBytes: number;
  readonly #reservoirs = new Set<Reservoir<unknown>>();
  #capacity = MOST_SAMPLES;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The most samples of one kind that are currently kept. */
  get capacity(): number {
    return this.#capacity;
  }

  reservoir<T>(): Reservoir<T> {
    const made = new Reservoir<T>(this.#capacity);
    this.#reservoirs.add(made);
    return made;
  }

  add<T>(to: Reservoir<T>, bytes: number, item: () => T): void {
    this.#bytes -= to.bytes;
    to.add(bytes, item);
    this.#bytes += to.bytes;
    while (this.#bytes > this.#mostBytes && this.#capacity > 1) this.#halve();
  }

  #halve(): void {
    this.#capacity = Math.max(1, Math.floor(this.#capacity / 2));
    this.#bytes = 0;
    for (const reservoir of this.#reservoirs) {
      reservoir.shrink(this.#capacity);
      this.#bytes += reservoir.bytes;
    }
  }
}

/** Returns a real copy, because a part of a long string keeps the whole string in memory. */
export function copyOf(text: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a string comes back as one
  return JSON.parse(JSON.stringify(text)) as string;
}
