import { Command } from 'commander';
import type { BundleOptions } from './bundle.ts';
import { BUNDLE_CONTENTS } from './bundle-contents.ts';
import type { CommandSurface } from './command-surface.ts';
import { DECISION_CODES } from './exit-codes.ts';
import type { FaultsOptions } from './faults.ts';
import type { FidelityCommandOptions } from './fidelity.ts';
import type { InitOptions } from './init.ts';
import type { MatrixOptions } from './matrix.ts';
import type { PreflightCommandOptions } from './preflight.ts';
import { addRehearse } from './rehearse-command.ts';
import { addTraffic } from './traffic-command.ts';
import { wholeNumber } from './whole-number.ts';

/**
 * Defines every command and option. It runs nothing and reads nothing, so a test can look at the definition. What a
 * command needs is loaded when it runs: all commands together take 2 CPU seconds to load, and `check` takes 0.5.
 */
export function commands(surface: CommandSurface): Command {
  const program = new Command('roundtrip')
    .description('Rehearses the migration of a live MySQL into Vitess, there and back, on real servers in containers.')
    .showHelpAfterError('(--help lists commands and options)')
    .exitOverride();
  addRehearse(program, surface);
  addBefore(program, surface);
  addSaved(program, surface);
  addFaults(program, surface);
  addFidelity(program, surface);
  addMachine(program, surface);
  return program;
}

/** Commands that come before a rehearsal. */
function addBefore(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('init')
    .description('ask a few questions, and write a config for a schema or dump')
    .argument('[schema]', '.sql, .sql.gz or .sql.zst, or a folder that MySQL Shell or mydumper made')
    .option('--database <name>', 'which database to use from a dump that contains several')
    .option('--settings <name=value...>', 'variables for the source MySQL, if it does not accept the file without them')
    .option('--out <file>', 'the config to write', 'roundtrip.config.yaml')
    .option('--traffic <logs...>', 'slow or general logs to make a workload from afterwards, as traffic does', [])
    .option('--yes', 'ask nothing, and take the defaults', false)
    .option('--force', 'overwrite an existing config', false)
    .action(async (schema: string | undefined, options: InitOptions) => {
      const { init } = await import('./init.ts');
      const isAlike = await ending.during(async () => await init(schema ?? null, options, screen, ending.signal));
      finish(isAlike ? 0 : 1);
    });
  addTraffic(program, { screen, ending, finish });
  program
    .command('preflight')
    .description('find what must be fixed in a source and its tables before a migration; only reads a live source')
    .requiredOption('--config <file>', 'roundtrip.config.yaml, .json or .ts')
    .option('--allow-host <name...>', 'names of other machines that it may connect to', [])
    .option('--show-statements', 'print every statement that is sent to a live source, on standard error', false)
    .option('--json', 'print the findings as JSON', false)
    .option('--sarif <file>', 'write the findings as SARIF, for code scanning')
    .option('--artifacts <folder>', 'where to create the folder of the run that loads a schema file', 'artifacts')
    .action(async (options: PreflightCommandOptions) => {
      const { preflightCommand } = await import('./preflight.ts');
      const isFit = await ending.during(async () => await preflightCommand(options, screen, ending.signal));
      finish(isFit ? 0 : 1);
    });
}

/** Commands for a saved run. */
function addSaved(program: Command, { screen, finish }: CommandSurface): void {
  program
    .command('check')
    .description('judge a saved run again from its history; needs no containers')
    .argument('<folder>', 'the folder of a run, such as artifacts/latest')
    .action(async (folder: string) => {
      const { check } = await import('./check.ts');
      finish(DECISION_CODES[(await check(folder, screen)).decision.verdict]);
    });
  program
    .command('bundle')
    .description('pack a saved run into one .tar.gz for a report, without rows, values, hosts or accounts')
    .argument('<folder>', 'the folder of a run, such as artifacts/latest')
    .option('--out <file>', 'the file to write', 'roundtrip-bundle.tar.gz')
    .option('--anonymous', 'number the names of tables, columns, keyspaces, workflows and the subject', false)
    .addHelpText('after', BUNDLE_CONTENTS)
    .action(async (folder: string, options: BundleOptions) => {
      const { bundle } = await import('./bundle.ts');
      await bundle(folder, options, screen);
      finish(0);
    });
  program
    .command('compare')
    .description('compare two saved runs: figures side by side, and what got worse; needs no containers')
    .argument('<before>', 'the folder of a run')
    .argument('<after>', 'the folder of a later one')
    .option('--json', 'print the comparison as JSON', false)
    .addHelpText('after', COMPARE_HELP)
    .action(async (before: string, after: string, options: { json: boolean }) => {
      const { compare } = await import('./compare.ts');
      const { isWorse } = await compare([before, after], options, screen);
      finish(isWorse ? DECISION_CODES['no-go'] : 0);
    });
  program
    .command('report')
    .description('write the report.html of a saved run again; needs no containers')
    .argument('<folder>', 'the folder of a run, such as artifacts/latest')
    .action(async (folder: string) => {
      const [{ writePage }, { judgeFolder }] = await Promise.all([
        import('../page/write-page.ts'),
        import('../run/judge.ts'),
      ]);
      screen.print(`${await writePage(folder, await judgeFolder(folder))}\n`);
      finish(0);
    });
  program
    .command('estimate')
    .description('estimate from saved runs how long production will take; needs no containers')
    .requiredOption('--config <file>', 'a config whose `production` key has the sizes of the real tables')
    .argument('<folders...>', 'the folders of runs; several of different sizes say more than one')
    .action(async (folders: string[], { config }: { config: string }) => {
      const { estimateCommand } = await import('./estimate.ts');
      await estimateCommand(config, folders, screen);
      finish(0);
    });
}

