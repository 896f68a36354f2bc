import { InvalidArgumentError, Option, type Command } from 'commander';
import { wholeNumber } from './whole-number.ts';
import { outcomeOf, usage } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { roundtripCommand } from './again.ts';
import type { CommandSurface } from './command-surface.ts';
import { configRehearsal, type ConfiguredRehearsal } from './config-rehearsal.ts';
import { DECISION_CODES, EXIT_CODES } from './exit-codes.ts';
import { fixtureRehearsal, type FixtureOptions } from './fixture-rehearsal.ts';
import { planText } from './plan.ts';
import { conclude, rehearse, type Rehearsed } from './rehearse.ts';
import { statementPrinter } from './screen.ts';

interface RehearseCommandOptions {
  readonly config?: string;
  readonly seed?: number;
  readonly artifacts: string;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
  readonly plan: boolean;
}

/** Adds the command that runs a rehearsal, with its options. */
export function addRehearse(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('rehearse')
    .description('run the whole sequence while an application writes, on a config’s schema and data or on a fixture')
    .option('--config <file>', 'your own schema, data and statements: roundtrip.config.yaml, .json or .ts')
    .option('--fixture <name or folder>', 'what to migrate without a config', 'commerce')
    .option('--seed <number>', 'seed for all randomness; by default one is drawn and printed', wholeNumber)
    .addOption(
      new Option('--profile <name>', 'flags for the Vitess programs')
        .choices(['rehearsal', 'stock'])
        .default('rehearsal'),
    )
    .option(
      '--writes-per-second <number>',
      'operations per second of the application; auto: as many as this machine can sustain',
      rate,
      'auto',
    )
    .option('--scale <factor>', 'factor for the fixture’s row counts', factor, 1)
    .option('--fence', 'lock applications out of the source MySQL while the target serves writes', false)
    .option('--allow-strays', 'switch writes even if clients are connected straight to the source MySQL', false)
    .addOption(new Option('--end <step>', 'how the rehearsal ends').choices(['complete', 'cancel']).default('complete'))
    .option('--faults <pattern>', 'break things on purpose: default, or a pattern such as "vtctld*"')
    .option('--artifacts <folder>', 'where to create a folder for each run', 'artifacts')
    .option('--allow-host <name...>', 'names of other machines that a config’s servers may be on', [])
    .option('--show-statements', 'print every statement that is sent to a live source, on standard error', false)
    .option(
      '--plan',
      'print every command for a config’s target, and connect to nothing, or with a fence only to the source',
      false,
    )
    .addHelpText('after', ENVIRONMENT)
    .action(async (options: FixtureOptions & RehearseCommandOptions, command: Command) => {
      if (options.plan) {
        screen.print(await planText(options.config, options.allowHost));
        return finish(0);
      }
      const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
      const recorder = new Recorder();
      const how = { seed, again: commandAgain(seed), artifacts: options.artifacts, recorder };
      const rehearsed = await ending.during(
        async () =>
          await screen.show(recorder, async () => {
            const asked = await rehearsalOf(options, command, recorder, ending.signal);
            const { rehearsal, config } = asked;
            ending.isOnTarget = rehearsal.existing !== undefined;
            return await withResources(
              asked,
              async () => await rehearse(rehearsal, config ? { ...how, config } : how, ending.signal),
            );
          }),
      );
      await conclude(rehearsed, how, screen);
      const { result, thrown, troubles } = rehearsed;
      const { verdict } = result.decision;
      // An error that only the server could find, such as a statement of a dump that it rejects, is still the caller's.
      // What was found before it stands.
      const isUsage =
        verdict === 'unknown' && thrown !== undefined && outcomeOf(thrown) === 'usage' && troubles.length === 0;
      finish(isUsage ? EXIT_CODES.usage : DECISION_CODES[verdict]);
    });
}

/**
 * Runs a rehearsal, then removes what it was made of. If that cannot be removed, as when the engine has gone away, the
 * next run removes it, and the verdict is not hidden.
 */
async function withResources(resources: AsyncDisposable, body: () => Promise<Rehearsed>): Promise<Rehearsed> {
  let rehearsed: Rehearsed | undefined;
  try {
    await using stack = new AsyncDisposableStack();
    stack.use(resources);
    rehearsed = await body();
    return rehearsed;
  } catch (error) {
    if (rehearsed === undefined) throw error;
    return rehearsed.thrown === undefined ? { ...rehearsed, troubles: [...rehearsed.troubles, error] } : rehearsed;
  }
}

/** Options that cannot be given together with a config, because the config says the same things. */
const OF_FIXTURES = [
  'fixture',
  'profile',
  'writesPerSecond',
  'scale',
  'fence',
  'allowStrays',
  'end',
  'faults',
] as const;

async function rehearsalOf(
  options: FixtureOptions & RehearseCommandOptions,
  command: Command,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<Omit<ConfiguredRehearsal, 'config'> & Partial<Pick<ConfiguredRehearsal, 'config'>>> {
  if (options.config === undefined) {
    return { rehearsal: await fixtureRehearsal(options), [Symbol.asyncDispose]: async () => undefined };
  }
  const both = OF_FIXTURES.filter((name) => command.getOptionValueSource(name) === 'cli');
  if (both.length > 0) {
    throw usage({
      what: 'Options and a config were given for the same thing.',
      expected: 'with --config, only --seed, --artifacts, --allow-host, --show-statements and --plan',
      seen: both.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', '),
      next: `Set it in ${options.config}.`,
    });
  }
  const { allowHost, showStatements } = options;
  const onStatement = statementPrinter(showStatements);
  return await configRehearsal(options.config, { recorder, signal, allowHost, onStatement });
}

const ENVIRONMENT = `
Environment:
  ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE, ROUNDTRIP_ETCD_IMAGE
                            images to use instead of those built from docker/
  ROUNDTRIP_VITESS_VERSION  the Vitess that is built: v0.24.1 (default), or another one in docker/vitess/
  ROUNDTRIP_DEBIAN_MIRROR   where the base image’s packages come from, if not from apt’s default mirror
  DOCKER_HOST               the engine to use; then no other one is installed or started

Exit status: 0 go, 1 no-go, 2 unknown or trouble with the machine, 64 usage error.`;

function commandAgain(seed: number): string {
  const given = process.argv
    .slice(3)
    .filter((arg, at, all) => arg !== '--seed' && all[at - 1] !== '--seed' && !arg.startsWith('--seed='));
  return roundtripCommand('rehearse', [...given, '--seed', String(seed)]);
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
