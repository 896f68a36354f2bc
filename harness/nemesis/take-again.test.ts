import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { endingOf } from './ending.ts';
import { ends } from './faults/end.ts';
import { switchPoint } from './points/switch-point.ts';
import type { StruckRun } from './struck-run.ts';
import { bounded, takeAgain } from './take-again.ts';

const LONG_MS = 1_000_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A run whose switch of writes never ends; it says how often the switch was begun. */
function hanging(): { readonly run: StruckRun; readonly begun: () => number } {
  let begun = 0;
  const migration = { switchWrites: async () => (begun++, await Promise.withResolvers<void>().promise) };
  // It has nothing else.
  const run: StruckRun = Object.assign(Object.create(null), { migration });
  return { run, begun: () => begun };
}

test('a step that hangs when it is run again is not started once more while it still runs', async () => {
  const { run, begun } = hanging();
  const again = takeAgain(run, 'switchWrites', { hasVtctldEnded: false });
  await jest.advanceTimersByTimeAsync(LONG_MS);
  expect(await again).toEqual({ commands: ['switchWrites again'], error: expect.stringMatching(/has not ended/) });
  expect(begun()).toBe(1);
});

test('a step that hangs when it is struck is broken, and nothing else is tried while it still runs', async () => {
  const { run, begun } = hanging();
  const hangs = bounded('switchWrites', run.migration.switchWrites()).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(LONG_MS);
  const ending = await endingOf(run, {
    fault: ends('vtctld', 'kill'),
    point: switchPoint('switchWrites', 'journal'),
    before: { reads: 'source', writes: 'source' },
    error: await hangs,
    healed: { atMs: 0, error: null },
  });
  expect(ending).toEqual({ outcome: 'broken', recoveredBy: [], wrong: [expect.stringMatching(/has not ended/)] });
  expect(begun()).toBe(1);
});
