import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { MeasuredWork } from '../report/estimate.ts';
import type { TableSize } from './by-table.ts';
import { costOf, fitCost, type Cost } from './fit.ts';
import { estimateWork } from './work.ts';

/** A table of the small run; the others have more rows by the same factor by which they are larger. */
interface Table {
  readonly rows: number;
  readonly rowBytes: number;
}

/** Work on tables that takes exactly what they cost, times the error of the machine. */
function made(cost: Cost, tables: readonly Table[], scale = 1, off: readonly number[] = [1]): MeasuredWork {
  const parts = tables.map(({ rows, rowBytes }, at) => {
    const size = { tables: 1, rows: rows * scale, bytes: rows * scale * rowBytes };
    return { ...size, tables: [`t${at}`], ms: costOf(cost, size) * off[at % off.length]! };
  });
  return { durationMs: parts.reduce((sum, { ms }) => sum + ms, 0), parts, rates: [] };
}

function sizesOf(tables: readonly Table[], scale: number): TableSize[] {
  return tables.map(({ rows, rowBytes }, at) => ({
    table: `t${at}`,
    rows: rows * scale,
    bytes: rows * scale * rowBytes,
  }));
}

function truthOf(cost: Cost, tables: readonly Table[], scale: number): number {
  return made(cost, tables, scale).durationMs;
}

const cost = fc.record({
  table: fc.integer({ min: 0, max: 3_000 }),
  row: fc.double({ min: 0.02, max: 0.2, noNaN: true }),
  byte: fc.double({ min: 0.000_01, max: 0.001, noNaN: true }),
});
const table = fc.record({
  // What takes less than a second is hardly seen.
  rows: fc.integer({ min: 50_000, max: 500_000 }),
  rowBytes: fc.integer({ min: 40, max: 2_000 }),
});
const tables = fc.array(table, { minLength: 2, maxLength: 8 });
const scales = fc.tuple(fc.double({ min: 2, max: 10, noNaN: true }), fc.double({ min: 1, max: 10_000, noNaN: true }));

test('two sizes of a known cost predict any other size of the same tables', () => {
  fc.assert(
    fc.property(cost, tables, scales, (known, all, [second, production]) => {
      const works = [made(known, all), made(known, all, second)];
      const { lowMs, likelyMs, highMs } = estimateWork(works, sizesOf(all, production));
      const truth = truthOf(known, all, production);
      // A table that is too small to measure is assumed to cost as much as the others; apart from that, the result is
      // exact.
      expect(Math.abs(likelyMs / truth - 1)).toBeLessThan(0.05);
      expect(lowMs).toBeLessThanOrEqual(truth * 1.05);
      expect(highMs).toBeGreaterThanOrEqual(truth * 0.95);
    }),
  );
});

test('if rows differ in length, two sizes show what a table, a row and a byte cost', () => {
  fc.assert(
    fc.property(cost, fc.integer({ min: 20_000, max: 90_000 }), scales, (known, rows, [second]) => {
      const all = [40, 300, 90, 2_000].map((rowBytes, at) => ({ rows: rows * (at + 1), rowBytes }));
      const parts = [made(known, all), made(known, all, second)].flatMap((work) => work.parts);
      const found = fitCost(parts, ['table', 'row', 'byte'])!;
      expect(found.row).toBeCloseTo(known.row, 4);
      expect(found.byte).toBeCloseTo(known.byte, 6);
      expect(found.table).toBeCloseTo(known.table, 0);
    }),
  );
});

test('the range from one run contains the truth, whatever share of it is fixed, also if all tables are of one size', () => {
  const ofOneSize = fc
    .tuple(table, fc.integer({ min: 2, max: 8 }))
    .map(([one, times]) => Array<Table>(times).fill(one));
  fc.assert(
    fc.property(
      cost,
      fc.oneof(tables, ofOneSize),
      fc.double({ min: 1, max: 10_000, noNaN: true }),
      (known, all, production) => {
        const { lowMs, highMs } = estimateWork([made(known, all)], sizesOf(all, production));
        const truth = truthOf(known, all, production);
        expect(lowMs).toBeLessThanOrEqual(truth * 1.05);
        expect(highMs).toBeGreaterThanOrEqual(truth * 0.95);
      },
    ),
  );
});

