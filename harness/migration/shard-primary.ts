import type { Side } from '../side.ts';
import { getShard, type ShardRecord } from '../vtctl/shards.ts';
import { lookUntil } from '../wait.ts';
import { shardOf, type MigrationContext } from './context.ts';

const TIMEOUT_MS = 30_000;

/**
 * Returns the record of a side's shard, once this tablet is its primary. The command that makes a tablet primary
 * returns before that: the tablet itself writes the record a moment later (Vitess 24.0.1, tabletmanager/shard_sync.go).
 *
 * @returns the last record that was seen, even if that does not happen in time; the caller decides what it means.
 */
export async function untilShardHasPrimary(context: MigrationContext, side: Side, alias: string): Promise<ShardRecord> {
  const shard = shardOf(context, side);
  let record: ShardRecord = { primaryAlias: null, isPrimaryServing: false, deniedTables: [] };
  await lookUntil({ timeoutMs: TIMEOUT_MS }, async () => {
    record = await getShard(context.vtctl, shard);
    return { done: record.primaryAlias === alias || undefined, seen: `${record.primaryAlias}` };
  });
  return record;
}
