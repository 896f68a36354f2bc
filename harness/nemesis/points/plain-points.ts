import type { StepName } from '../../history/steps.ts';
import type { Point, Watch } from '../point.ts';

const AT_ONCE: Watch = {
  reached: Promise.resolve('at once'),
  strike: async (blow) => await blow(),
  [Symbol.asyncDispose]: async () => undefined,
};

/** Nothing is being done: the stream follows, and the application writes. */
export const RUNNING: Point = {
  id: 'running',
  about: 'the stream follows, and nothing else is done',
  step: null,
  watch: async () => AT_ONCE,
};

/** The same with the writes on the target. */
export const RUNNING_REVERSE: Point = {
  id: 'running-reverse',
  about: 'writes are on the target, and the reverse stream follows',
  step: null,
  watch: async () => AT_ONCE,
};

/** Just before the workflow is created, which also starts the copy. */
export const BEFORE_CREATE: Point = { ...before('copy'), id: 'create/before', about: 'create is about to begin' };

/** Just before the migration is completed, after which there is no way back, and nothing follows. */
export const BEFORE_COMPLETE: Point = { ...before('complete'), needs: ['end'] };

/** Just before a step is begun. */
export function before(step: StepName): Point {
  return { id: `${step}/before`, about: `${step} is about to begin`, step, isBefore: true, watch: async () => AT_ONCE };
}
