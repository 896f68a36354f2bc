import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { golden } from './golden/golden.ts';
import { finalFrame, liveFrame } from './live-frame.ts';
import { painter } from './paint.ts';
import type { ShownStep } from './step-list.ts';
import { widthOf } from './text.ts';

const plain = painter(false);

function ended(index: number, title: string, text?: string, verdict: 'pass' | 'fail' | 'unknown' = 'pass'): ShownStep {
  return { index, title, startedAtMs: index * 100, ended: { verdict, durationMs: 812, text } };
}

const steps: readonly ShownStep[] = [
  ended(0, 'Build image mysql', 'built'),
  ended(1, 'Put a tablet in front of the source', 'four settings checked, primary commerce/0, _vt tables there'),
  ended(2, 'Compare row by row', 'VDiff found a row that differs\nexpected: none', 'fail'),
  ended(3, 'Look at the lag', undefined, 'unknown'),
  {
    index: 4,
    title: 'Copy the rows to customer',
    startedAtMs: 1000,
    progress: { done: 123_456, total: 400_000, unit: 'rows', perSecond: 31_000, detail: 'streams: 1 copying, lag 3 s' },
  },
  { index: 5, title: 'Build image vitess', startedAtMs: 500, progress: { done: 41, total: 0, unit: 'packages' } },
  { index: 6, title: 'Dependencies', startedAtMs: 12_900 },
];

test.each([
  [80, 24],
  [120, 40],
  [80, 9],
  [40, 6],
])('the list in a terminal of %d by %d', (columns, rows) => {
  const frame = `${liveFrame(steps, { nowMs: 13_300, columns, rows, paint: plain })}\n`;
  expect(frame).toBe(golden(`live-${columns}x${rows}.txt`, frame));
});

test('the list that stays on the screen', () => {
  const frame = `${finalFrame(steps, { nowMs: 13_300, columns: 80, rows: 5, paint: plain })}\n`;
  expect(frame).toBe(golden('live-final.txt', frame));
});

const shownStep: fc.Arbitrary<ShownStep> = fc.record(
  {
    index: fc.nat(),
    title: fc.string({ unit: 'grapheme', maxLength: 60 }),
    startedAtMs: fc.nat(100_000),
    progress: fc.record({
      done: fc.nat(1_000_000),
      total: fc.nat(1_000_000),
      unit: fc.constantFrom('rows', 'bytes', 'packages'),
      perSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
      detail: fc.string({ unit: 'grapheme' }),
    }),
    ended: fc.record({
      verdict: fc.constantFrom('pass', 'fail', 'unknown'),
      durationMs: fc.nat(10_000_000),
      text: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    }),
  },
  { requiredKeys: ['index', 'title', 'startedAtMs'] },
);

test('every frame fits the terminal, coloured or not', () => {
  fc.assert(
    fc.property(
      fc.array(shownStep, { maxLength: 30 }),
      fc.integer({ min: 30, max: 150 }),
      fc.integer({ min: 4, max: 50 }),
      fc.boolean(),
      (list, columns, rows, colour) => {
        const lines = liveFrame(list, { nowMs: 100_000, columns, rows, paint: painter(colour) }).split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows - 2);
        for (const line of lines) expect(widthOf(stripVTControlCharacters(line))).toBeLessThan(columns);
      },
    ),
  );
});
