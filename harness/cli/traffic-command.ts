import { Option, type Command } from 'commander';
import type { CommandSurface } from './command-surface.ts';
import type { TrafficCommandOptions } from './traffic.ts';

/** Adds the command that makes a workload from logs. */
export function addTraffic(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('traffic')
    .description('make a workload from slow or general logs, and try every statement in them through vtgate')
    .argument('[logs...]', 'slow logs or general logs of MySQL, plain or compressed with gzip or zstd')
    .requiredOption('--config <file>', 'roundtrip.config.yaml, .json or .ts, whose source has the tables')
    .option('--out <file>', 'the workload to write, which workload.file of the config names', 'traffic.yaml')
    .option('--force', 'overwrite an existing workload', false)
    .option('--database <name>', 'the name of the database in the logs; by default that of the source')
    .option('--live', 'read the performance schema of source.live instead of logs', false)
    .addOption(
      new Option('--rate <which>', 'the rate of the workload: auto, as much as this machine can sustain, or as seen')
        .choices(['auto', 'average', 'peak'])
        .default('auto'),
    )
    .option('--allow-host <name...>', 'names of other machines that it may connect to', [])
    .option('--show-statements', 'print every statement that is sent to a live source, on standard error', false)
    .option('--artifacts <folder>', 'where to create the folder of the run', 'artifacts')
    .addHelpText('after', '\nExit status: 0 all run alike, 1 some do not, 2 trouble with the machine, 64 usage error.')
    .action(async (logs: string[], options: TrafficCommandOptions) => {
      const { trafficCommand } = await import('./traffic.ts');
      const isAlike = await ending.during(async () => await trafficCommand(logs, options, screen, ending.signal));
      finish(isAlike ? 0 : 1);
    });
}
