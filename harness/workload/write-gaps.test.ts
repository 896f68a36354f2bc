import { expect, test } from '@jest/globals';
import { WriteGaps } from './write-gaps.ts';

const NOTHING_WAITS = Infinity;
const END = 1_000_000;

/** Writes as `[sent, ended]`, or `[sent, ended, 'refused']`, in the order in which they end. */
function gapsOf(...writes: readonly (readonly [number, number, 'refused'?])[]): WriteGaps {
  const gaps = new WriteGaps();
  for (const [sentMs, endedMs, refused] of writes) {
    if (refused === undefined) gaps.acknowledged(sentMs, endedMs);
    else gaps.refused(sentMs, endedMs);
  }
  return gaps;
}

const longest = (gaps: WriteGaps, waitingSinceMs = NOTHING_WAITS) => gaps.longest(0, END, waitingSinceMs, END);

/** A write every so many milliseconds; each takes 5 ms. */
function steady(everyMs: number, fromMs: number, toMs: number, refused?: 'refused') {
  const writes: [number, number, 'refused'?][] = [];
  const rest: ['refused'?] = refused === undefined ? [] : [refused];
  for (let at = fromMs; at < toMs; at += everyMs) writes.push([at, at + 5, ...rest]);
  return writes;
}

test('writes that are rare and answered at once leave no gap, however long nobody writes', () => {
  expect(longest(gapsOf(...steady(9_360, 0, 100_000)))).toEqual({ fromMs: 0, toMs: 5 });
});

test('a stall lasts from the first write that waited, or the last acknowledgement before, to the next one', () => {
  // Sent at 100 ms and every 100 ms; a server that stalls from 120 ms lets go of all at 2,000 ms, the latest first.
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

test('one refusal, long before the next write, is no longer than it took', () => {
  expect(longest(gapsOf([0, 5], [1_000, 1_010, 'refused'], [9_000, 9_005]))).toEqual({ fromMs: 1_000, toMs: 1_010 });
});

test('one write that hangs while others are acknowledged is no gap', () => {
  const gap = longest(gapsOf(...steady(20, 0, 4_000), [100, 4_100, 'refused']));
  expect(gap!.toMs - gap!.fromMs).toBeLessThanOrEqual(115);
});

test('a gap that begins in the window counts whole, and one outside not at all', () => {
  const gaps = gapsOf([0, 5], [1_000, 31_000], [31_010, 31_015], [60_000, 80_000]);
  expect(gaps.longest(0, 2_000, NOTHING_WAITS, END)).toEqual({ fromMs: 1_000, toMs: 31_000 });
  expect(gaps.longest(31_012, 40_000, NOTHING_WAITS, END)).toEqual({ fromMs: 31_010, toMs: 31_015 });
  expect(gaps.longest(40_000, 50_000, NOTHING_WAITS, END)).toBeNull();
});

test('what still waits is a gap that has not ended', () => {
  const gaps = gapsOf([0, 5]);
  expect(gaps.longest(0, END, 100, 5_000)).toEqual({ fromMs: 100, toMs: 5_000 });
  expect(new WriteGaps().longest(0, END, NOTHING_WAITS, 5_000)).toBeNull();
});
