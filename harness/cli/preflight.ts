import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config, Endpoint } from '../config/config.ts';
import { liveEndpoint } from '../config/live-source.ts';
import { readConfig } from '../config/read-config.ts';
import { tablesToMove } from '../config/table-globs.ts';
import { usage } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import type { Finding } from '../preflight/finding.ts';
import { judgeFacts, readSource } from '../preflight/preflight.ts';
import { knownRules } from '../preflight/rules.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { preflightText } from '../report/preflight-text.ts';
import { sarif } from '../report/sarif.ts';
import { perform } from '../run/perform.ts';
import { openForReading } from '../schema/read.ts';
import { handlingOf } from '../subject/foreign-keys.ts';
import { configRehearsal } from './config-rehearsal.ts';
import { statementPrinter, type Screen } from './screen.ts';

export interface PreflightCommandOptions {
  readonly config: string;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
  readonly json: boolean;
  /** A file to write. */
  readonly sarif?: string;
  readonly artifacts: string;
}

/**
 * Judges the source of a config: one that runs, over a connection that only reads, or a file, on a MySQL of its own.
 *
 * @returns whether it can be migrated as it is.
 */
export async function preflightCommand(
  options: PreflightCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const { config, file } = await readConfig(options.config);
  knownRules(config.preflight.accept, `${file}: preflight.accept`);
  const running = runningSource(config);
  const findings =
    running === null ? await judgeFile(options, screen, signal) : await judgeLive(config, running, options);
  if (options.sarif !== undefined) await writeFile(options.sarif, sarif(findings, path.relative('.', file)));
  screen.print(options.json ? `${JSON.stringify(findings, null, 2)}\n` : preflightText(findings, screen.colour));
  return !findings.some(({ severity }) => severity === 'blocker');
}

/** The source that runs already, and its key in the config; null where it is a file. */
interface RunningSource {
  readonly server: Endpoint & { readonly database: string };
  readonly key: string;
}

function runningSource({ source: { live }, target }: Config): RunningSource | null {
  if (target === undefined) return live === undefined ? null : { server: live, key: 'source.live' };
  if (target.mysql !== undefined) return { server: target.mysql.source, key: 'target.mysql.source' };
  throw usage({
    what: 'There is no source to judge.',
    expected: 'target.mysql.source, which is read',
    seen: 'a target without mysql',
    next: 'Name the MySQLs in target.mysql.',
  });
}

async function judgeLive(
  config: Config,
  { server, key }: RunningSource,
  { allowHost, showStatements }: PreflightCommandOptions,
): Promise<readonly Finding[]> {
  const onStatement = statementPrinter(showStatements);
  await using connection = await openForReading(liveEndpoint(server, key, allowHost), 'the source', {
    onStatement,
  });
  const facts = await readSource(connection.read, {});
  const { database } = facts;
  const tables = tablesToMove(
    config.tables,
    database.tables.map(({ name }) => name),
  );
  const foreignKeys = handlingOf(config.foreignKeys, database, tables);
  return judgeFacts(facts, null, {
    tables,
    keyspaces: [config.keyspaces.source ?? server.database, config.keyspaces.target],
    accept: config.preflight.accept,
    leftOut: config.source.leaveOut,
    ...(foreignKeys === 'none' ? {} : { foreignKeys }),
  });
}

/** The schema on a source MySQL that is started for it, as a rehearsal does; how that goes is told beside the findings. */
async function judgeFile(
  { config, artifacts: folder }: PreflightCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { rehearsal } = await configRehearsal(config);
  const recorder = new Recorder();
  const artifacts = await openArtifacts(path.resolve(folder));
  const { subject, cluster, images } = rehearsal;
  const { result, thrown } = await screen.showBeside(
    recorder,
    async () =>
      await perform(
        {
          subject,
          cluster,
          imageSettings: images,
          seed: 1,
          recorder,
          artifacts,
          signal,
          plannedSteps: [],
          required: [],
        },
        async (run) => {
          await run.load();
          await run.preflight(rehearsal.preflight);
        },
      ),
  );
  // What preflight itself throws is what it found.
  if (thrown instanceof Error && !result.preflight.some(({ severity }) => severity === 'blocker')) throw thrown;
  return result.preflight;
}
