/** A growing list of numbers that does not need an object for each. */
export class Numbers {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }

  slice(begin: number, end: number): Float64Array {
    return this.#values.slice(begin, end);
  }

  /** Returns the index of the first value at or above this one, in a list that never falls. */
  firstNotBefore(value: number): number {
    return this.#search((candidate) => candidate >= value);
  }

  firstAfter(value: number): number {
    return this.#search((candidate) => candidate > value);
  }

  #search(reached: (candidate: number) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
