import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Estimate, Measured, MeasuredWork, Quantity } from '../report/estimate.ts';
import { estimate } from './estimate.ts';

const HOUR_MS = 3_600_000;

function work(rows: number, msARow: number): MeasuredWork {
  const parts = [
    { tables: ['book'], rows, bytes: rows * 100, ms: 1_000 + rows * msARow },
    { tables: ['loan'], rows: rows * 3, bytes: rows * 150, ms: 1_000 + rows * 3 * msARow },
  ];
  return { durationMs: parts.reduce((sum, { ms }) => sum + ms, 0), parts, rates: [] };
}

function run(rows: number): Measured {
  return {
    tables: [
      { table: 'book', rows, bytes: rows * 100 },
      { table: 'loan', rows: rows * 3, bytes: rows * 150 },
    ],
    copies: [work(rows, 0.04)],
    vdiffs: [work(rows, 0.01)],
    writes: { perSecond: 200, logBytes: [900, 1_000, 1_100], applied: [200, 1_500], limits: [1_000, 1_200] },
    target: {
      servers: 3,
      tables: [
        { table: 'book', bytes: rows * 120 },
        { table: 'loan', bytes: rows * 150 },
      ],
      copyLogBytes: rows * 200,
    },
    binlogExpireSeconds: 86_400,
  };
}

const RUNS = [run(100_000), run(300_000)];
const PRODUCTION = {
  tables: { book: { rows: 100e6, bytes: 10e9 }, loan: { rows: 300e6, bytes: 15e9 } },
  writesPerSecond: 100,
  soakHours: 10,
};

function quantity({ quantities }: Estimate, id: Quantity['id']): Quantity {
  return quantities.find((each) => each.id === id)!;
}

test('a copy that takes as long as its rows is estimated by them', () => {
  // 400 million rows at 0.04 ms.
  const { low, likely, high } = quantity(estimate(RUNS, PRODUCTION), 'copy');
  expect(likely! / 16e6).toBeCloseTo(1, 2);
  expect(low! / 16e6).toBeGreaterThan(0.9);
  expect(high! / 16e6).toBeLessThan(1.1);
});

test('a VDiff that met few writes may wait longer at each table in production', () => {
  const busy = quantity(estimate(RUNS, PRODUCTION), 'vdiff');
  const quiet = quantity(estimate([RUNS[0]!, { ...RUNS[1]!, isVDiffQuiet: true }], PRODUCTION), 'vdiff');
  expect([quiet.low, quiet.likely]).toEqual([busy.low, busy.likely]);
  expect(quiet.high! - busy.high!).toBeCloseTo(2 * 3_000);
  expect(quiet.assumptions.join()).toContain('met few writes');
});

test('the stream catches up with what was written during the copy at the rate that was seen, minus the rate of new writes', () => {
  const { low, likely, high } = quantity(estimate(RUNS, PRODUCTION), 'catchUp');
  expect(likely! / ((16e6 * 100) / (1_100 - 100))).toBeCloseTo(1, 1);
  // At least the last hour, because a table is copied for an hour at most before the stream catches up.
  expect(low! / ((HOUR_MS * 100) / (1_180 - 100))).toBeCloseTo(1, 1);
  expect(high).toBeGreaterThan(likely!);
});

test('a stream that applies less than is written never catches up, and no retention is enough', () => {
  const found = estimate(RUNS, { ...PRODUCTION, writesPerSecond: 1_150 });
  expect(quantity(found, 'catchUp')).toMatchObject({ likely: null, high: null });
  expect(quantity(found, 'catchUp').low).not.toBeNull();
  expect(quantity(found, 'catchUp').assumptions.join()).toContain('never catches up with 1,150 writes');
  expect(quantity(found, 'retention')).toMatchObject({ likely: null, high: null });
  expect(quantity(found, 'retention').assumptions.join()).toContain('no retention is enough');
  expect(quantity(found, 'binlog').high).toBeNull();
});

test('a stream whose limit did not show is assumed to apply as much as the most that was seen, and the estimate says so', () => {
  const unlimited = RUNS.map((each) => ({ ...each, writes: { ...each.writes!, limits: [] } }));
  const found = quantity(estimate(unlimited, PRODUCTION), 'catchUp');
  expect(found.likely! / ((16e6 * 100) / (1_500 - 100))).toBeCloseTo(1, 1);
  expect(found.assumptions.join()).toContain('its limit did not show');
});

test('a stream that never had as much to do as in production does not show whether it keeps up', () => {
  const unlimited = RUNS.map((each) => ({ ...each, writes: { ...each.writes!, limits: [] } }));
  const found = estimate(unlimited, { ...PRODUCTION, writesPerSecond: 2_000 });
  expect(found.missing).toEqual([{ id: 'catchUp', why: expect.stringContaining('no more than 1,500 transactions') }]);
  expect(quantity(found, 'retention').assumptions.join()).toContain('the time of the catch-up is not in it');
});

