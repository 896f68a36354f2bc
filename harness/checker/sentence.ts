import type { CompletedOperation } from './operation.ts';

const NANOSECONDS_PER_MS = 1e6;

/** Returns the difference between two times of the history, in milliseconds. */
export function msBetween(fromNs: number, toNs: number): number {
  return (toNs - fromNs) / NANOSECONDS_PER_MS;
}

export function describeMs(ms: number): string {
  return ms >= 100 ? `${Math.round(ms)} ms` : `${Number(ms.toPrecision(3))} ms`;
}

/** Returns `1 row` or `2 rows`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** Returns what identifies the row of this operation: its key, or else its value. */
export function nameOf(operation: CompletedOperation): number | string | null {
  if (operation.key !== null) return operation.key;
  return typeof operation.sent === 'number' ? operation.sent : null;
}
