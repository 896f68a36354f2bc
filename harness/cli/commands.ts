import { Command } from 'commander';
import { findEngine } from '../../docker/engine.ts';
import { sweepAll } from '../cluster/sweep.ts';
import { Recorder } from '../history/recorder.ts';
import { untilAborted } from '../run/interruption.ts';
import { judgeFolder } from '../run/judge.ts';
import { setUp } from '../run/set-up.ts';
import { check } from './check.ts';
import type { Ending } from './ending.ts';
import { estimateCommand } from './estimate.ts';
import { DECISION_CODES } from './exit-codes.ts';
import { init, type InitOptions } from './init.ts';
import { preflightCommand, type PreflightCommandOptions } from './preflight.ts';
import { addRehearse } from './rehearse-command.ts';
import type { Screen } from './screen.ts';

/** What the commands are given by the process that runs them. */
export interface CommandSurface {
  readonly screen: Screen;
  readonly ending: Ending;
  /** Hears the exit status of a command that came to its end. */
  readonly finish: (code: number) => void;
}

/**
 * The definition of every command and option. Making it runs nothing and reads nothing, so that a test can look at it.
 */
export function commands(surface: CommandSurface): Command {
  const program = new Command('roundtrip')
    .description('Rehearses the migration of a live MySQL into Vitess, there and back, on real servers in containers.')
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride();
  addRehearse(program, surface);
  addBefore(program, surface);
  addSaved(program, surface);
  addMachine(program, surface);
  return program;
}

/** What is done before a rehearsal. */
function addBefore(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('init')
    .description('write a config for a schema or dump, by asking')
    .argument('[schema]', '.sql, .sql.gz or .sql.zst, or a folder that MySQL Shell or mydumper made')
    .option('--out <file>', 'the config to write', 'roundtrip.config.yaml')
    .option('--yes', 'ask nothing', false)
    .option('--force', 'write over a config that is there', false)
    .action(async (schema: string | undefined, options: InitOptions) => {
      await init(schema ?? null, options, screen);
      finish(0);
    });
  program
    .command('preflight')
    .description('judge a source, and the tables that move, by what must be mended first; a live one is only read')
    .requiredOption('--config <file>', 'roundtrip.config.yaml, .json or .ts')
    .option('--allow-host <name...>', 'hosts other than this machine that may be connected to', [])
    .option('--show-statements', 'print every statement that is sent to a live source, on standard error', false)
    .option('--json', 'print the findings as JSON', false)
    .option('--sarif <file>', 'write the findings as SARIF, for code scanning')
    .option('--artifacts <folder>', 'where a schema’s own run leaves what it learned', 'artifacts')
    .action(async (options: PreflightCommandOptions) => {
      const isFit = await ending.during(async () => await preflightCommand(options, screen, ending.signal));
      finish(isFit ? 0 : 1);
    });
}

/** What is done with a run that was saved. */
function addSaved(program: Command, { screen, finish }: CommandSurface): void {
  program
    .command('check')
    .description('judge a saved run again, by its history; needs no containers')
    .argument('<folder>', 'of a run, as artifacts/latest')
    .action(async (folder: string) => finish(DECISION_CODES[(await check(folder, screen)).decision.verdict]));
  program
    .command('report')
    .description('write report.html of a saved run again; needs no containers')
    .argument('<folder>', 'of a run, as artifacts/latest')
    .action(async (folder: string) => {
      const { writePage } = await import('../page/write-page.ts');
      screen.print(`${await writePage(folder, await judgeFolder(folder))}\n`);
      finish(0);
    });
  program
    .command('estimate')
    .description('estimate how long production takes, from saved runs; needs no containers')
    .requiredOption('--config <file>', 'with production: the sizes of the real tables')
    .argument('<folders...>', 'of runs; several of different sizes tell more than one')
    .action(async (folders: string[], { config }: { config: string }) => {
      await estimateCommand(config, folders, screen);
      finish(0);
    });
}

/** What is done to this machine. */
function addMachine(program: Command, { screen, ending }: CommandSurface): void {
  program
    .command('images')
    .description('find or start an engine, and build or find the images')
    .action(async () => {
      const recorder = new Recorder();
      const { images } = await screen.show(
        recorder,
        async () =>
          await ending.during(async () => await untilAborted(ending.signal, async () => await setUp(recorder))),
      );
      for (const [name, image] of Object.entries(images)) screen.print(`${name.padEnd(8)}${image}\n`);
    });
  program
    .command('clean')
    .description('remove every container and network that runs of this project left on the engine')
    .action(async () => {
      const engine = await findEngine();
      const { containers, networks } = engine ? await sweepAll(engine.docker) : { containers: 0, networks: 0 };
      screen.print(`removed ${containers} container(s) and ${networks} network(s)\n`);
    });
}
