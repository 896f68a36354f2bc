import { expect, test } from '@jest/globals';
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

const source: WriteEndpoint = { name: 'source', options: {} };
const vtgate: WriteEndpoint = { name: 'vtgate', options: {} };

test('a watcher resolves when the endpoint it asks for has acknowledged enough', async () => {
  const watchers = new Watchers();
  const waiting = watchers.until(2, vtgate, 10_000, () => new Error('too late'));
  watchers.acknowledged(vtgate);
  watchers.acknowledged(source);
  watchers.acknowledged(vtgate);
  await expect(waiting).resolves.toBeUndefined();
});

test('a watcher gives up in time and says how far it came', async () => {
  const watchers = new Watchers();
  const waiting = watchers.until(2, undefined, 1, (seen) => failure({ what: `saw ${seen}` }));
  watchers.acknowledged(source);
  await expect(waiting).rejects.toThrow('saw 1');
});
