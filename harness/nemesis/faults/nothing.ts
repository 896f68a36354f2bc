import type { Fault } from '../fault.ts';

/** The control: everything is made ready and nothing is struck. */
export const NOTHING: Fault = {
  id: 'nothing',
  about: 'nothing is struck: the control',
  lastsMs: 0,
  arm: async () => ({
    strike: async () => 'nothing was struck',
    heal: async () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
};
