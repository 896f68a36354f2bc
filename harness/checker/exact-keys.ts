import { KeyIndex } from './key-index.ts';
import { TextIndex } from './text-index.ts';

/**
 * Numbers keys exactly as a history has them: whole numbers, and texts for everything that a double cannot hold.
 * Numbers get even slots and texts odd ones, so that the index of small numbers stays as fast as it is by itself.
 */
export class ExactKeys {
  readonly #numbers = new KeyIndex();
  readonly #texts = new TextIndex();

  /** Returns the slot of this key; a new key gets a new slot. */
  add(key: number | string): number {
    return typeof key === 'number' ? 2 * this.#numbers.add(key) : 2 * this.#texts.add(key) + 1;
  }

  /** Returns the slot of this key, or -1. */
  find(key: number | string): number {
    if (typeof key === 'number') {
      const number = this.#numbers.find(key);
      return number < 0 ? -1 : 2 * number;
    }
    const text = this.#texts.find(key);
    return text < 0 ? -1 : 2 * text + 1;
  }

  /** Returns all keys with their slots. */
  each(visit: (key: number | string, slot: number) => void): void {
    const numbers = this.#numbers.keys();
    for (let at = 0; at < numbers.length; at++) visit(numbers[at]!, 2 * at);
    for (let at = 0; at < this.#texts.size; at++) visit(this.#texts.text(at), 2 * at + 1);
  }
}

/** Whether an exact whole number is greater than another. */
export function isGreater(key: number | string, than: number | string): boolean {
  if (typeof key === 'number' && typeof than === 'number') return key > than;
  return BigInt(key) > BigInt(than);
}
