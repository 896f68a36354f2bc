import type { Recorder } from '../history/recorder.ts';

/**
 * Shows the commands that are sent to vtctld. A command that is polled is shown once.
 *
 * @param isExisting whether the servers were already running; then each command is printed before it runs, once per
 *   step. Otherwise commands only go to `steps.log`.
 */
export function commandLog(
  recorder: Recorder,
  isExisting: boolean,
  write: (text: string) => void,
): (command: string) => void {
  if (!isExisting) {
    let last = '';
    return (command) => {
      if (command !== last) write(`                    $ ${command}\n`);
      last = command;
    };
  }
  const told = new Set<string>();
  recorder.listen(({ type }) => type === 'stepStarted' && told.clear());
  return (command) => {
    if (told.has(command)) return;
    told.add(command);
    recorder.note(`$ ${command}`);
  };
}
