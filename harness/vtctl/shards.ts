import { z } from 'zod';
import { aliasText, shardOf } from './messages.ts';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const shard = z.object({
  shard: z.object({
    shard: z.object({
      primary_alias: z.object({ cell: z.string(), uid: z.number() }).optional(),
      is_primary_serving: z.boolean(),
      tablet_controls: z.array(
        z.object({ tablet_type: z.string(), denied_tables: z.array(z.string()), frozen: z.boolean() }),
      ),
    }),
  }),
});

const shardsOfKeyspace = z.object({ shards: z.record(z.string(), z.unknown()) });

export interface ShardRecord {
  readonly primaryAlias: string | null;
  readonly isPrimaryServing: boolean;
  /** The tables, sorted, whose queries the shard's primary refuses. */
  readonly deniedTables: readonly string[];
}

/** @param keyspaceShard such as `commerce/0`. */
export async function getShard(vtctl: Vtctl, keyspaceShard: string): Promise<ShardRecord> {
  const { shard: record } = (await vtctl.query(shard, shardCommand(keyspaceShard))).shard;
  const alias = record.primary_alias;
  return {
    primaryAlias: alias === undefined ? null : aliasText(alias),
    isPrimaryServing: record.is_primary_serving,
    deniedTables: record.tablet_controls
      .filter(({ tablet_type }) => tablet_type === 'PRIMARY')
      .flatMap(({ denied_tables }) => denied_tables)
      .toSorted(),
  };
}

/** Returns the names of a keyspace's shards: `0` if it was created unsharded, `-` if the operator created it. */
export async function getShards(vtctl: Vtctl, keyspace: string): Promise<string[]> {
  const { shards } = await vtctl.query(shardsOfKeyspace, shardsCommand(keyspace));
  return Object.keys(shards);
}

export function shardsCommand(keyspace: string): VtctlCommand {
  return { args: ['FindAllShardsInKeyspace', keyspace], method: 'FindAllShardsInKeyspace', request: { keyspace } };
}

export function shardCommand(keyspaceShard: string): VtctlCommand {
  const { keyspace, shard: name } = shardOf(keyspaceShard);
  return { args: ['GetShard', keyspaceShard], method: 'GetShard', request: { keyspace, shard_name: name } };
}
