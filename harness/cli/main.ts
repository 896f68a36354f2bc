import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { findEngine } from '../../docker/engine.ts';
import { sweepAll } from '../cluster/sweep.ts';
import { outcomeOf, usage, type ErrorOutcome } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import type { Decision } from '../report/decision.ts';
import { layOutFailure } from '../report/failure.ts';
import { untilAborted } from '../run/interruption.ts';
import { judgeFolder } from '../run/judge.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { setUp } from '../run/set-up.ts';
import { roundtripCommand } from './again.ts';
import { check } from './check.ts';
import { Ending } from './ending.ts';
import { estimateCommand } from './estimate.ts';
import { configRehearsal } from './config-rehearsal.ts';
import { fixtureRehearsal, type FixtureOptions } from './fixture-rehearsal.ts';
import { init, type InitOptions } from './init.ts';
import { planText } from './plan.ts';
import { preflightCommand, type PreflightCommandOptions } from './preflight.ts';
import { rehearse } from './rehearse.ts';
import { Screen, statementPrinter } from './screen.ts';

/**
 * The exit status for each outcome of an error; `unknown` is trouble with the machine, and 64 is EX_USAGE of
 * sysexits.h.
 */
const EXIT_CODES: Readonly<Record<ErrorOutcome, number>> = { fail: 1, unknown: 2, usage: 64 };
/** The exit status for each decision. */
const DECISION_CODES = { go: 0, 'no-go': 1, unknown: 2 } as const satisfies Record<Decision['verdict'], number>;

const screen = new Screen();
const ending = new Ending();
ending.watch();

type Finish = (code: number) => void;

function commands(finish: Finish): Command {
  const program = new Command('roundtrip')
    .description('Rehearses the migration of a live MySQL into Vitess, there and back, on real servers in containers.')
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride();
  addRehearse(program, finish);
  addBefore(program, finish);
  addSaved(program, finish);
  addMachine(program);
  return program;
}

function addRehearse(program: Command, finish: Finish): void {
  program
    .command('rehearse')
    .description('run the whole sequence on a config’s schema and data, or on one fixture, with writes going on')
    .option('--config <file>', 'roundtrip.config.yaml, .json or .ts: your own schema, data and statements')
    .option('--fixture <name or folder>', 'what is migrated where there is no config', 'commerce')
    .option('--seed <number>', 'drives all randomness; drawn and printed when not given', wholeNumber)
    .addOption(
      new Option('--profile <name>', 'flags of the Vitess programs')
        .choices(['rehearsal', 'stock'])
        .default('rehearsal'),
    )
    .option('--writes-per-second <number>', 'of the application; auto: as many as this machine keeps', rate, 'auto')
    .option('--scale <factor>', 'of the fixture’s row counts', factor, 1)
    .option('--fence', 'lock applications out of the source MySQL while the target serves writes', false)
    .option('--allow-strays', 'switch writes although clients are connected straight to the source MySQL', false)
    .addOption(new Option('--end <step>', 'how it ends').choices(['complete', 'cancel']).default('complete'))
    .option('--artifacts <folder>', 'where runs leave what they learned', 'artifacts')
    .option('--allow-host <name...>', 'hosts other than this machine that a config’s servers may be on', [])
    .option('--show-statements', 'print every statement that is sent to a live source, on standard error', false)
    .option(
      '--plan',
      'print every command for a config’s target; connects to nothing but, with fence, the source',
      false,
    )
    .addHelpText('after', ENVIRONMENT)
    .action(async (options: FixtureOptions & RehearseCommandOptions, command: Command) => {
      if (options.plan) {
        screen.print(await planText(options.config, options.allowHost));
        return finish(0);
      }
      const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
      const { rehearsal, config } = await rehearsalOf(options, command);
      ending.isOnTarget = rehearsal.existing !== undefined;
      const how = { seed, again: commandAgain(seed), artifacts: options.artifacts, ...(config ? { config } : {}) };
      const { result, thrown, troubles } = await ending.during(
        async () => await rehearse(rehearsal, how, screen, ending.signal),
      );
      const { verdict } = result.decision;
      // What only the server could tell, as a statement of a dump that it does not take, is usage all the same; what was
      // found before it stands.
      const isUsage =
        verdict === 'unknown' && thrown !== undefined && outcomeOf(thrown) === 'usage' && troubles.length === 0;
      finish(isUsage ? EXIT_CODES.usage : DECISION_CODES[verdict]);
    });
}

/** What is done before a rehearsal. */
function addBefore(program: Command, finish: Finish): void {
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
function addSaved(program: Command, finish: Finish): void {
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
function addMachine(program: Command): void {
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

interface RehearseCommandOptions {
  readonly config?: string;
  readonly seed?: number;
  readonly artifacts: string;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
  readonly plan: boolean;
}

/** What stands in a config cannot be told on the command line too. */
const OF_FIXTURES = ['fixture', 'profile', 'writesPerSecond', 'scale', 'fence', 'allowStrays', 'end'] as const;

async function rehearsalOf(
  options: FixtureOptions & RehearseCommandOptions,
  command: Command,
): Promise<{ rehearsal: Rehearsal; config?: Readonly<Record<string, unknown>> }> {
  if (options.config === undefined) return { rehearsal: await fixtureRehearsal(options) };
  const both = OF_FIXTURES.filter((name) => command.getOptionValueSource(name) === 'cli');
  if (both.length > 0) {
    throw usage({
      what: 'Options and a config were given for the same thing.',
      expected: '--config with no option but --seed, --artifacts, --allow-host, --show-statements and --plan',
      seen: both.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', '),
      next: `Say it in ${options.config}.`,
    });
  }
  const { allowHost, showStatements } = options;
  return await configRehearsal(options.config, { allowHost, onStatement: statementPrinter(showStatements) });
}

const ENVIRONMENT = `
Environment:
  ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE, ROUNDTRIP_ETCD_IMAGE
                            images to use in place of those built from docker/
  ROUNDTRIP_VITESS_VERSION  the Vitess that is built: v0.24.1 (default) or v0.23.3
  ROUNDTRIP_DEBIAN_MIRROR   where the base image’s packages come from, when apt’s own mirror does not do
  DOCKER_HOST               the engine to use; none is installed in its place

Exit status: 0 go, 1 no-go, 2 unknown or trouble with the machine, 64 usage.`;

function commandAgain(seed: number): string {
  const given = process.argv
    .slice(3)
    .filter((arg, at, all) => arg !== '--seed' && all[at - 1] !== '--seed' && !arg.startsWith('--seed='));
  return roundtripCommand('rehearse', [...given, '--seed', String(seed)]);
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function rate(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const value = wholeNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be at least 1.');
}

function factor(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

let exitCode = 0;
try {
  await commands((code) => (exitCode = code)).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  } else {
    await screen.conclude(`\n${layOutFailure(error, { colour: screen.colour })}`);
    exitCode = EXIT_CODES[outcomeOf(error)];
  }
}
await ending.exit(exitCode);