test('from one size, the likely time lies between that with a fixed part and that without, equally far from both', () => {
  const known = { table: 1_500, row: 0.03, byte: 0 };
  const all = [1_000, 60_000].map((rows) => ({ rows, rowBytes: 100 }));
  const work = made(known, all);
  const { lowMs, likelyMs, highMs } = estimateWork([work], sizesOf(all, 1_000));
  expect(highMs / (work.durationMs * 1_000)).toBeCloseTo(1, 5);
  expect(likelyMs).toBeGreaterThan(lowMs * 1.1);
  expect(likelyMs).toBeLessThan(highMs / 1.1);
});

test('more data never takes less time', () => {
  const noise = fc.array(fc.double({ min: 0.6, max: 1.6, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      cost,
      tables,
      noise,
      fc.array(fc.double({ min: 1, max: 20, noNaN: true }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(1e9), fc.nat(1e12), fc.nat(1e9), fc.nat(1e12)), { minLength: 8, maxLength: 8 }),
      (known, all, off, sizes, production) => {
        const works = sizes.map((scale) => made(known, all, scale, off));
        const less = estimateWork(
          works,
          all.map((_, at) => ({ table: `t${at}`, rows: production[at]![0], bytes: production[at]![1] })),
        );
        const more = estimateWork(
          works,
          all.map((_, at) => {
            const [rows, bytes, moreRows, moreBytes] = production[at]!;
            return { table: `t${at}`, rows: rows + moreRows, bytes: bytes + moreBytes };
          }),
        );
        for (const end of ['lowMs', 'likelyMs', 'highMs'] as const) {
          expect(more[end]).toBeGreaterThanOrEqual(less[end] * (1 - 1e-9));
        }
        expect(less.lowMs).toBeLessThanOrEqual(less.likelyMs * (1 + 1e-9));
        expect(less.likelyMs).toBeLessThanOrEqual(less.highMs * (1 + 1e-9));
      },
    ),
  );
});

test('the range from runs that vary by 15 % contains the truth for a hundred times their size, six times in seven', () => {
  const known = { table: 800, row: 0.03, byte: 0.000_1 };
  const all = [100, 250, 60].map((rowBytes, at) => ({ rows: 20_000 * (at + 1), rowBytes }));
  const off = fc.array(fc.double({ min: 0.85, max: 1.15, noNaN: true }), { minLength: 3, maxLength: 3 });
  let held = 0;
  let tried = 0;
  fc.assert(
    fc.property(off, off, off, (a, b, c) => {
      const works = [a, b, c].map((each, at) => ({
        ...made(known, all, 2 ** at, each),
        rates: each.map((share, index) => ({ table: 't', perSecond: 1000 * share * (1 + index / 50) })),
      }));
      const { lowMs, highMs } = estimateWork(works, sizesOf(all, 100));
      const truth = truthOf(known, all, 100);
      tried += 1;
      held += Number(lowMs <= truth && truth <= highMs);
    }),
    { numRuns: 300, seed: 5 },
  );
  expect(held / tried).toBeGreaterThan(6 / 7);
});

test('windows of different speeds make the range wider', () => {
  const known = { table: 500, row: 0.02, byte: 0 };
  const all = [{ rows: 100_000, rowBytes: 100 }];
  const works = [made(known, all), made(known, all, 2)];
  const rates = [50, 100, 100, 150].map((perSecond) => ({ table: 't0', perSecond }));
  const even = estimateWork(works, sizesOf(all, 10));
  const uneven = estimateWork(
    works.map((work) => ({ ...work, rates })),
    sizesOf(all, 10),
  );
  expect(uneven.lowMs).toBeLessThan(even.lowMs * 0.8);
  expect(uneven.highMs).toBeGreaterThan(even.highMs * 1.2);
  expect(uneven.likelyMs).toBe(even.likelyMs);
});

test('tables that were seen to end together in one run are compared with both in the others', () => {
  const known = { table: 900, row: 0.03, byte: 0 };
  const all = [60_000, 90_000].map((rows) => ({ rows, rowBytes: 100 }));
  const [small, large] = [made(known, all), made(known, all, 4)];
  const [first, second] = small.parts;
  const both = {
    tables: ['t1', 't0'],
    rows: first!.rows + second!.rows,
    bytes: first!.bytes + second!.bytes,
    ms: first!.ms + second!.ms,
  };
  const { lowMs, likelyMs, highMs } = estimateWork([{ ...small, parts: [both] }, large], sizesOf(all, 50));
  const truth = truthOf(known, all, 50);
  expect(likelyMs / truth).toBeCloseTo(1, 1);
  expect(lowMs).toBeLessThanOrEqual(truth * 1.01);
  expect(highMs).toBeGreaterThanOrEqual(truth * 0.99);
});
