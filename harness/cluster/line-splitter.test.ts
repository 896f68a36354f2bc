import { expect, test } from '@jest/globals';
import { LineSplitter } from './line-splitter.ts';

test('a line that arrives in pieces is passed on once, whole', () => {
  const lines = new LineSplitter();
  const told: string[] = [];
  using _ = lines.onLine((line) => told.push(line));
  for (const piece of ['Stopping ', 'source writes\nStop', 'ping streams\n\n', 'half']) lines.push(piece);
  expect(told).toEqual(['Stopping source writes', 'Stopping streams']);
  expect(lines.recent).toEqual(['Stopping source writes', 'Stopping streams', 'half']);
});

test('listeners hear nothing after disposal, and only the last lines are kept', () => {
  const lines = new LineSplitter();
  const told: string[] = [];
  lines.onLine((line) => told.push(line))[Symbol.dispose]();
  lines.push(Array.from({ length: 1000 }, (_, at) => `${at}\n`).join(''));
  expect(told).toEqual([]);
  expect(lines.recent).toHaveLength(400);
  expect(lines.recent.at(-1)).toBe('999');
});
