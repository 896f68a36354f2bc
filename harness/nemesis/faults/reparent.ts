import { failure } from '../../errors.ts';
import { shardOf } from '../../migration/context.ts';
import { getShard } from '../../vtctl/shards.ts';
import { plannedReparentShard } from '../../vtctl/tablets.ts';
import type { Fault } from '../fault.ts';
import { targetFollower } from '../processes.ts';

/** The target gets another primary, as before work on its machine. */
export const REPARENT: Fault = {
  id: 'target.reparent',
  about: 'the target gets another primary (PlannedReparentShard)',
  lastsMs: 0,
  usesVtctld: true,
  arm: async (run) => {
    const follower = await targetFollower(run);
    const { context } = run.migration;
    const shard = shardOf(context, 'target');
    return {
      strike: async () => {
        await plannedReparentShard(context.vtctl, shard, follower.alias);
        const { primaryAlias } = await getShard(context.vtctl, shard);
        if (primaryAlias === follower.alias) return `${primaryAlias} is the primary`;
        throw failure({
          what: 'The target did not get another primary.',
          expected: follower.alias,
          seen: String(primaryAlias),
        });
      },
      heal: async () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  },
};
