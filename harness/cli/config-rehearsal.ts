import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import type { Progress } from '../history/steps.ts';
import { knownRules } from '../preflight/rules.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { configSubject } from '../subject/config-subject.ts';
import { existingRehearsal } from './existing-rehearsal.ts';

export interface ConfiguredRehearsal {
  readonly rehearsal: Rehearsal;
  /** The config as the person wrote it. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface ConfigRehearsalOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Hosts of other machines that may be connected to. */
  readonly allowHost?: readonly string[];
}

/**
 * What a config asks for; everything in it and in the files that it names is checked before anything is started.
 *
 * @throws usage that names each key, and its place in the file.
 */
export async function configRehearsal(
  file: string,
  { onProgress = () => undefined, allowHost = [] }: ConfigRehearsalOptions = {},
): Promise<ConfiguredRehearsal> {
  const { config, raw } = await readConfig(file);
  knownRules(config.preflight.accept, `${file}: preflight.accept`);
  if (config.target !== undefined)
    return { rehearsal: existingRehearsal(config, config.target, allowHost), config: raw };
  const { subject, database } = await configSubject(config, onProgress);
  const { workload, fence, end, thresholds, source } = config;
  const rehearsal: Rehearsal = {
    subject,
    cluster: clusterOf(config, database),
    images: { images: config.cluster.images, vitessVersion: config.cluster.vitessVersion },
    rate: workload.rate,
    connections: workload.connections,
    witnesses: workload.witnesses,
    end,
    fence,
    allowStrays: false,
    preflight: { accept: config.preflight.accept, leftOut: source.leaveOut },
    thresholds,
  };
  return { rehearsal, config: raw };
}

function clusterOf({ cluster, keyspaces, source }: Config, database: string | null): Rehearsal['cluster'] {
  const sourceDatabase = database ?? 'commerce';
  const sourceKeyspace = keyspaces.source ?? sourceDatabase;
  if (sourceKeyspace === keyspaces.target) {
    throw usage({
      what: 'Both keyspaces have the same name.',
      expected: 'two names',
      seen: sourceKeyspace,
      where: 'keyspaces of the config',
      next: 'Give keyspaces.target another name; the source’s keyspace is named as its database unless told.',
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
    sourceSettings: Object.fromEntries(settings),
  };
}
