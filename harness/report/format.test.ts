import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatBytes, formatClock, formatCount, formatDuration, formatQuantity, formatRate } from './format.ts';

test.each([
  [0, '0 ms'],
  [812, '812 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [12_345, '12.3 s'],
  [59_949, '59.9 s'],
  [59_950, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_599_499, '59 m 59 s'],
  [3_599_500, '1 h 00 m'],
  [3_720_000, '1 h 02 m'],
  [-812, '-812 ms'],
  [Number.NaN, '?'],
  [Infinity, '?'],
])('a duration of %d ms reads %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

test.each([
  [-5, '0.0 s'],
  [99, '0.0 s'],
  [812, '0.8 s'],
  [999, '0.9 s'],
  [1000, '1.0 s'],
])('a clock at %d ms reads %s', (elapsedMs, text) => expect(formatClock(elapsedMs)).toBe(text));

test.each([
  [400_000, '400,000'],
  [0, '0'],
  [-0.2, '0'],
  [9_007_199_254_740_993n, '9,007,199,254,740,993'],
  [Number.NaN, '?'],
])('the count %s reads %s', (count, text) => expect(formatCount(count)).toBe(text));

test.each([
  [72_134, '72.1k rows/s'],
  [812, '812 rows/s'],
  [3.44, '3.4 rows/s'],
  [9.96, '10 rows/s'],
  [999.6, '1.0k rows/s'],
  [999_960, '1.0M rows/s'],
  [0, '0 rows/s'],
  [Infinity, '? rows/s'],
])('a rate of %d reads %s', (rate, text) => expect(formatRate(rate)).toBe(text === '? rows/s' ? '?' : text));

test.each([
  [512, '512 B'],
  [48_200_000, '48.2 MB'],
  [999_960, '1.0 MB'],
  [2e15, '2000.0 TB'],
])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('a unit is singular for one', () => {
  expect([0, 1, 2].map((count) => formatQuantity(count, 'rows'))).toEqual(['0 rows', '1 row', '2 rows']);
});

test('a duration can be read back, to within what its unit rounds away', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (durationMs) => {
      const text = formatDuration(durationMs);
      expect(Math.abs(readDurationMs(text) - durationMs)).toBeLessThanOrEqual(roundingMs(text));
      expect(text).not.toMatch(/\b(1\d{3} ms|60(\.0)? s|60 m)\b/);
    }),
  );
});

test('a count can be read back', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (count) => expect(Number(formatCount(count).replaceAll(',', ''))).toBe(count)),
  );
});

test('rates and sizes stay within three digits before the point and one after', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e11, noNaN: true }), (value) => {
      expect(formatRate(value)).toMatch(/^\d{1,3}(\.\d)?[kMG]? rows\/s$/);
      expect(formatBytes(value)).toMatch(/^\d{1,3}(\.\d)? [kMGT]?B$/);
    }),
  );
});

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function readDurationMs(text: string): number {
  return [...text.matchAll(/([\d.]+) (ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ''] ?? Number.NaN),
    0,
  );
}

function roundingMs(text: string): number {
  if (text.endsWith('ms')) return 0.5;
  if (text.endsWith('m')) return 30_000;
  return text.includes('.') ? 50.001 : 500;
}
