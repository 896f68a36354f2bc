import { expect, test } from '@jest/globals';
import { golden } from './golden/golden.ts';
import { plainLines } from './plain-lines.ts';
import type { ShownEvent } from './step-list.ts';

function written(events: readonly ShownEvent[]): string {
  let text = '';
  const listener = plainLines((lines) => (text += lines));
  for (const event of events) listener(event);
  return text;
}

test('a run reads as plain lines', () => {
  const copy = { index: 1, name: 'copy', title: 'Copy the rows' };
  const rows = { type: 'stepProgress', index: 1, total: 400_000, unit: 'rows', perSecond: 31_000 } as const;
  const text = written([
    { type: 'note', text: 'seed 42', atMs: 3 },
    { type: 'stepStarted', index: 0, name: 'Build image mysql', title: 'Build image mysql', atMs: 10 },
    { type: 'stepStarted', ...copy, atMs: 20 },
    {
      type: 'stepProgress',
      index: 0,
      done: 3,
      total: 0,
      unit: 'packages',
      detail: '\u001B[31mred\n\u001B[0m',
      atMs: 5100,
    },
    {
      type: 'stepEnded',
      index: 0,
      name: 'Build image mysql',
      title: 'Build image mysql',
      verdict: 'pass',
      durationMs: 8000,
      atMs: 8010,
    },
    { ...rows, done: 100_000, atMs: 8020 },
    { ...rows, done: 150_000, atMs: 9000, detail: 'lag 3 s' },
    { ...rows, done: 410_000, atMs: 13_020, detail: 'lag 1 s' },
    { type: 'stepEnded', ...copy, verdict: 'pass', durationMs: 18_000, summary: '410,000 rows', atMs: 18_020 },
    { type: 'stepStarted', index: 2, name: 'vdiff', title: 'Compare', atMs: 18_030 },
    { type: 'note', text: 'two\nlines', atMs: 18_040 },
    {
      type: 'stepEnded',
      index: 2,
      name: 'vdiff',
      title: 'Compare',
      verdict: 'fail',
      durationMs: 812,
      error: 'a row differs\n  expected: none',
      atMs: 1_018_842,
    },
  ]);
  expect(text).toBe(golden('plain-lines.txt', text));
  expect(text).not.toContain('\u001B');
});

test('progress is shown at most every 5 seconds for each step, and not for a short step', () => {
  const events: ShownEvent[] = [0, 1].map((index) => ({ type: 'stepStarted', index, name: 'x', title: 'x', atMs: 0 }));
  for (let atMs = 0; atMs <= 20_000; atMs += 100) {
    for (const index of [0, 1])
      events.push({ type: 'stepProgress', index, done: atMs, total: 20_000, unit: 'rows', atMs });
  }
  expect(written(events).match(/\.\.\./g)).toHaveLength(2 * 4);
});
