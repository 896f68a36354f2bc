import { expect, test } from '@jest/globals';
import { autoRate, tooHigh } from './capacity.ts';

test('a rate of auto is a share of what the servers can sustain, within bounds', () => {
  expect([10, 500, 876, 1_000_000].map(autoRate)).toEqual([10, 75, 130, 200]);
});

test('a rate that leaves no room for a migration is named, together with one that does', () => {
  expect(tooHigh(700, 1_000)).toBeNull();
  expect(tooHigh(701, 1_000)).toMatch(/^701 a second is beyond 70 % of .* 1000 a second .* Ask for 700 a second/);
  const stages = [
    { perSecond: 50, seconds: 10 },
    { perSecond: 900, seconds: 10 },
  ];
  expect(tooHigh(stages, 1_000)).toMatch(/^50 to 900 a second in 2 stages is beyond/);
});
