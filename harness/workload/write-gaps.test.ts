import { expect, test } from '@jest/globals';
import { lengthOf } from './silences.ts';
import { WriteGaps } from './write-gaps.ts';

const NOTHING_WAITS = { operationsSinceMs: Infinity, writesSinceMs: Infinity };
const END = 1_000_000;

/** Writes as `[sent, ended]`, or `[sent, ended, 'refused']`, in the order in which they end. */
function gapsOf(...writes: readonly (readonly [number, number, 'refused'?])[]): WriteGaps {
  const gaps = new WriteGaps();
  for (const [sentMs, endedMs, refused] of writes) {
    gaps.add({ dueMs: sentMs, sentMs, endedMs }, refused ?? 'acknowledged', true);
  }
  return gaps;
}

const longest = (gaps: WriteGaps) => gaps.longest(0, END, NOTHING_WAITS, END);

/** A write every so many milliseconds; each takes 5 ms. */
function steady(everyMs: number, fromMs: number, toMs: number, refused?: 'refused') {
  const writes: [number, number, 'refused'?][] = [];
  const rest: ['refused'?] = refused === undefined ? [] : [refused];
  for (let at = fromMs; at < toMs; at += everyMs) writes.push([at, at + 5, ...rest]);
  return writes;
}

test('rare writes that are answered at once leave no gap, however long nobody writes', () => {
  expect(longest(gapsOf(...steady(9_360, 0, 100_000)))).toEqual({ fromMs: 0, toMs: 5 });
});

test('a stall lasts from the first write that waited, or the last acknowledgement before it, to the next one', () => {
  // Sent at 100 ms and every 100 ms; a server that stalls from 120 ms lets go of all of them at 2,000 ms, the latest
  // first.
  const stalled = Array.from({ length: 8 }, (_, at): [number, number] => [900 - 100 * at, 2_000 + at]);
  expect(longest(gapsOf([0, 5], [100, 105], ...stalled))).toEqual({ fromMs: 200, toMs: 2_000 });
});

test('writes that are refused at once, all of them for five seconds, are a gap of five seconds', () => {
  const refused = steady(20, 1_000, 6_000, 'refused');
  const gap = longest(gapsOf(...steady(20, 0, 1_000), ...refused, ...steady(20, 6_000, 7_000)));
  expect(gap).toEqual({ fromMs: 1_000, toMs: 5_985 });
});

test('a write that waited through refusals makes one gap with them', () => {
  const refused = steady(20, 1_000, 2_000, 'refused');
  expect(longest(gapsOf([0, 5], ...refused, [1_500, 4_000]))).toEqual({ fromMs: 1_000, toMs: 4_000 });
});

test('one refusal, long before the next write, makes a gap no longer than itself', () => {
  expect(longest(gapsOf([0, 5], [1_000, 1_010, 'refused'], [9_000, 9_005]))).toEqual({ fromMs: 1_000, toMs: 1_010 });
});

test('one write that hangs while others are acknowledged is not a gap', () => {
  const gap = longest(gapsOf(...steady(20, 0, 4_000), [100, 4_100, 'refused']));
  expect(gap!.toMs - gap!.fromMs).toBeLessThanOrEqual(115);
});

test('a gap that begins in the window counts as a whole, and one outside not at all', () => {
  const gaps = gapsOf([0, 5], [1_000, 31_000], [31_010, 31_015], [60_000, 80_000]);
  expect(gaps.longest(0, 2_000, NOTHING_WAITS, END)).toEqual({ fromMs: 1_000, toMs: 31_000 });
  expect(gaps.longest(31_012, 40_000, NOTHING_WAITS, END)).toEqual({ fromMs: 31_010, toMs: 31_015 });
  expect(gaps.longest(40_000, 50_000, NOTHING_WAITS, END)).toBeNull();
});

test('writes that are still waiting make a gap that has not ended', () => {
  const gaps = gapsOf([0, 5]);
  expect(gaps.longest(0, END, { operationsSinceMs: 100, writesSinceMs: 100 }, 5_000)).toEqual({
    fromMs: 100,
    toMs: 5_000,
  });
  expect(new WriteGaps().longest(0, END, NOTHING_WAITS, 5_000)).toBeNull();
});

/** Reads that hold all eight connections between two times, and a write that was due meanwhile and sent after them. */
function behindReads(fromMs: number, toMs: number, dueMs: number): WriteGaps {
  const gaps = gapsOf([0, 5]);
  for (let at = 0; at < 8; at += 1) {
    const sentMs = fromMs + at;
    gaps.add({ dueMs: sentMs, sentMs, endedMs: toMs + at }, 'answered', false);
  }
  gaps.add({ dueMs, sentMs: toMs + 1, endedMs: toMs + 6 }, 'acknowledged', true);
  return gaps;
}

test('a write that could not be sent, because servers held every connection and answered nothing, waited for them', () => {
  expect(longest(behindReads(1_000, 11_000, 3_000))).toEqual({ fromMs: 3_000, toMs: 11_000 });
  expect(lengthOf(longest(behindReads(1_000, 11_000, 11_001))!)).toBeLessThan(10);
});

test('a write that waited for its turn among operations that were answered is late because of this machine', () => {
  const gaps = gapsOf([0, 5]);
  for (let at = 1_000; at < 61_000; at += 50)
    gaps.add({ dueMs: 0, sentMs: at - 10, endedMs: at + 40 }, 'answered', false);
  gaps.add({ dueMs: 1_000, sentMs: 61_000, endedMs: 61_050 }, 'acknowledged', true);
  expect(longest(gaps)).toEqual({ fromMs: 61_000, toMs: 61_050 });
});
