import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { liveEndpoint } from '../config/live-source.ts';
import { readConfig } from '../config/read-config.ts';
import type { Config } from '../config/config.ts';
import { cannotWrite, messageOf, trouble, usage } from '../errors.ts';
import type { ParameterGenerator } from '../fixture/generators.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts, type Artifacts } from '../report/artifacts.ts';
import { findTraffic, type FoundTraffic } from '../run/find-traffic.ts';
import { perform } from '../run/perform.ts';
import { kindsOf } from '../run/rehearsal.ts';
import { readLogs } from '../traffic/read-logs.ts';
import { readPerformanceSchema } from '../traffic/performance-schema.ts';
import type { SeenOptions, SeenTraffic } from '../traffic/seen-traffic.ts';
import { trafficFileText } from '../traffic/traffic-file.ts';
import { roundtripCommand } from './again.ts';
import { configRehearsal } from './config-rehearsal.ts';
import { statementPrinter, type Screen } from './screen.ts';
import { trafficText } from './traffic-text.ts';

export interface TrafficCommandOptions {
  readonly config: string;
  /** The workload to write. */
  readonly out: string;
  /** The name of the database in the log; by default that of the source. */
  readonly database?: string;
  /** Whether to read the performance schema of the config's live source instead of a log. */
  readonly live: boolean;
  /** Which of the observed rates the workload gets. */
  readonly rate: 'auto' | 'average' | 'peak';
  readonly artifacts: string;
  readonly force: boolean;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
}

/** What the command does when it is not told otherwise. */
export const TRAFFIC_DEFAULTS = {
  live: false,
  rate: 'auto',
  artifacts: 'artifacts',
  force: true,
  allowHost: [],
  showStatements: false,
} as const satisfies Partial<TrafficCommandOptions>;

/**
 * Makes a workload from logs, and tries every digest in them through vtgate, on servers of its own.
 *
 * @returns whether vtgate runs all that the source runs.
 */
export async function trafficCommand(
  files: readonly string[],
  options: TrafficCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const { config } = await readConfig(options.config, { bringsStatements: true });
  refuseUnfit(files, config, options);
  if (!options.force) await refuseExisting(options.out);
  const isAlike = await makeWorkload(files, config, options, screen, signal);
  screen.print(`${nextLine(config, options)}\n`);
  return isAlike;
}

/** Does what the command does, for a config that allows it, and prints what was found. */
export async function makeWorkload(
  files: readonly string[],
  config: Config,
  options: TrafficCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const recorder = new Recorder();
  const done = await screen.show(recorder, async () => await tryOnServers(files, config, options, recorder, signal));
  const { found, seen, folder } = done;
  const { statements, transactions } = found.workload;
  screen.print(
    `\n${trafficText(found, seen)}wrote ${options.out}: ${statements.length} statements and ${transactions.length} ` +
      `transactions; all digests are in ${path.join(folder, 'traffic.json')}\n`,
  );
  refuseNothing(found, seen);
  return !found.tried.some((each) => each.found === 'different');
}

/** @throws usage when no statement ran on the source, so that nothing was compared. */
function refuseNothing({ tried }: FoundTraffic, { executions }: SeenTraffic): void {
  if (tried.some(({ found }) => found === 'alike' || found === 'changing' || found === 'different')) return;
  throw usage({
    what: 'No statement of the log runs on the source, so nothing was compared.',
    expected: 'statements on the tables of the config',
    seen: `${executions.toLocaleString('en')} statements; the source refuses them, or they cannot be tried`,
    next: 'Is it the log of this database? Give the name of the database in the log with --database.',
  });
}

/** A person may have edited it. @throws usage when the file exists. */
export async function refuseExisting(out: string): Promise<void> {
  const isThere = await access(out).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw usage({
    what: 'A workload already exists.',
    where: out,
    next: 'Choose another file with --out, or add --force.',
  });
}

function nextLine({ workload }: Config, { out, config }: TrafficCommandOptions): string {
  const rehearse = roundtripCommand('rehearse', ['--config', config]);
  if (workload.file === path.resolve(out)) return `next: ${rehearse}`;
  const file = path.relative(path.dirname(path.resolve(config)), path.resolve(out));
  return `next: name it in ${config} with workload: { file: ${file} }, then ${rehearse}`;
}

function refuseUnfit(files: readonly string[], config: Config, { live }: TrafficCommandOptions): void {
  if (config.target !== undefined) {
    throw usage({
      what: 'Statements of a log are not tried on a Vitess that is already running.',
      expected: 'a config with source, whose servers are started for the trial',
      seen: 'a config with target',
      next: 'Write a config for a dump of the source: roundtrip init FILE.',
    });
  }
  if (live === files.length > 0) {
    throw usage({
      what: 'It is not clear where the statements come from.',
      expected: 'either logs, or --live for the performance schema of source.live',
      seen: live ? 'both' : 'neither',
    });
  }
  if (live && config.source.live === undefined) {
    throw usage({ what: 'The config has no live source.', expected: 'source.live, with --live', seen: 'source.file' });
  }
}

