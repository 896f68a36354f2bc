/** The number of buckets for each doubling; the result is accurate to 2.2 %. */
const PER_OCTAVE = 16;
const OCTAVES = 27;

/** Counts latencies in buckets that grow with them, from a microsecond to two minutes; 2 KB each. */
export class Latencies {
  readonly #buckets = new Uint32Array(PER_OCTAVE * OCTAVES);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const at = Math.floor(Math.log2(Math.max(ms * 1000, 1)) * PER_OCTAVE);
    this.#buckets[Math.min(at, this.#buckets.length - 1)]! += 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
  }

  get maxMs(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  /** Returns the latency, in milliseconds, that this share of all did not exceed. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#count));
    const at = this.#buckets.findIndex((count) => (left -= count) <= 0);
    return Math.min(this.#max, 2 ** ((at + 0.5) / PER_OCTAVE) / 1000);
  }
}
