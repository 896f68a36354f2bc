import type { Config } from '../config/config.ts';
import { refuseOtherTables } from '../config/production.ts';
import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { configSubject, type ConfiguredSubject } from '../subject/config-subject.ts';
import type { SourceOptions } from '../subject/source.ts';
import { existingRehearsal } from './existing-rehearsal.ts';
import { preflightOptions } from './preflight-options.ts';

export interface ConfiguredRehearsal {
  readonly rehearsal: Rehearsal;
  /** The config as the person wrote it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Returns the rehearsal that a config asks for. Everything in the config, and in the files that it names, is checked
 * before anything starts.
 *
 * @param options how to connect to a live source; by default only hosts of this machine are allowed.
 * @throws usage that names each key and its place in the file; trouble when a live source does not answer.
 */
export async function configRehearsal(
  file: string,
  options: Partial<SourceOptions> = {},
): Promise<ConfiguredRehearsal> {
  const { config, raw } = await readConfig(file);
  if (config.target !== undefined) {
    return { rehearsal: existingRehearsal(config, config.target, file, options.allowHost ?? []), config: raw };
  }
  // A source that the rehearsal starts has accounts of its own.
  const { accounts: _, ...preflight } = preflightOptions(config, file);
  const sourceOptions = { onProgress: () => undefined, allowHost: [], onStatement: () => undefined, ...options };
  const configured = await configSubject(config, sourceOptions);
  const { workload, fence, end, thresholds, production } = config;
  if (production !== undefined) refuseOtherTables(production, configured.subject.tables, file);
  const rehearsal: Rehearsal = {
    subject: configured.subject,
    cluster: clusterOf(config, configured),
    images: { images: config.cluster.images, vitessVersion: config.cluster.vitessVersion },
    rate: workload.rate,
    connections: workload.connections,
    witnesses: workload.witnesses,
    end,
    fence,
    allowStrays: false,
    preflight,
    thresholds,
    ...(production === undefined ? {} : { production }),
  };
  return { rehearsal, config: raw };
}

function clusterOf(
  { cluster, keyspaces, source }: Config,
  { database, settings: likeProduction }: ConfiguredSubject,
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
  const settings = Object.entries(source.settings).map(([name, value]) => [name, String(value)]);
  return {
    profile: cluster.profile,
    replicas: cluster.replicas,
    rdonlys: cluster.rdonlys,
    sourceKeyspace,
    sourceDatabase,
    targetKeyspace: keyspaces.target,
    sourceSettings: { ...likeProduction, ...Object.fromEntries(settings) },
  };
}
