import { z } from 'zod';

/** The first release of each major line of Vitess that has something, such as `23.0.6` and `24.0.3`. */
const RELEASES = z.array(z.string().regex(/^\d+\.\d+\.\d+$/));

/**
 * Whether a version of Vitess has what came with one of these releases. A major line after all of them has it from the
 * start, and any other line that is not named does not have it.
 *
 * @param version what `--version` says, such as `24.0.4` or `25.0.0-rc1`.
 */
export function reaches(version: string, releases: readonly string[]): boolean {
  const runs = numbersOf(version);
  const first = releases.map(numbersOf);
  const ofLine = first.find(([major]) => major === runs[0]);
  if (ofLine !== undefined) return compare(runs, ofLine) >= 0;
  return first.length > 0 && first.every(([major]) => major! < runs[0]!);
}

/** In which versions something happens. */
export const WHEN = {
  /** The releases with which it started; empty if it was always there. */
  since: RELEASES.default([]),
  /** The releases with which it stopped. */
  mended: RELEASES.default([]),
};

/** The same, in the form in which it is read. */
export interface When {
  readonly since: readonly string[];
  readonly mended: readonly string[];
  /** When another thing happens, which hides it. */
  readonly hiddenBy?: When | undefined;
}

/** Whether it happens in this version. */
export function happensIn(version: string, { since, mended, hiddenBy }: When): boolean {
  if (hiddenBy !== undefined && happensIn(version, hiddenBy)) return false;
  return (since.length === 0 || reaches(version, since)) && !reaches(version, mended);
}

function numbersOf(version: string): readonly number[] {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== (b[index] ?? 0));
  return at === -1 ? 0 : a[at]! - (b[at] ?? 0);
}
