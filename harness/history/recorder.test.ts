import { expect, test } from '@jest/globals';
import { failure, trouble } from '../errors.ts';
import type { RunEvent } from './events.ts';
import { Recorder } from './recorder.ts';

test('every listener hears about a step from its start to its end, in order', async () => {
  const recorder = new Recorder();
  const heard: RunEvent[] = [];
  recorder.listen((event) => heard.push(event));
  const result = await recorder.step(
    'copy',
    'copy',
    async ({ progress, note }) => {
      progress({ done: 1, total: 2, unit: 'rows' });
      note('half way');
      return 2;
    },
    (rows) => `${rows} rows`,
  );

  expect(result).toBe(2);
  expect(heard.map(({ type }) => type)).toEqual(['stepStarted', 'stepProgress', 'note', 'stepEnded']);
  expect(heard.at(-1)).toMatchObject({ name: 'copy', verdict: 'pass', summary: '2 rows' });
  expect(heard.map(({ atMs }) => atMs)).toEqual(heard.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(recorder.events).toEqual(heard);
});

test.each([
  ['a failure', failure({ what: 'lost' }), 'fail'],
  ['trouble', trouble({ what: 'no engine' }), 'unknown'],
  ['anything else', new TypeError('a bug'), 'unknown'],
])('%s ends the step with its own verdict and is rethrown', async (_, error, verdict) => {
  const recorder = new Recorder();
  const step = recorder.step('vdiff', 'vdiff', async () => {
    throw error;
  });
  await expect(step).rejects.toBe(error);
  expect(recorder.events.at(-1)).toMatchObject({ type: 'stepEnded', verdict, error: error.message });
});

test('nothing is recorded after it has been closed', async () => {
  const recorder = new Recorder();
  const { promise, reject } = Promise.withResolvers<void>();
  const step = recorder.step('copy', 'copy', async () => await promise);
  recorder.close();
  reject(failure({ what: 'taken down' }));
  await expect(step).rejects.toThrow('taken down');
  expect(recorder.events.map(({ type }) => type)).toEqual(['stepStarted']);
});

test('a listener that throws is dropped, and does not affect the step or other listeners', async () => {
  const recorder = new Recorder();
  const bug = new TypeError('a bug');
  const heard: string[] = [];
  recorder.listen(() => {
    throw bug;
  });
  recorder.listen(({ type }) => heard.push(type));
  expect(await recorder.step('copy', 'copy', async () => 1)).toBe(1);
  expect(heard).toEqual(['stepStarted', 'stepEnded']);
  expect(recorder.faults).toEqual([bug]);
});

test('steps and looks at routing that end under a fault name it, and later ones do not', async () => {
  const recorder = new Recorder();
  const fails = async () =>
    await recorder.step('switchWrites', 'writes', async () => await Promise.reject(new Error('no')));
  await expect(recorder.under('vtctld.kill at switchWrites/journal', fails)).rejects.toThrow('no');
  await expect(fails()).rejects.toThrow('no');
  const ends = recorder.events.filter((event) => event.type === 'stepEnded');
  expect(ends.map(({ fault }) => fault)).toEqual(['vtctld.kill at switchWrites/journal', undefined]);
});
