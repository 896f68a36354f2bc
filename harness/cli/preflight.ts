import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config, Endpoint } from '../config/config.ts';
import { liveEndpoint } from '../config/live-source.ts';
import { readConfig } from '../config/read-config.ts';
import { tablesToMove } from '../config/table-globs.ts';
import { cannotWrite, usage } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { isMySql8 } from '../preflight/facts.ts';
import { fenceFindings } from '../preflight/fence-plan.ts';
import type { RuleFinding } from '../preflight/rule-finding.ts';
import { judgeFacts, readServers, type PreflightOptions } from '../preflight/preflight.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { preflightText } from '../report/preflight-text.ts';
import { sarif } from '../report/sarif.ts';
import { perform } from '../run/perform.ts';
import { handlingOf } from '../subject/foreign-keys.ts';
import { configRehearsal } from './config-rehearsal.ts';
import { preflightOptions } from './preflight-options.ts';
import { statementPrinter, type Screen } from './screen.ts';

export interface PreflightCommandOptions {
  readonly config: string;
  readonly allowHost: readonly string[];
  readonly showStatements: boolean;
  readonly json: boolean;
  /** The file to write. */
  readonly sarif?: string;
  readonly artifacts: string;
}

/**
 * Judges the source of a config: a running one over a connection that only reads, or a file on a MySQL of its own.
 *
 * @returns whether it can be migrated as it is.
 */
export async function preflightCommand(
  options: PreflightCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const { config, file } = await readConfig(options.config);
  const judging = preflightOptions(config, file);
  const running = runningServers(config);
  const findings =
    running === null ? await judgeFile(options, screen, signal) : await judgeLive(config, running, judging, options);
  // Printed first, because it needs no disk.
  screen.print(options.json ? `${JSON.stringify(findings, null, 2)}\n` : preflightText(findings, screen.colour));
  if (options.sarif !== undefined) await writeSarif(options.sarif, sarif(findings, path.relative('.', file)));
  return !findings.some(({ severity }) => severity === 'blocker');
}

async function writeSarif(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
}

/** A server that runs already, and its key in the config. */
interface Running {
  readonly server: Endpoint & { readonly database: string };
  readonly key: string;
}

/** Null where the source is a file. */
function runningServers({
  source: { live },
  target,
}: Config): { readonly source: Running; readonly target: Running | null } | null {
  if (target === undefined) {
    return live === undefined ? null : { source: { server: live, key: 'source.live' }, target: null };
  }
  if (target.mysql !== undefined) {
    const { source, target: primary } = target.mysql;
    return {
      source: { server: source, key: 'target.mysql.source' },
      // The tables that a resumed workflow has made there are no findings.
      target: target.resume ? null : { server: primary, key: 'target.mysql.target' },
    };
  }
  throw usage({
    what: 'There is no source to judge.',
    expected: 'target.mysql.source, which is read',
    seen: 'a target without mysql',
    next: 'Name the MySQLs in target.mysql.',
  });
}

async function judgeLive(
  config: Config,
  { source, target }: { readonly source: Running; readonly target: Running | null },
  judging: PreflightOptions,
  { allowHost, showStatements }: PreflightCommandOptions,
): Promise<readonly RuleFinding[]> {
  const reach = ({ server, key }: Running) => liveEndpoint(server, key, allowHost);
  const facts = await readServers({ source: reach(source), target: target && reach(target) }, judging, {
    onStatement: statementPrinter(showStatements),
  });
  const { database } = facts.source;
  // From a server that is not MySQL 8, nothing but its version was read.
  const names = database.tables.map(({ name }) => name);
  const tables = isMySql8(facts.source.version) ? tablesToMove(config.tables, names) : [];
  const foreignKeys = handlingOf(config.foreignKeys, database, tables);
  const findings = judgeFacts(facts, {
    tables,
    keyspaces: [config.keyspaces.source ?? source.server.database, config.keyspaces.target],
    ...judging,
    ...(foreignKeys === 'none' ? {} : { foreignKeys }),
  });
  const { fence, target: existing } = config;
  if (fence === null || tables.length === 0) return findings;
  const ofVitess = [...(existing?.vitessUsers ?? []), ...(judging.accounts ?? []).map(({ user }) => user)];
  return [...findings, ...(await fenceFindings(reach(source), { ...fence, tables, ofVitess }))];
}

/**
 * Judges the schema on a source MySQL that is started for it, as a rehearsal does. Progress is shown beside the
 * findings.
 */
async function judgeFile(
  { config, artifacts: folder }: PreflightCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<readonly RuleFinding[]> {
  const recorder = new Recorder();
  const { result, thrown, troubles } = await screen.showBeside(recorder, async () => {
    await using configured = await configRehearsal(config, { recorder, signal });
    const { subject, cluster, images: imageSettings, engine, preflight } = configured.rehearsal;
    const artifacts = await openArtifacts(path.resolve(folder));
    const servers = { cluster, imageSettings, engine };
    return await perform(
      { subject, ...servers, seed: 1, recorder, artifacts, signal, plannedSteps: [], required: [] },
      async (run) => {
        await run.load();
        await run.preflight(preflight);
      },
    );
  });
  // Errors that preflight itself throws are what it found.
  if (thrown instanceof Error && !result.preflight.some(({ severity }) => severity === 'blocker')) throw thrown;
  if (troubles.length > 0) throw troubles[0];
  return result.preflight;
}
