import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { failure, trouble } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { collect, whereItFailed } from './collect.ts';

async function recorded(body: (recorder: Recorder) => Promise<unknown>): Promise<Recorder> {
  const recorder = new Recorder();
  await body(recorder).catch(() => undefined);
  return recorder;
}

test('steps and phases are told apart and stay in order', async () => {
  const { events } = await recorded(async (recorder) => {
    await recorder.step('cluster', 'Start', async () => undefined);
    await recorder.step('adopt', 'Adopt', async () => undefined);
    await recorder.step('create', 'Create', async () => undefined);
  });
  const { steps, phases, problems } = collect(events);
  expect(steps.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['adopt', 'pass'],
    ['create', 'pass'],
  ]);
  expect(phases.map(({ name }) => name)).toEqual(['cluster']);
  expect(problems).toEqual([]);
  expect(whereItFailed(events, 11)).toBeUndefined();
});

test('an error that goes through a step and the phase around it is reported once, where it arose', async () => {
  const error = failure({ what: 'a row differs', expected: 'none' });
  const { events } = await recorded((recorder) =>
    recorder.step('writes', 'Writes', async () => {
      await recorder.step('adopt', 'Adopt', async () => undefined);
      await recorder.step('vdiff', 'VDiff', () => Promise.reject(error));
    }),
  );
  const { steps, phases, problems } = collect(events);
  expect(problems).toEqual([{ verdict: 'fail', what: 'vdiff: a row differs' }]);
  expect([steps.at(-1)?.verdict, phases.at(0)?.verdict]).toEqual(['fail', 'fail']);
  expect(whereItFailed(events, 11)).toBe('2/11 vdiff');
});

test('a step that never ended is unknown, and is the place to look', () => {
  const events = [
    { type: 'stepStarted', index: 0, name: 'copy', title: 'Copy', atMs: 10 },
    { type: 'note', text: 'SIGTERM', atMs: 510 },
  ] as const;
  expect(collect(events).steps).toEqual([{ name: 'copy', durationMs: 500, verdict: 'unknown' }]);
  expect(collect(events).problems).toEqual([{ verdict: 'unknown', what: 'copy began but did not end' }]);
  expect(whereItFailed(events, 11)).toBe('1/11 copy');
});

test('an error in work around the steps is placed by its name', async () => {
  const { events } = await recorded((recorder) =>
    recorder.step('load', 'Load', () => Promise.reject(trouble({ what: 'disk full' }))),
  );
  expect(whereItFailed(events, 11)).toBe('load');
  expect(collect(events).problems).toEqual([{ verdict: 'unknown', what: 'load: disk full' }]);
});

const verdict = fc.constantFrom('pass', 'fail', 'unknown');

test('an ended step never loses its verdict between the recorder and the result', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(verdict, { maxLength: 8 }), async (verdicts) => {
      const recorder = new Recorder();
      for (const [at, each] of verdicts.entries()) {
        const body = async () => {
          if (each === 'fail') throw failure({ what: `failure ${at}` });
          if (each === 'unknown') throw new Error(`trouble ${at}`);
        };
        await recorder.step('row', 'Row', body).catch(() => undefined);
      }
      const { phases, problems } = collect(recorder.events);
      expect(phases.map((phase) => phase.verdict)).toEqual(verdicts);
      expect(problems.map((problem) => problem.verdict)).toEqual(verdicts.filter((each) => each !== 'pass'));
    }),
  );
});

test('a step that failed under a fault is marked, and is no problem of the run by itself', async () => {
  const recorder = new Recorder();
  const fails = async () =>
    await recorder.step('copy', 'Copy', async () => await Promise.reject(failure({ what: 'cut' })));
  await recorder.under('vtctld.kill at copy/50', fails).catch(() => undefined);
  const { steps, problems } = collect(recorder.events);
  expect(steps).toMatchObject([{ name: 'copy', verdict: 'fail', fault: 'vtctld.kill at copy/50' }]);
  expect(problems).toEqual([]);
  await fails().catch(() => undefined);
  expect(collect(recorder.events).problems).toHaveLength(1);
});
