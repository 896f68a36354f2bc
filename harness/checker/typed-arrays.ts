type TypedArray = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** Returns a larger copy with the same beginning. */
export function grown<T extends TypedArray>(column: T, capacity: number): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the constructor of T makes a T
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}
