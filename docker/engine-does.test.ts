import { expect, test } from '@jest/globals';
import { engineDoes } from './engine-does.ts';

test('what the engine does not do in time is the machine’s trouble, and says what it was', async () => {
  const { promise: never } = Promise.withResolvers<void>();
  await expect(engineDoes('the pull of some/image:1', never, 20)).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: 'the pull of some/image:1 within 0.02 s', seen: 'no end of it' },
  });
});

test('what the engine says itself is passed on', async () => {
  await expect(engineDoes('an answer', Promise.resolve(7))).resolves.toBe(7);
  await expect(engineDoes('an answer', Promise.reject(new Error('no such image')))).rejects.toThrow('no such image');
});
