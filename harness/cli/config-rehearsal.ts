import type { Config } from '../config/config.ts';
import { refuseOtherTables } from '../config/production.ts';
import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import { needsOf } from '../nemesis/needs.ts';
import { askedPairs } from '../nemesis/pairs.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { setUp, type SetUp } from '../run/set-up.ts';
import { configSubject, type ConfiguredSubject } from '../subject/config-subject.ts';
import type { SourceOptions } from '../subject/source.ts';
import { existingRehearsal } from './existing-rehearsal.ts';
import { preflightOptions } from './preflight-options.ts';

export interface ConfiguredRehearsal extends AsyncDisposable {
  readonly rehearsal: Rehearsal;
  /** The config as the person wrote it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Returns the rehearsal that a config asks for. Everything in the config, and in the files that it names, is checked
 * before its servers start. What was read is removed when it is disposed of.
 *
 * @param options how to connect to a live source; by default only hosts of this machine are allowed.
 * @throws usage that names each key and its place in the file; trouble when a live source does not answer.
 */
export async function configRehearsal(
  file: string,
  options: Pick<SourceOptions, 'recorder'> & Partial<SourceOptions>,
): Promise<ConfiguredRehearsal> {
  const { config, raw } = await readConfig(file, options);
  if (config.target !== undefined) {
    const rehearsal = existingRehearsal(config, config.target, file, options.allowHost ?? []);
    return { rehearsal, config: raw, [Symbol.asyncDispose]: async () => undefined };
  }
  // A source that the rehearsal starts has accounts of its own.
  const { accounts: _, ...preflight } = preflightOptions(config, file);
  const { workload, fence, end, thresholds, production } = config;
  const followers = config.cluster.source.followers > 0 ? 'followers' : 'no-followers';
  const all = askedPairs(config.faults, `faults in ${file}`);
  const faults = askedPairs(config.faults, `faults in ${file}`, ['links', followers]);
  const links = needsOf(faults).includes('links');
  const images = { images: config.cluster.images, vitessVersion: config.cluster.vitessVersion, toxiproxy: links };
  let engine: SetUp | undefined;
  await using stack = new AsyncDisposableStack();
  const configured = stack.use(
    await configSubject(config, {
      allowHost: [],
      onStatement: () => undefined,
      engine: async () => (engine ??= await setUp(options.recorder, images)),
      ...options,
    }),
  );
  if (production !== undefined) refuseOtherTables(production, configured.subject.tables, file);
  const rehearsal: Rehearsal = {
    subject: configured.subject,
    cluster: { ...clusterOf(config, configured), restartable: faults.length > 0, links },
    images,
    ...(engine === undefined ? {} : { engine }),
    rate: workload.rate,
    connections: workload.connections,
    witnesses: workload.witnesses,
    end,
    fence,
    allowStrays: false,
    preflight,
    thresholds,
    faults,
    faultsLeftOut: all.filter((pair) => !faults.includes(pair)),
    ...(production === undefined ? {} : { production }),
  };
  const kept = stack.move();
  return { rehearsal, config: raw, [Symbol.asyncDispose]: async () => await kept.disposeAsync() };
}

function clusterOf(
  { cluster, keyspaces, source, tabletTypes }: Config,
  { database, volume, settings: likeProduction }: ConfiguredSubject,
): Rehearsal['cluster'] {
  const sourceDatabase = database ?? 'commerce';
  const sourceKeyspace = keyspaces.source ?? sourceDatabase;
  if (sourceKeyspace === keyspaces.target) {
    throw usage({
      what: 'Both keyspaces have the same name.',
      expected: 'two names',
      seen: sourceKeyspace,
      where: 'keyspaces of the config',
      next: 'Give keyspaces.target another name; by default the source’s keyspace has the name of its database.',
    });
  }
  return {
    profile: cluster.profile,
    source: cluster.source,
    tabletTypes,
    replicas: cluster.replicas,
    rdonlys: cluster.rdonlys,
    sourceKeyspace,
    sourceDatabase,
    targetKeyspace: keyspaces.target,
    sourceVolume: volume,
    sourceSettings: { ...likeProduction, ...source.settings },
  };
}
