import { ORIGIN_STEP } from './kinds/kind.ts';

/** Numbers that no two clients of a run may share. */
export class Numbering {
  #processes = 0;
  #origins = 0;

  /** Returns the number of a process, which is never used again. */
  process(): number {
    return this.#processes++;
  }

  /** Returns where the values and keys of another writer begin. */
  origin(): number {
    return this.#origins++ * ORIGIN_STEP;
  }
}
