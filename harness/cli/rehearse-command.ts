import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandSurface } from './command-surface.ts';
import type { RehearseCommandOptions } from './rehearse-action.ts';
import { wholeNumber } from './whole-number.ts';

/** Adds the command that runs a rehearsal, with its options. */
export function addRehearse(program: Command, surface: CommandSurface): void {
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
    .action(async (options: RehearseCommandOptions, command: Command) => {
      const { rehearseCommand } = await import('./rehearse-action.ts');
      await rehearseCommand(options, command, surface);
    });
}

const ENVIRONMENT = `
Environment:
  ROUNDTRIP_MYSQL_IMAGE, ROUNDTRIP_VITESS_IMAGE, ROUNDTRIP_ETCD_IMAGE
                            images to use instead of those built from docker/
  ROUNDTRIP_VITESS_VERSION  the Vitess that is built: v0.24.1 (default), or another one in docker/vitess/
  ROUNDTRIP_DEBIAN_MIRROR   where the base image’s packages come from, if not from apt’s default mirror
  DOCKER_HOST               the engine to use; then no other one is installed or started

Exit status: 0 go, 1 no-go, 2 unknown or trouble with the machine, 64 usage error.`;

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
