import { NEVER } from '../operation.ts';
import { counted } from '../sentence.ts';
import type { KeyWrites } from './key-writes.ts';
import { FOR_GOOD, type RowReport } from './row-report.ts';

/** Everything has completed by then. */
const AT_THE_END = NEVER;

export interface FinalRowSeen {
  readonly value: number;
  readonly version: number;
}

/** Judges the final state of one row, as if it were a read after all operations. */
export function judgeFinalRow(writes: KeyWrites, row: FinalRowSeen | null, report: RowReport): void {
  if (row) present(writes, row, report);
  else absent(writes, report);
}

function absent(writes: KeyWrites, report: RowReport): void {
  if (writes.mayBeDeletedBefore(AT_THE_END)) return;
  if (writes.stored.size > 0) {
    const { index, said } = newestOf(writes);
    report.add(
      'no-lost-write',
      FOR_GOOD,
      index,
      `the row is missing at the end, though ${said} and nothing deleted it`,
    );
  } else if (writes.observed.size > 0) {
    report.add(
      'no-phantom',
      FOR_GOOD,
      null,
      'the row is missing at the end, though it was read and nothing deleted it',
    );
  }
}

function present(writes: KeyWrites, { value, version }: FinalRowSeen, report: RowReport): void {
  const write = writes.find(value);
  if (write < 0) {
    const what = Number.isFinite(value) ? `the value ${value}` : 'no value';
    const seen = `the row has ${what} at the end, which was never sent or certainly failed`;
    report.add('no-phantom', FOR_GOOD, null, seen);
    return;
  }
  const completed = writes.completedOf(write);
  if (writes.deleteCompleted !== NEVER) {
    const what = `the row is there at the end, though line ${writes.deleteCompleted} acknowledged its delete`;
    report.add('no-resurrected-row', FOR_GOOD, writes.deleteCompleted, what);
  } else if (writes.stored.latestBefore(AT_THE_END) > completed) {
    const { index, said } = newestOf(writes);
    report.add('no-lost-write', FOR_GOOD, index, `the row has the old value ${value} at the end, though ${said}`);
  } else if (writes.maybeDeleteSeen !== NEVER || writes.observed.latestBefore(AT_THE_END) > completed) {
    const what = `the row has the value ${value} at the end, though a later indeterminate write had been seen`;
    report.add('no-phantom', FOR_GOOD, null, what);
  } else {
    judgeVersion(writes, version, report);
  }
}

/**
 * An update adds 1 to the version, so it lies between the acknowledged updates and those plus the indeterminate ones.
 */
function judgeVersion(writes: KeyWrites, version: number, report: RowReport): void {
  const least = 1 + writes.okUpdates;
  const most = least + writes.infoUpdates;
  if (version < least) {
    const missing = least - version;
    const what = `the row has the version ${version} at the end instead of ${least}: ${counted(missing, 'update')} lost`;
    report.add('no-lost-write', FOR_GOOD + missing, newestOf(writes).index, what);
  } else if (version > most) {
    const extra = version - most;
    const what = `the row has the version ${version} at the end instead of ${most}: ${counted(extra, 'update')} too many`;
    report.add('no-duplicate', FOR_GOOD + extra, newestOf(writes).index, what);
  }
}

/** The newest acknowledged write; what was loaded has no line. */
function newestOf(writes: KeyWrites): { index: number | null; said: string } {
  const newest = writes.stored.lastBefore(AT_THE_END);
  if (!newest || newest.completed === 0) return { index: null, said: 'it was loaded before the first operation' };
  return { index: newest.completed, said: `line ${newest.completed} acknowledged a write` };
}