interface Done {
  readonly found: FoundTraffic;
  readonly seen: SeenTraffic;
  /** The folder of the run. */
  readonly folder: string;
}

async function tryOnServers(
  files: readonly string[],
  config: Config,
  options: TrafficCommandOptions,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<Done> {
  const { allowHost, showStatements } = options;
  const onStatement = statementPrinter(showStatements);
  await using configured = await configRehearsal(options.config, {
    recorder,
    signal,
    allowHost,
    onStatement,
    bringsStatements: true,
  });
  const { subject, cluster, images: imageSettings, engine } = configured.rehearsal;
  const isAnsi = /\bANSI(?:_QUOTES)?\b/i.test(cluster.sourceSettings?.['sql_mode'] ?? '');
  const database = options.database ?? cluster.sourceDatabase ?? subject.name;
  const seen = await readTraffic(files, config, { database, isAnsi }, { options, recorder, signal });
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const sourceSettings = { max_digest_length: LONGEST_DIGEST, ...cluster.sourceSettings };
  let found: FoundTraffic | undefined;
  const { thrown, troubles } = await perform(
    {
      subject,
      cluster: { ...cluster, sourceSettings },
      imageSettings,
      engine,
      kinds: kindsOf({ ...configured.rehearsal, witnesses: 0 }),
      seed: 1,
      recorder,
      artifacts,
      signal,
      plannedSteps: [],
      required: [],
    },
    async (run) => {
      const personal = config.data?.personal ?? {};
      found = await findTraffic(run, seen, { personal: withoutReferences(personal), isAnsi });
    },
  );
  if (thrown instanceof Error) throw thrown;
  if (troubles.length > 0) throw troubles[0];
  if (found === undefined) throw trouble({ what: 'The trial ended without a result.', seen: messageOf(thrown) });
  await write(found, seen, files, options, artifacts);
  return { found, seen, folder: path.relative(process.cwd(), artifacts.path) || artifacts.path };
}

/** Beyond this length, the digest of a statement would be that of its beginning. */
const LONGEST_DIGEST = '1048576';

async function readTraffic(
  files: readonly string[],
  config: Config,
  seeing: SeenOptions,
  { options, recorder, signal }: { options: TrafficCommandOptions; recorder: Recorder; signal: AbortSignal },
): Promise<SeenTraffic> {
  const { live } = config.source;
  const from = options.live
    ? 'the performance schema of source.live'
    : files.map((file) => path.basename(file)).join(', ');
  return await recorder.step(
    'read',
    `read ${from}`,
    async ({ progress, note }) => {
      if (!options.live || live === undefined) {
        const only = options.database === undefined ? note : undefined;
        return await readLogs(files, { ...seeing, onProgress: progress, onOtherDatabase: only, signal });
      }
      const endpoint = liveEndpoint(live, 'source.live', options.allowHost);
      return await readPerformanceSchema(endpoint, {
        ...seeing,
        note,
        onStatement: statementPrinter(options.showStatements),
      });
    },
    ({ executions }) => `${executions.toLocaleString('en')} statements`,
  );
}

async function write(
  { workload, grouped, tried }: FoundTraffic,
  seen: SeenTraffic,
  files: readonly string[],
  { out, rate, live }: TrafficCommandOptions,
  { path: folder }: Artifacts,
): Promise<void> {
  const from = live ? 'a performance schema' : files.map((file) => path.basename(file)).join(', ');
  const { rates } = seen;
  if (rate !== 'auto' && rates === null) {
    throw usage({
      what: 'The log does not say when its statements were executed.',
      expected: '--rate auto',
      seen: `--rate ${rate}`,
    });
  }
  const perSecond =
    rate === 'auto' || rates === null ? null : rate === 'peak' ? rates.peakPerSecond : rates.averagePerSecond;
  const facts = {
    from,
    executions: seen.executions,
    rates,
    rate: perSecond === null ? null : Math.max(0.01, Number(perSecond.toPrecision(3))),
  };
  await writeOrTell(out, trafficFileText(workload, facts));
  const { shapes: _, transactions: __, elsewhere, ...counts } = seen;
  const json = {
    from,
    ...counts,
    elsewhere: Object.fromEntries(elsewhere),
    digests: tried,
    unparsed: grouped.unparsed,
    transactions: grouped.transactions.map(({ digests, count }) => ({
      count,
      digests: digests.map((at) => grouped.digests[at]?.digest),
    })),
    leftOut: workload.leftOut,
  };
  await writeOrTell(path.join(folder, 'traffic.json'), `${JSON.stringify(json, null, 2)}\n`);
}

async function writeOrTell(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
}

/** A reference to another row is for the columns of a sample only. */
function withoutReferences(personal: NonNullable<Config['data']>['personal']): Record<string, ParameterGenerator> {
  return Object.fromEntries(
    Object.entries(personal).flatMap(([column, generator]) =>
      generator.kind === 'reference' ? [] : [[column, generator]],
    ),
  );
}
