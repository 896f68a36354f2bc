import type { Ending } from './ending.ts';
import type { Screen } from './screen.ts';

/** What the process that runs the commands gives them. */
export interface CommandSurface {
  readonly screen: Screen;
  readonly ending: Ending;
  /** Receives the exit status of a command that has ended. */
  readonly finish: (code: number) => void;
}
