import { CommanderError } from 'commander';
import { outcomeOf } from '../errors.ts';
import { layOutFailure } from '../report/failure.ts';
import { commands } from './commands.ts';
import { Ending } from './ending.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { Screen } from './screen.ts';

const screen = new Screen();
const ending = new Ending();
ending.watch();

let exitCode = 0;
try {
  await commands({ screen, ending, finish: (code) => (exitCode = code) }).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  } else {
    await screen.conclude(`\n${layOutFailure(error, { colour: screen.colour })}`);
    exitCode = EXIT_CODES[outcomeOf(error)];
  }
}
await ending.exit(exitCode);
