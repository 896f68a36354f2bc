import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { failure } from '../errors.ts';
import { Schedule } from './schedule.ts';
import type { WriteEndpoint } from './session.ts';
import { Watchers } from './watchers.ts';

test('operations are due at fixed times, however late anyone looks', () => {
  const schedule = new Schedule(1000, 200);
  expect(schedule.advance(1000)).toBe(1005);
  expect(schedule.waiting).toBe(1);
  expect(schedule.take()).toBe(0);
  expect(schedule.advance(2000)).toBe(2005);
  expect(schedule.waiting).toBe(200);
  expect(schedule.dueMs(schedule.take())).toBe(1005);
});

test('a ramp goes through its stages, and the last one goes on', () => {
  const schedule = new Schedule(0, [
    { perSecond: 10, seconds: 1 },
    { perSecond: 100, seconds: 1 },
    { perSecond: 50, seconds: 1 },
  ]);
  expect([0, 9, 10, 109, 110, 111, 210].map((index) => schedule.dueMs(index))).toEqual([
    0, 900, 1000, 1990, 2000, 2020, 4000,
  ]);
});

test('operations of a ramp become due one after another, each within its own stage', () => {
  const stage = fc.record({
    perSecond: fc.double({ min: 0.5, max: 500, noNaN: true }),
    seconds: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 5 }), (stages) => {
      const schedule = new Schedule(0, stages);
      const due = Array.from({ length: 300 }, (_, index) => schedule.dueMs(index));
      expect(due.every((atMs, at) => at === 0 || atMs >= due[at - 1]!)).toBe(true);
    }),
  );
});

test('another rate holds from when it is set, and what was due before stays due', () => {
  const schedule = new Schedule(0, 100);
  schedule.advance(95);
  schedule.continueAt(95, 1);
  expect(schedule.advance(2_000)).toBe(2_095);
  expect(schedule.waiting).toBe(10 + 2);
  schedule.continueAt(2_000, 100);
  expect(schedule.advance(2_000)).toBe(2_010);
  expect(schedule.dueBetween(0, 2_000)).toBe(10 + 2 + 1);
});

const source: WriteEndpoint = { name: 'source', options: {} };
const vtgate: WriteEndpoint = { name: 'vtgate', options: {} };

test('a watcher resolves when the endpoint it asks for has acknowledged enough', async () => {
  const watchers = new Watchers();
  const waiting = watchers.until(2, vtgate, { sinceMs: 5, timeoutMs: 10_000 }, () => new Error('too late'));
  watchers.acknowledged(vtgate, 5);
  watchers.acknowledged(source, 6);
  watchers.acknowledged(vtgate, 7);
  await expect(waiting).resolves.toBeUndefined();
});

test('a watcher gives up in time and says how far it got; what was acknowledged before does not count', async () => {
  const watchers = new Watchers();
  const waiting = watchers.until(2, undefined, { sinceMs: 5, timeoutMs: 1 }, (seen) =>
    failure({ what: `saw ${seen}` }),
  );
  watchers.acknowledged(source, 4);
  watchers.acknowledged(source, 5);
  await expect(waiting).rejects.toThrow('saw 1');
});

test('operations that were due in a window are counted, both ends included, across stages, and no later ones', () => {
  const schedule = new Schedule(1_000, [
    { perSecond: 10, seconds: 1 },
    { perSecond: 100, seconds: 1 },
  ]);
  schedule.advance(2_500);
  expect(schedule.dueBetween(1_000, 1_900)).toBe(10);
  expect(schedule.dueBetween(1_950, 2_100)).toBe(11);
  expect(schedule.dueBetween(2_450, 9_000)).toBe(6);
  expect(schedule.dueBetween(0, 999)).toBe(0);
});

test('during a burst, operations are due when they are asked for, and afterwards at fixed times again', () => {
  const schedule = new Schedule(0, 10);
  schedule.advance(150);
  schedule.beginBurst();
  expect([schedule.isBurst, schedule.advance(900), schedule.waiting]).toEqual([true, Infinity, 2]);
  for (const atMs of [901, 901, 905]) schedule.dueNow(atMs);
  schedule.continueAt(1_000, 100);
  expect(schedule.isBurst).toBe(false);
  expect([0, 1, 2, 3, 4, 5, 6].map((index) => schedule.dueMs(index))).toEqual([0, 100, 901, 901, 905, 1_000, 1_010]);
  expect(schedule.advance(1_015)).toBe(1_020);
  expect(schedule.waiting).toBe(7);
  expect(schedule.dueBetween(100, 905)).toBe(4);
});
