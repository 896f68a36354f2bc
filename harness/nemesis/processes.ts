import type { ManagedTablet } from '../cluster/managed-tablet.ts';
import type { ServerProcess } from '../cluster/server-process.ts';
import { shardOf } from '../migration/context.ts';
import { getShard } from '../vtctl/shards.ts';
import type { StruckRun } from './struck-run.ts';

/** The processes that faults strike. */
export const PROCESS_NAMES = [
  'source-mysqld',
  'target-mysqld',
  'follower-mysqld',
  'source-tablet',
  'target-tablet',
  'vtgate',
  'vtctld',
  'etcd',
] as const;

export type ProcessName = (typeof PROCESS_NAMES)[number];

/** What each is to an operator. */
export const PROCESS_TITLES: Readonly<Record<ProcessName, string>> = {
  'source-mysqld': 'the source MySQL',
  'target-mysqld': 'the MySQL of the target’s primary',
  'follower-mysqld': 'the MySQL of a follower of the target',
  'source-tablet': 'the vttablet in front of the source',
  'target-tablet': 'the vttablet of the target’s primary',
  vtgate: 'vtgate',
  vtctld: 'vtctld',
  etcd: 'etcd',
};

/** Finds a process as it is now: which tablet is the target's primary can have changed. */
export async function processOf(run: StruckRun, name: ProcessName): Promise<ServerProcess> {
  const { cluster } = run;
  if (name === 'source-mysqld') return cluster.source.process;
  if (name === 'source-tablet') return (await cluster.unmanagedTablets())[0].process;
  if (name === 'vtgate') return (await cluster.vtgate()).process;
  if (name === 'vtctld') return cluster.vtctld.process;
  if (name === 'etcd') return cluster.etcd.process;
  const { primary, follower } = await targetTablets(run);
  if (name === 'target-tablet') return primary.tabletProcess(name);
  return (name === 'target-mysqld' ? primary : follower).mysqlProcess(name);
}

/** @throws if the target has no primary, or no other replica. */
export async function targetTablets({ cluster, migration }: StruckRun) {
  const { primaryAlias } = await getShard(migration.context.vtctl, shardOf(migration.context, 'target'));
  const tablets = await cluster.managedTablets();
  const primary = tablets.find(({ alias }) => alias === primaryAlias);
  const follower = tablets.find(({ alias, type }) => alias !== primaryAlias && type === 'replica');
  return { primary: known(primary, 'primary'), follower: known(follower, 'follower') };
}

function known(tablet: ManagedTablet | undefined, what: string): ManagedTablet {
  if (tablet === undefined) throw new Error(`The target has no ${what} that this run started.`);
  return tablet;
}
