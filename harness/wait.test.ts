import { expect, jest, test } from '@jest/globals';
import { messageOf } from './errors.ts';
import { waitFor, within } from './wait.ts';

test('a look that is done ends the wait with what it found', async () => {
  let looks = 0;
  const found = await waitFor({ what: 'three looks', timeoutMs: 5_000, intervalMs: 1 }, async () => {
    looks += 1;
    return { done: looks === 3 ? 'third' : undefined, seen: String(looks) };
  });
  expect(found).toBe('third');
});

test('a wait that times out says what it waited for and what it saw last', async () => {
  const waiting = waitFor({ what: 'rain', where: 'the desert', timeoutMs: 20, intervalMs: 1 }, async () => {
    return { done: undefined, seen: 'sun' };
  });
  await expect(waiting).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: 'rain', seen: 'sun', where: 'the desert' },
  });
});

test('an error from a look ends the wait at once', async () => {
  const error = new Error('broken');
  const waiting = waitFor({ what: 'anything', timeoutMs: 60_000 }, async () => {
    throw error;
  });
  await expect(waiting).rejects.toBe(error);
});

test('looks are left out while nothing has changed, for up to two seconds', async () => {
  let [looks, asked] = [0, 0];
  const wait = { what: 'the second look', timeoutMs: 60_000, intervalMs: 1, hasChanged: async () => asked++ === 0 };
  const begun = performance.now();
  await waitFor(wait, async () => ({ done: ++looks === 2 || undefined, seen: '' }));
  expect(performance.now() - begun).toBeGreaterThan(1_900);
  expect(asked).toBeGreaterThan(10);
});

test('a change is looked at when it comes', async () => {
  let looks = 0;
  const wait = { what: 'the third look', timeoutMs: 60_000, intervalMs: 1, hasChanged: async () => true };
  const begun = performance.now();
  await waitFor(wait, async () => ({ done: ++looks === 3 || undefined, seen: '' }));
  expect(performance.now() - begun).toBeLessThan(1_900);
});

test('a question whether anything has changed that is never answered does not outlast the wait', async () => {
  const { promise } = Promise.withResolvers<never>();
  const wait = { what: 'rain', timeoutMs: 20, hasChanged: async () => await promise };
  jest.useFakeTimers();
  try {
    const ended = waitFor(wait, async () => ({ done: true, seen: '' })).catch(messageOf);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await ended).toMatch(/Timed out/);
  } finally {
    jest.useRealTimers();
  }
});

test('an answer that never comes is given up on', async () => {
  const { promise } = Promise.withResolvers<never>();
  await expect(within(promise, 5, 'no answer')).rejects.toThrow('no answer');
});
