import type { ValueChange } from './judge-leg.ts';

/** How many characters of a value are shown. */
const MOST = 160;

/** The separator between parts of a document's exact form. */
const SEPARATOR = ', ';

/** Returns both values for a person: only the parts that differ if they have equally many, and NULL by name. */
export function readableChange({ from, to }: Pick<ValueChange, 'from' | 'to'>): { from: string; to: string } {
  const [before, after] = [partsOf(from), partsOf(to)];
  const differs = (_: string, at: number) => before.length !== after.length || before[at] !== after[at];
  return { from: joined(before.filter(differs)), to: joined(after.filter(differs)) };
}

function partsOf(value: string | null): string[] {
  return value === null ? ['NULL'] : value.split(SEPARATOR);
}

function joined(parts: readonly string[]): string {
  const text = parts.join(SEPARATOR);
  return text.length <= MOST ? text : `${text.slice(0, MOST)}… (${text.length} characters)`;
}
