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

/** What an operator calls each of them. */
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

/** Finds the current process, because another tablet may be the target's primary now. */
export async function processOf(run: StruckRun, name: ProcessName): Promise<ServerProcess> {
  const { cluster } = run;
  if (name === 'source-mysqld') return cluster.source.process;
  if (name === 'source-tablet') return (await cluster.unmanagedTablets())[0].process;
  if (name === 'vtgate') return (await cluster.vtgate()).process;
  if (name === 'vtctld') return cluster.vtctld.process;
  if (name === 'etcd') return cluster.etcd.process;
  if (name === 'follower-mysqld') return (await targetFollower(run)).mysqlProcess(name);
  const primary = await targetPrimary(run);
  return name === 'target-tablet' ? primary.tabletProcess(name) : primary.mysqlProcess(name);
}

/** @throws if the target has no primary that this run started. */
export async function targetPrimary(run: StruckRun): Promise<ManagedTablet> {
  const primaryAlias = await primaryAliasOf(run);
  return known(
    (await run.cluster.managedTablets()).find(({ alias }) => alias === primaryAlias),
    'primary',
  );
}

/** Returns a replica that could be the primary. @throws if the target has none. */
export async function targetFollower(run: StruckRun): Promise<ManagedTablet> {
  const [follower] = await targetFollowers(run);
  return known(follower, 'follower');
}

/** Returns the replicas of the target that could be its primary. */
export async function targetFollowers(run: StruckRun): Promise<readonly ManagedTablet[]> {
  const primaryAlias = await primaryAliasOf(run);
  const tablets = await run.cluster.managedTablets();
  return tablets.filter(({ alias, type }) => alias !== primaryAlias && type === 'replica');
}

async function primaryAliasOf({ migration: { context } }: StruckRun): Promise<string | null> {
  return (await getShard(context.vtctl, shardOf(context, 'target'))).primaryAlias;
}

function known(tablet: ManagedTablet | undefined, what: string): ManagedTablet {
  if (tablet === undefined) throw new Error(`The target has no ${what} that this run started.`);
  return tablet;
}
