import type { Command } from 'commander';
import { outcomeOf, usage } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { roundtripCommand } from './again.ts';
import type { CommandSurface } from './command-surface.ts';
import { compileLater } from './compile-later.ts';
import type { ConfiguredRehearsal } from './config-rehearsal.ts';
import { DECISION_CODES, EXIT_CODES } from './exit-codes.ts';
import type { FixtureOptions } from './fixture-rehearsal.ts';
import { conclude, rehearse, type Rehearsed } from './rehearse.ts';
import { statementPrinter } from './screen.ts';

/** The options of `rehearse`. */
export interface RehearseCommandOptions extends FixtureOptions {
  readonly config?: string;
  readonly seed?: number;
  readonly artifacts: string;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
  readonly plan: boolean;
}

/** Runs a rehearsal of a config or a fixture, says how it ended, and sets the exit status; or prints its plan. */
export async function rehearseCommand(
  options: RehearseCommandOptions,
  command: Command,
  { screen, ending, finish }: CommandSurface,
): Promise<void> {
  if (options.plan) {
    const { planText } = await import('./plan.ts');
    screen.print(await planText(options.config, options.allowHost));
    return finish(0);
  }
  compileLater();
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
  options: RehearseCommandOptions,
  command: Command,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<Omit<ConfiguredRehearsal, 'config'> & Partial<Pick<ConfiguredRehearsal, 'config'>>> {
  if (options.config === undefined) {
    const { fixtureRehearsal } = await import('./fixture-rehearsal.ts');
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
  const { configRehearsal } = await import('./config-rehearsal.ts');
  return await configRehearsal(options.config, { recorder, signal, allowHost, onStatement });
}

function commandAgain(seed: number): string {
  const given = process.argv
    .slice(3)
    .filter((arg, at, all) => arg !== '--seed' && all[at - 1] !== '--seed' && !arg.startsWith('--seed='));
  return roundtripCommand('rehearse', [...given, '--seed', String(seed)]);
}
