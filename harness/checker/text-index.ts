import { grown } from './typed-arrays.ts';

const FREE = -1;
const CHUNK_BYTES = 1 << 22;
const OFFSET_BITS = 22;
const OFFSET_BITMASK = CHUNK_BYTES - 1;
/** UTF-8 needs at most three bytes for one unit of a JavaScript string. */
const BYTES_PER_UNIT = 3;

/**
 * Numbers texts from 0 in the order in which they arrive. Each takes its bytes and 16 to 24 bytes more; a Map of
 * strings takes about 100, which is too much for ten million keys.
 */
export class TextIndex {
  size = 0;
  #mask = 1023;
  #buckets = new Int32Array(1024).fill(FREE);
  /** For each number, where its text begins (chunk and offset), how long the text is, and its hash. */
  #starts = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  #hashes = new Int32Array(1024);
  readonly #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  #sought = Buffer.allocUnsafe(256);
  #soughtLength = 0;
  #hash = 0;

  /** Returns the number of this text; a new text gets a new number. */
  add(text: string): number {
    this.#seek(text);
    const bucket = this.#bucket();
    const known = this.#buckets[bucket]!;
    if (known !== FREE) return known;
    const number = this.size;
    this.#buckets[bucket] = number;
    this.#store(number);
    if (++this.size * 2 > this.#mask) this.#grow();
    return number;
  }

  /** Returns the number of this text, or -1. */
  find(text: string): number {
    this.#seek(text);
    return this.#buckets[this.#bucket()]!;
  }

  /** Returns the text with this number. */
  text(number: number): string {
    const start = this.#starts[number]!;
    const offset = start & OFFSET_BITMASK;
    return this.#chunks[start >>> OFFSET_BITS]!.toString('utf8', offset, offset + this.#lengths[number]!);
  }

  #seek(text: string): void {
    const most = text.length * BYTES_PER_UNIT;
    if (most > this.#sought.length) this.#sought = Buffer.allocUnsafe(2 * most);
    const sought = this.#sought;
    const length = sought.write(text, 0, 'utf8');
    let hash = 0x811c_9dc5;
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ sought[at]!, 0x0100_0193);
    this.#soughtLength = length;
    this.#hash = hash ^ (hash >>> 15);
  }

  /** Returns where the text is or where it could be put. */
  #bucket(): number {
    let bucket = this.#hash & this.#mask;
    for (let number = this.#buckets[bucket]!; number !== FREE; number = this.#buckets[bucket]!) {
      if (this.#hashes[number] === this.#hash && this.#isSought(number)) return bucket;
      bucket = (bucket + 1) & this.#mask;
    }
    return bucket;
  }

  #isSought(number: number): boolean {
    const length = this.#soughtLength;
    if (this.#lengths[number] !== length) return false;
    const start = this.#starts[number]!;
    const offset = start & OFFSET_BITMASK;
    const chunk = this.#chunks[start >>> OFFSET_BITS]!;
    for (let at = 0; at < length; at++) if (chunk[offset + at] !== this.#sought[at]) return false;
    return true;
  }

  #store(number: number): void {
    const length = this.#soughtLength;
    if (length > CHUNK_BYTES) throw new RangeError(`a key of ${length} bytes is longer than any that MySQL has`);
    if (this.#chunks.length === 0 || this.#used + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    if (number === this.#starts.length) {
      this.#starts = grown(this.#starts, 2 * number);
      this.#lengths = grown(this.#lengths, 2 * number);
      this.#hashes = grown(this.#hashes, 2 * number);
    }
    this.#starts[number] = (((this.#chunks.length - 1) << OFFSET_BITS) | this.#used) >>> 0;
    this.#lengths[number] = length;
    this.#hashes[number] = this.#hash;
    this.#sought.copy(this.#chunks.at(-1)!, this.#used, 0, length);
    this.#used += length;
  }

  #grow(): void {
    this.#mask = 2 * this.#mask + 1;
    const buckets = new Int32Array(this.#mask + 1).fill(FREE);
    for (let number = 0; number < this.size; number++) {
      let bucket = this.#hashes[number]! & this.#mask;
      while (buckets[bucket] !== FREE) bucket = (bucket + 1) & this.#mask;
      buckets[bucket] = number;
    }
    this.#buckets = buckets;
  }
}