test('a retention that is too short is reported, with the statement that fixes it', () => {
  const short = quantity(estimate(RUNS, { ...PRODUCTION, soakHours: 48 }), 'retention');
  expect(short.assumptions.join()).toMatch(/binlog_expire_logs_seconds = 86400.*TOO SHORT; SET PERSIST .* = \d{6}/);
  const enough = quantity(estimate(RUNS, { ...PRODUCTION, soakHours: 1 }), 'retention');
  expect(enough.assumptions.join()).toContain('24.0 h: enough');
});

test('a VDiff that takes longer than the soak keeps the binary logs needed for as long', () => {
  const hours = quantity(estimate(RUNS, { ...PRODUCTION, writesPerSecond: 0, soakHours: 0 }), 'retention').likely!;
  // 400 million rows at 0.04 and 0.01 ms.
  expect(hours / (20e6 / HOUR_MS)).toBeCloseTo(1, 1);
});

test('binary logs and disks follow from writes, sizes and the time until the last switch', () => {
  const found = estimate(RUNS, PRODUCTION);
  const hours = quantity(found, 'retention').likely!;
  expect(quantity(found, 'binlog').likely! / (100 * 1_000 * hours * 3_600)).toBeCloseTo(1, 3);
  const tables = 25e9 * (270 / 250);
  const each = tables + 25e9 * (200 / 250) + quantity(found, 'binlog').likely!;
  expect(quantity(found, 'targetDisk').likely! / (3 * each)).toBeCloseTo(1, 3);
  // 24 hours are kept anyway.
  expect(quantity(found, 'sourceDisk').likely! / (100 * 1_000 * 86_400)).toBeCloseTo(1, 3);
});

test('whatever was not measured is named, and no figure is invented for it', () => {
  const { quantities, missing } = estimate(
    RUNS.map((each) => ({ ...each, writes: null })),
    PRODUCTION,
  );
  expect(quantities.map(({ id }) => id)).toEqual(['copy', 'vdiff', 'targetDisk']);
  expect(missing.map(({ id }) => id)).toEqual(['catchUp', 'binlog', 'retention', 'sourceDisk']);
  const nothing = estimate([{ ...run(0), copies: [], vdiffs: [], writes: null }], PRODUCTION);
  expect(nothing.quantities).toEqual([]);
  expect(nothing.missing).toHaveLength(7);
});

test('without writes in production there is nothing to catch up with', () => {
  const found = estimate(
    RUNS.map((each) => ({ ...each, writes: null })),
    { ...PRODUCTION, writesPerSecond: 0 },
  );
  expect(quantity(found, 'catchUp')).toMatchObject({ low: 0, likely: 0, high: 0 });
  expect(quantity(found, 'binlog').likely).toBe(0);
});

test('bytes that are not given are those of the largest rehearsal, and the estimate says so', () => {
  const tables = { book: { rows: 100e6 }, loan: { rows: 300e6, bytes: 15e9 } };
  const found = quantity(estimate(RUNS, { ...PRODUCTION, tables }), 'copy');
  expect(found.likely! / 16e6).toBeCloseTo(1, 2);
  expect(found.assumptions.join()).toContain('rows are as long as in the largest rehearsal in book');
});

interface Plan {
  readonly rows: number;
  readonly bytes: number;
  readonly writes: number;
  readonly soakHours: number;
}

function estimateOf({ rows, bytes, writes, soakHours }: Plan): Estimate {
  return estimate(RUNS, {
    tables: { book: { rows, bytes }, loan: { rows: rows * 2, bytes } },
    writesPerSecond: writes,
    soakHours,
  });
}

test('every range is valid, and more data, more writes and a longer soak never make any quantity smaller', () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 1e9 }),
    bytes: fc.integer({ min: 1, max: 1e12 }),
    writes: fc.integer({ min: 0, max: 2_000 }),
    soakHours: fc.integer({ min: 0, max: 200 }),
  });
  fc.assert(
    fc.property(sizes, sizes, (size, added) => {
      const less = estimateOf(size);
      const more = estimateOf({
        rows: size.rows + added.rows,
        bytes: size.bytes + added.bytes,
        writes: size.writes + added.writes,
        soakHours: size.soakHours + added.soakHours,
      });
      for (const one of less.quantities) {
        const other = quantity(more, one.id);
        const ends = ['low', 'likely', 'high'] as const;
        for (const end of ends) {
          expect(other[end] ?? Infinity).toBeGreaterThanOrEqual((one[end] ?? Infinity) * (1 - 1e-9));
        }
        const [low, likely, high] = ends.map((end) => one[end] ?? Infinity);
        expect(low).toBeLessThanOrEqual(likely! * (1 + 1e-9));
        expect(likely).toBeLessThanOrEqual(high! * (1 + 1e-9));
      }
    }),
  );
});
