import { ORIGIN_STEP } from './kinds/kind.ts';

/** Numbers that no two clients of a run may share. */
export class Numbering {
  #processes = 0;
  #origins = 0;

  /** The number of a process, never used again. */
  process(): number {
    return this.#processes++;
  }

  /** Where the values and keys of one more writer begin. */
  origin(): number {
    return this.#origins++ * ORIGIN_STEP;
  }
}
