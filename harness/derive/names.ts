/** Returns names of parameters for columns, whose own names may contain anything. */
export class Names {
  readonly #names = new Map<string, string>();

  of(column: string): string {
    const known = this.#names.get(column);
    if (known !== undefined) return known;
    const name = isPlain(column) ? column : `p${this.#names.size + 1}`;
    this.#names.set(column, name);
    return name;
  }
}

/** Whether a parameter can have the name of its column. */
export function isPlain(column: string): boolean {
  return /^[A-Za-z]\w*$/.test(column);
}
