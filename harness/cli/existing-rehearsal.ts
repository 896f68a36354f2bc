import type { ExistingOptions } from '../cluster/existing-cluster.ts';
import type { VtctldAddress } from '../cluster/vtctld-connection.ts';
import { ownWorkload, type Config, type ExistingTarget } from '../config/config.ts';
import { liveEndpoint, readSecret, refuseUnnamed } from '../config/live-source.ts';
import { refuseOtherTables } from '../config/production.ts';
import { usage } from '../errors.ts';
import { createOptionsOf } from '../migration/create.ts';
import type { RehearsalPlan } from '../migration/plan.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { existingSubject, plannedForeignKeys } from '../subject/existing-subject.ts';
import { preflightOptions } from './preflight-options.ts';

/**
 * Returns the rehearsal that a config asks for when both the source and a Vitess are running already. Connects to
 * nothing.
 *
 * @param allowHost hosts of other machines that the person named.
 * @throws usage for any other host, and for files and variables that the config names and that do not exist.
 */
export function existingRehearsal(
  config: Config,
  target: ExistingTarget,
  file: string,
  allowHost: readonly string[],
): Rehearsal {
  const { workload, fence, end, thresholds, cluster, tables, production } = config;
  if (production !== undefined) refuseOtherTables(production, tables, file);
  return {
    subject: existingSubject(config),
    cluster: {},
    existing: optionsOf(config, target, allowHost),
    isWritten: ownWorkload(config) !== null,
    images: { images: cluster.images, vitessVersion: cluster.vitessVersion },
    rate: workload.rate,
    connections: workload.connections,
    witnesses: 0,
    end,
    fence,
    allowStrays: target.allowStrays,
    preflight: preflightOptions(config, file),
    thresholds,
    ...(production === undefined ? {} : { production }),
  };
}

/** Returns what the plan of such a rehearsal is made from. */
export function planOf(config: Config, target: ExistingTarget): RehearsalPlan {
  const { sourceKeyspace, targetKeyspace, workflow } = namesOf(config, target);
  return {
    workflow: { workflow, targetKeyspace },
    reverse: { workflow: `${workflow}_reverse`, targetKeyspace: sourceKeyspace },
    create: createOptionsOf(
      { sourceKeyspace, tabletTypes: config.tabletTypes },
      config.tables,
      plannedForeignKeys(config),
    ),
    shards: target.shards,
    end: config.end,
    hasMysqls: target.mysql !== undefined,
    resumes: target.resume,
  };
}

function optionsOf(config: Config, target: ExistingTarget, allowHost: readonly string[]): ExistingOptions {
  const { vtctld, vtgate, mysql, shards, cell, vitessUsers, vitessHosts, resume, probes } = target;
  refuseUnnamed(vtctld.host, 'target.vtctld', allowHost);
  return {
    ...namesOf(config, target),
    tabletTypes: config.tabletTypes,
    cell,
    shards,
    vtgate: liveEndpoint(vtgate, 'target.vtgate', allowHost),
    mysql:
      mysql === undefined
        ? null
        : {
            source: liveEndpoint(mysql.source, 'target.mysql.source', allowHost),
            target: liveEndpoint(mysql.target, 'target.mysql.target', allowHost),
          },
    vtctld: addressOf(vtctld),
    vitessUsers,
    vitessHosts,
    resume,
    probes,
  };
}

function namesOf({ keyspaces }: Config, { workflow }: ExistingTarget) {
  // Such a config is refused without one.
  const sourceKeyspace = keyspaces.source ?? '';
  const targetKeyspace = keyspaces.target;
  if (sourceKeyspace === targetKeyspace) {
    throw usage({ what: 'Both keyspaces have the same name.', expected: 'two names', seen: sourceKeyspace });
  }
  return { sourceKeyspace, targetKeyspace, workflow: workflow ?? `${sourceKeyspace}2${targetKeyspace}` };
}

function addressOf({ host, port, tls, authFile }: ExistingTarget['vtctld']): VtctldAddress {
  return {
    host,
    port,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ca: pem('ca', tls.ca),
            ...(tls.cert === undefined ? {} : { cert: pem('cert', tls.cert) }),
            ...(tls.key === undefined ? {} : { key: pem('key', tls.key) }),
            serverName: tls.serverName,
          },
        }),
    ...(authFile === undefined ? {} : { auth: readSecret(authFile, 'target.vtctld.authFile') }),
  };
}

function pem(name: 'ca' | 'cert' | 'key', file: string): string {
  return readSecret(file, `target.vtctld.tls.${name}`);
}
