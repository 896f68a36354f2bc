import { expect, test } from '@jest/globals';
import { ProbePace } from './probe-pace.ts';

/** Returns when a server is asked within the first `untilMs`, if it writes something at these times. */
function askedAt(news: readonly number[], untilMs: number): number[] {
  const pace = new ProbePace(0);
  const asked: number[] = [];
  for (let now = 0; now < untilMs; now += 10) {
    if (news.includes(now)) pace.heard(now);
    if (pace.rest(now) > 0) continue;
    pace.asked(now);
    asked.push(now);
  }
  return asked;
}

test('a silent server is asked at once, soon again, and then more and more rarely, but never less than every 400 ms', () => {
  expect(askedAt([], 2_000)).toEqual([0, 40, 80, 160, 320, 640, 1_040, 1_440, 1_840]);
});

test('a server that has written something is asked at once, but not more often than every 40 ms', () => {
  expect(askedAt([1_500, 1_510, 1_520], 1_650).filter((at) => at > 1_100)).toEqual([1_440, 1_500, 1_540, 1_580, 1_640]);
});