/** Commands that try what can break. */
function addFaults(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('faults')
    .description('strike faults at points of a migration of the fixture, and report the outcome of each')
    .option('--only <pattern>', 'a pattern of faults and points, such as "vtctld*/switchWrites/*"')
    .option('--list', 'list the faults and points, and strike nothing', false)
    .option('--seed <number>', 'the seed for the application, and for --random', wholeNumber, 1)
    .option('--artifacts <folder>', 'where to write faults.json, and to create a folder for each run', 'artifacts')
    .option('--table <file>', 'the Markdown page whose table to rewrite')
    .option('--random', 'strike in a random order, which the seed determines', false)
    .option('--minutes <number>', 'go on for this long, starting over when all have been struck', wholeNumber)
    .action(async (options: FaultsOptions) => {
      const { faults } = await import('./faults.ts');
      const isGood = await ending.during(async () => await faults(options, screen, ending.signal));
      finish(isGood ? 0 : 1);
    });
}

/** The commands that show what Vitess does to values of every type, and how its versions differ. */
function addFidelity(program: Command, { screen, ending, finish }: CommandSurface): void {
  program
    .command('fidelity')
    .description('take values of every type there, back and there again, and report what happened to each')
    .option('--only <pattern>', 'a pattern of cases, such as "json-*"; then no page is written')
    .option('--artifacts <folder>', 'where to write fidelity.json, and to create a folder for the run', 'artifacts')
    .option('--table <file>', 'the Markdown page whose table to rewrite', 'docs/fidelity.md')
    .action(async (options: FidelityCommandOptions) => {
      const { fidelity } = await import('./fidelity.ts');
      const isAsDeclared = await ending.during(async () => await fidelity(options, screen, ending.signal));
      finish(isAsDeclared ? 0 : 1);
    });
  program
    .command('matrix')
    .description('run the round trip, fidelity and the known bugs on every version of Vitess, and report the results')
    .option('--only <version>', 'a folder of docker/vitess/, such as v0.24.4; earlier results of the others are kept')
    .option(
      '--bug <pattern>',
      'a pattern of bugs in scenarios/vitess-bugs/catalogue.yaml and of cases of fidelity, or "round trip", or "fidelity" for all cases; run only those',
    )
    .option('--artifacts <folder>', 'where to create a folder for each run', 'artifacts')
    .option('--docs <folder>', 'where matrix.json is, and the pages whose tables to rewrite', 'docs')
    .action(async (options: MatrixOptions) => {
      const { matrix } = await import('./matrix.ts');
      const isAsDeclared = await ending.during(async () => await matrix(options, screen, ending.signal));
      finish(isAsDeclared ? 0 : 1);
    });
}

/** Commands for this machine. */
function addMachine(program: Command, surface: CommandSurface): void {
  program
    .command('images')
    .description('find or start a container engine, and find or build the images')
    .action(async () => await (await import('./machine.ts')).images(surface));
  program
    .command('clean')
    .description('remove every container and network that runs of this project left on the engine')
    .action(async () => await (await import('./machine.ts')).clean(surface));
}

/** What `--help` says about a comparison, below its options. */
const COMPARE_HELP = `
It reads only the verdict.json of each run, so a folder with just that file is enough.

The second run is worse if its verdict is worse (in the order go, unknown, no-go), or if a figure that was within
its limit in the first run is beyond it, or was not measured, in the second. Other figures are shown as worse or better
if they differ by 20 % or more, which does not change the status. Runs that differ in their subject, size, version or
limits, or in the speed of the machine, are compared too; the differences are listed.

Exit status: 0 not worse, 1 worse, 64 for a folder that is not a run.`;
