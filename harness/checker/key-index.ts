const FREE = -1;
const GOLDEN = 0x9e37_79b1;
const HIGH = 2 ** -32;

/** Numbers whole numbers, however large or sparse, from 0 in the order in which they arrive; 20 to 40 bytes each. */
export class KeyIndex {
  size = 0;
  #mask = 1023;
  #keys = new Float64Array(1024);
  #slots = new Int32Array(1024).fill(FREE);

  /** Returns the number of this key; a new key gets a new number. */
  add(key: number): number {
    let bucket = this.#bucketOf(key);
    let slot = this.#slots[bucket]!;
    while (slot !== FREE) {
      if (this.#keys[bucket] === key) return slot;
      bucket = (bucket + 1) & this.#mask;
      slot = this.#slots[bucket]!;
    }
    this.#keys[bucket] = key;
    this.#slots[bucket] = this.size;
    if (++this.size * 2 > this.#mask) this.#grow();
    return this.size - 1;
  }

  /** Returns the number of this key, or -1. */
  find(key: number): number {
    let bucket = this.#bucketOf(key);
    let slot = this.#slots[bucket]!;
    while (slot !== FREE && this.#keys[bucket] !== key) {
      bucket = (bucket + 1) & this.#mask;
      slot = this.#slots[bucket]!;
    }
    return slot;
  }

  /** Returns all keys, by their number. */
  keys(): Float64Array {
    const keys = new Float64Array(this.size);
    for (let bucket = 0; bucket <= this.#mask; bucket++) {
      const slot = this.#slots[bucket]!;
      if (slot !== FREE) keys[slot] = this.#keys[bucket]!;
    }
    return keys;
  }

  /** Consecutive keys end up in few places. */
  #bucketOf(key: number): number {
    const low = key | 0;
    const block = (low >>> 4) ^ (Math.trunc(key * HIGH) | 0);
    return ((Math.imul(block, GOLDEN) >>> 4) ^ low) & this.#mask;
  }

  #grow(): void {
    const [keys, slots] = [this.#keys, this.#slots];
    const capacity = keys.length * 2;
    this.#mask = capacity - 1;
    this.#keys = new Float64Array(capacity);
    this.#slots = new Int32Array(capacity).fill(FREE);
    for (let from = 0; from < keys.length; from++) {
      const slot = slots[from]!;
      if (slot === FREE) continue;
      let bucket = this.#bucketOf(keys[from]!);
      while (this.#slots[bucket] !== FREE) bucket = (bucket + 1) & this.#mask;
      this.#keys[bucket] = keys[from]!;
      this.#slots[bucket] = slot;
    }
  }
}
