import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ScannedOperation } from '../history/history-reader.ts';
import { Latencies } from '../history/latencies.ts';
import { SeriesBuilder, stepFor } from './series.ts';

const NONE = {
  version: undefined,
  matched: undefined,
  to: undefined,
  server: undefined,
  answered: undefined,
  error: undefined,
};
const REST = { ...NONE, message: undefined, duplicate: undefined, statement: undefined, tablet: undefined };

function line(
  type: ScannedOperation['type'],
  process: number,
  atMs: number,
  f: ScannedOperation['f'],
  lateMs = 0,
): ScannedOperation {
  return { index: 0, table: 't', key: 1, value: 1, ...REST, type, process, f, time: atMs * 1e6, late: lateMs * 1e6 };
}

test('a quantile equals that of the sorted latencies, within 2.2 %', () => {
  const latency = fc.double({ min: 0.001, max: 100_000, noNaN: true });
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
      const latencies = new Latencies();
      for (const each of all) latencies.add(each);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(share * all.length) - 1)]!;
      expect(Math.abs(latencies.quantile(share)! / exact - 1)).toBeLessThan(0.022);
      expect(latencies.maxMs).toBe(sorted.at(-1));
    }),
  );
});

test('an empty series has no quantile', () => {
  expect([new Latencies().quantile(0.5), new Latencies().maxMs]).toEqual([null, null]);
});

test('operations count when they ended, writes from when they were due, and reads only as errors', () => {
  const builder = new SeriesBuilder([
    { fromMs: 0, toMs: 2_000, stepMs: 1_000 },
    { fromMs: 1_000, toMs: 1_100, stepMs: 10 },
  ]);
  const operations = [
    line('invoke', 1, 100, 'insert', 50),
    line('invoke', 2, 150, 'read'),
    // Its server was asked for until 1,300.
    { ...line('ok', 1, 1_300, 'insert'), answered: 200e6 },
    line('ok', 2, 250, 'read'),
    line('invoke', 1, 900, 'update'),
    line('invoke', 2, 900, 'read'),
    line('ok', 1, 1_015, 'update'),
    line('info', 2, 1_025, 'read'),
  ];
  for (const operation of operations) builder.operation(operation);
  const [whole, close] = builder.series();
  expect(whole).toMatchObject({ acknowledged: [1, 1], errors: [0, 1] });
  expect(whole!.maxMs[0]).toBeCloseTo(150);
  expect(whole!.maxMs[1]).toBeCloseTo(115);
  expect(close!.acknowledged).toEqual([0, 100, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(close!.errors).toEqual([0, 0, 100, 0, 0, 0, 0, 0, 0, 0]);
});

test('a run of any length has at most 300 parts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 * 86_400_000 }), (totalMs) => {
      expect(Math.ceil(totalMs / stepFor(totalMs))).toBeLessThanOrEqual(300);
    }),
  );
});
