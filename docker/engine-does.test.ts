import { expect, test } from '@jest/globals';
import { failure } from '../harness/errors.ts';
import { engineDoes, orEngineGone } from './engine-does.ts';

test('a call that the engine does not finish in time is the machine’s trouble, and is named', async () => {
  const { promise: never } = Promise.withResolvers<void>();
  await expect(engineDoes('the pull of some/image:1', never, 20)).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: 'the pull of some/image:1 within 0.02 s', seen: 'no end of it' },
  });
});

test('the engine’s own errors are passed on', async () => {
  await expect(engineDoes('an answer', Promise.resolve(7))).resolves.toBe(7);
  await expect(engineDoes('an answer', Promise.reject(new Error('no such image')))).rejects.toThrow('no such image');
});

const GONE = { ping: async () => await Promise.reject(new Error('connect ENOENT /run/engine.sock')) };
const broke = new Error('socket hang up');

test('an error caused by an engine that is gone names the engine, with what broke first as its cause', async () => {
  await expect(orEngineGone(GONE, broke)).resolves.toMatchObject({
    outcome: 'unknown',
    facts: { what: expect.stringContaining('engine went away'), seen: 'connect ENOENT /run/engine.sock', cause: broke },
  });
});

test('an error stays as it is if the engine answers, and so does a failure of the migration', async () => {
  await expect(orEngineGone({ ping: async () => await Promise.resolve('OK') }, broke)).resolves.toBe(broke);
  const wrong = failure({ what: 'A row was lost.' });
  await expect(orEngineGone(GONE, new SuppressedError(broke, wrong))).resolves.toMatchObject({ suppressed: wrong });
});
