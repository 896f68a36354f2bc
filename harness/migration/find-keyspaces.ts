import type { MigrationServers } from '../cluster/servers.ts';
import { usage } from '../errors.ts';
import type { Side } from '../side.ts';
import { getKeyspaces, type KeyspaceRecord } from '../vtctl/keyspaces.ts';
import { getShards } from '../vtctl/shards.ts';
import type { Vtctl } from '../vtctl/vtctl.ts';

type Names = Pick<MigrationServers, 'sourceKeyspace' | 'targetKeyspace' | 'shards'>;

/**
 * Checks that both keyspaces exist, each with the one shard that the config names.
 *
 * @returns Vitess' own database on the MySQLs of each.
 * @throws usage that names what exists instead.
 */
export async function findKeyspaces(vtctl: Vtctl, names: Names): Promise<Record<Side, string>> {
  const records = await getKeyspaces(vtctl);
  const source = await findKeyspace(vtctl, 'source', names, records);
  return { source, target: await findKeyspace(vtctl, 'target', names, records) };
}

/** @returns the sidecar database of the keyspace. */
async function findKeyspace(
  vtctl: Vtctl,
  side: Side,
  { sourceKeyspace, targetKeyspace, shards }: Names,
  records: readonly KeyspaceRecord[],
): Promise<string> {
  const keyspace = side === 'source' ? sourceKeyspace : targetKeyspace;
  const record = records.find(({ name }) => name === keyspace);
  if (record === undefined) throw noKeyspace(side, keyspace, records);
  const found = await getShards(vtctl, keyspace);
  if (found.length !== 1 || found[0] !== shards[side]) throw otherShards(side, keyspace, shards[side], found);
  return record.sidecar;
}

function noKeyspace(side: Side, keyspace: string, records: readonly KeyspaceRecord[]) {
  return usage({
    what: `There is no keyspace ${keyspace}.`,
    expected: `${keyspace}, keyspaces.${side} of the config`,
    seen: records.map(({ name }) => name).join(', ') || 'none at all',
    where: 'GetKeyspaces',
    next: 'Name a keyspace that exists, or create it first: a rehearsal creates no keyspace on servers that are already running.',
  });
}

function otherShards(side: Side, keyspace: string, shard: string, found: readonly string[]) {
  const isOne = found.length === 1;
  return usage({
    what: isOne ? `The shard of keyspace ${keyspace} has another name.` : `${keyspace} is not a keyspace of one shard.`,
    expected: `${keyspace}/${shard}`,
    seen: found.map((name) => `${keyspace}/${name}`).join(', ') || 'no shard',
    where: `FindAllShardsInKeyspace ${keyspace}`,
    next: isOne
      ? `Set target.shards.${side}: '${found[0]}' in the config.`
      : 'Only keyspaces of one shard can be rehearsed.',
  });
}
