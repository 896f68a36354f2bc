import { expect, test } from '@jest/globals';
import { Tally } from './tally.ts';

function acknowledgedAt(...times: number[]): Tally {
  const tally = new Tally();
  for (const atMs of times) tally.ack(atMs, atMs - 5);
  return tally;
}

test('the write gap is the longest time between two acknowledgements', () => {
  expect(acknowledgedAt(10, 20, 90, 100).figures(10, 100).writeGapMs).toBe(70);
});

test('the window’s ends count as if they were acknowledgements', () => {
  const tally = acknowledgedAt(500, 510, 520);
  expect(tally.figures(0, 530).writeGapMs).toBe(500);
  expect(tally.figures(495, 900).writeGapMs).toBe(380);
  expect(tally.figures(600, 700)).toEqual({
    acknowledged: 0,
    writeGapMs: 100,
    errors: {},
    statementErrors: 0,
    p50Ms: null,
    p99Ms: null,
    p999Ms: null,
    maxMs: null,
  });
});

test('both ends belong to the window', () => {
  expect(acknowledgedAt(10, 20, 30).figures(10, 20).acknowledged).toBe(2);
  expect(acknowledgedAt(10, 20, 30).acknowledgedSince(20)).toBe(2);
});

test('quantiles are latencies that were seen, counted from when the write was due', () => {
  const tally = new Tally();
  for (let at = 1; at <= 3000; at += 1) tally.ack(at, at - (at <= 2960 ? 1 : at));
  expect(tally.figures(0, 3000)).toMatchObject({
    acknowledged: 3000,
    p50Ms: 1,
    p99Ms: 2970,
    p999Ms: 2997,
    maxMs: 3000,
  });
});

test('errors are counted by class within the window, with the first, the worst, and the last kept', () => {
  const tally = new Tally();
  tally.fail('timeout', new Error('first'), 10, 5, false);
  tally.fail('deadlock', new Error('other'), 11, 5, false);
  tally.fail('timeout', new Error('worst'), 20, 0, false);
  tally.fail('timeout', new Error('last'), 30, 29, false);
  expect(tally.figures(11, 30).errors).toEqual({ deadlock: 1, timeout: 2 });
  expect(tally.samples.get('timeout')).toMatchObject({
    count: 3,
    first: { message: 'first' },
    worst: { message: 'worst', latencyMs: 20 },
    last: { message: 'last' },
  });
});
