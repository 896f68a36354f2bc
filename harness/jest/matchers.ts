import { expect } from '@jest/globals';
import type { VDiffFigures } from '../migration/vdiff.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import type { TableComparison } from '../observe/checksum.ts';
import { refuseDifferences } from '../run/refuse-differences.ts';
import { messageOf, outcomeOf } from '../errors.ts';

/** Turns a check that throws into a matcher's answer. */
function answer(check: () => void, isNot: string): { pass: boolean; message: () => string } {
  try {
    check();
    return { pass: true, message: () => isNot };
  } catch (error) {
    // Trouble is not an answer: a comparison that compared nothing satisfies neither the matcher nor its opposite.
    if (outcomeOf(error) !== 'fail') throw error;
    return { pass: false, message: () => messageOf(error) };
  }
}

expect.extend({
  /** Passes if a VDiff compared rows of every table, and none differs. */
  toFindNoMismatch(figures: VDiffFigures) {
    return answer(() => refuseMismatches(figures), 'VDiff was expected to find a mismatch, and found none.');
  },
  /** Passes if our own checksums compared rows, and both sides hold the same. */
  toBeEqualOnBothSides(tables: readonly TableComparison[]) {
    return answer(() => refuseDifferences(tables), 'Both sides were expected to differ, and hold the same rows.');
  },
});

/** `expect` with the matchers above, for files that import it from here. */
export { expect };

declare module 'expect' {
  // oxlint-disable-next-line typescript/no-unused-vars -- the declaration that is extended has it
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    toFindNoMismatch(): R;
    toBeEqualOnBothSides(): R;
  }
}
