import { expect, test } from '@jest/globals';
import { WriterTally, type Failed } from './writer-tally.ts';

const NOTHING_WAITS = { operationsSinceMs: Infinity, writesSinceMs: Infinity, nowMs: 1_000_000, dueIn: () => 7 };
const WRITE: Failed = { isWrite: true, isStatement: false };
const STATEMENT: Failed = { isWrite: true, isStatement: true };

const sentWhenDue = (dueMs: number, endedMs: number) => ({ dueMs, sentMs: dueMs, endedMs });

function acknowledgedAt(...times: number[]): WriterTally {
  const tally = new WriterTally();
  for (const atMs of times) tally.ack(sentWhenDue(atMs - 5, atMs));
  return tally;
}

test('a window without a write has no gap, and no acknowledgement', () => {
  expect(acknowledgedAt(500, 510, 520).figures(600, 700, NOTHING_WAITS)).toEqual({
    acknowledged: 0,
    writeGapMs: 0,
    dueInGap: 0,
    errors: {},
    statementErrors: 0,
    p50Ms: null,
    p99Ms: null,
    p999Ms: null,
    maxMs: null,
  });
});

test('the write gap is the longest time that writes wait for an acknowledgement, with what was due meanwhile', () => {
  const tally = acknowledgedAt(10, 20);
  tally.ack(sentWhenDue(25, 90));
  expect(tally.figures(10, 100, NOTHING_WAITS)).toMatchObject({ writeGapMs: 65, dueInGap: 7 });
});

test('an operation that waited for its turn is late because of the machine, which is not a gap', () => {
  const tally = acknowledgedAt(10);
  tally.ack({ dueMs: 20, sentMs: 5_000, endedMs: 5_005 });
  expect(tally.figures(0, 6_000, NOTHING_WAITS)).toMatchObject({ writeGapMs: 5, maxMs: 4_985 });
});

test('refusals are a gap, except those caused by the rows, and those of reads', () => {
  const tally = acknowledgedAt(10);
  for (let at = 1_000; at < 3_000; at += 10) tally.fail('denied-table', new Error(), sentWhenDue(at, at + 5), WRITE);
  for (let at = 3_000; at < 9_000; at += 10) tally.fail('duplicate-key', new Error(), sentWhenDue(at, at + 5), WRITE);
  const read = { isWrite: false, isStatement: true };
  for (let at = 9_000; at < 20_000; at += 10) tally.fail('timeout', new Error(), sentWhenDue(at, at + 5), read);
  expect(tally.figures(0, 30_000, NOTHING_WAITS).writeGapMs).toBe(1_995);
});

test('both ends belong to the window', () => {
  expect(acknowledgedAt(10, 20, 30).figures(10, 20, NOTHING_WAITS).acknowledged).toBe(2);
  expect(acknowledgedAt(10, 20, 30).acknowledgedSince(20)).toBe(2);
});

test('quantiles are latencies that were seen, counted from when the write was due', () => {
  const tally = new WriterTally();
  for (let at = 1; at <= 3000; at += 1) tally.ack(sentWhenDue(at - (at <= 2960 ? 1 : at), at));
  expect(tally.figures(0, 3000, NOTHING_WAITS)).toMatchObject({
    acknowledged: 3000,
    p50Ms: 1,
    p99Ms: 2970,
    p999Ms: 2997,
    maxMs: 3000,
  });
});

test('a statement that hangs from a switch until its time-out belongs to the switch in which it was due', () => {
  const tally = new WriterTally();
  tally.fail('timeout', new Error(), sentWhenDue(1_500, 31_500), STATEMENT);
  tally.fail('denied-table', new Error(), sentWhenDue(900, 1_100), STATEMENT);
  tally.fail('denied-table', new Error(), sentWhenDue(2_100, 31_500), STATEMENT);
  expect(tally.figures(1_000, 2_000, NOTHING_WAITS)).toMatchObject({
    errors: { timeout: 1, 'denied-table': 1 },
    statementErrors: 2,
  });
});

test('an operation that was not sent is not a failed statement', () => {
  const tally = new WriterTally();
  tally.dropped('1 operation waits already', 10, 60_010);
  const figures = tally.figures(0, 100, NOTHING_WAITS);
  expect(figures).toMatchObject({ errors: { 'not-sent': 1 }, statementErrors: 0, writeGapMs: 0 });
});

test('errors are counted by class within the window, and the first, the worst and the last are kept', () => {
  const tally = new WriterTally();
  tally.fail('timeout', new Error('first'), sentWhenDue(5, 10), WRITE);
  tally.fail('deadlock', new Error('other'), sentWhenDue(5, 11), WRITE);
  tally.fail('timeout', new Error('worst'), sentWhenDue(0, 20), WRITE);
  tally.fail('timeout', new Error('last'), sentWhenDue(29, 30), WRITE);
  expect(tally.figures(11, 30, NOTHING_WAITS).errors).toEqual({ deadlock: 1, timeout: 2 });
  expect(tally.samples.get('timeout')).toMatchObject({
    count: 3,
    first: { message: 'first' },
    worst: { message: 'worst', latencyMs: 20 },
    last: { message: 'last' },
  });
});
