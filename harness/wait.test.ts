import { expect, test } from '@jest/globals';
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

test('an answer that never comes is given up on', async () => {
  const { promise } = Promise.withResolvers<never>();
  await expect(within(promise, 5, 'no answer')).rejects.toThrow('no answer');
});
