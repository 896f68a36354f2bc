import { failure } from '../../errors.ts';
import { shardOf } from '../../migration/context.ts';
import { getShard } from '../../vtctl/shards.ts';
import { emergencyReparentCommand } from '../../vtctl/tablets.ts';
import type { Fault } from '../fault.ts';
import { processOf, targetPrimary } from '../processes.ts';

/** The machine of the target's primary is lost for a while; another tablet takes over. */
export const LOST_PRIMARY: Fault = {
  id: 'target-primary.lost',
  about:
    'the target’s primary loses its MySQL and its vttablet (kill -9 of both); EmergencyReparentShard makes the other ' +
    'replica the primary, and the old one is started again as a follower',
  lastsMs: 3_000,
  usesVtctld: true,
  arm: async (run) => {
    const { context } = run.migration;
    const shard = shardOf(context, 'target');
    const primary = await targetPrimary(run);
    using arming = new DisposableStack();
    const tablet = arming.use(await (await processOf(run, 'target-tablet')).arm());
    const mysqld = arming.use(await (await processOf(run, 'target-mysqld')).arm());
    const armed = arming.move();
    return {
      strike: async () => {
        await Promise.all([tablet.end('KILL'), mysqld.end('KILL')]);
        return `${primary.alias} and its MySQL have ended`;
      },
      heal: async () => {
        await context.vtctl.run(emergencyReparentCommand(shard));
        const { primaryAlias } = await getShard(context.vtctl, shard);
        if (primaryAlias === primary.alias) {
          throw failure({
            what: 'The target kept the primary that was lost.',
            seen: primaryAlias,
            where: shard,
          });
        }
        await mysqld.start();
        await tablet.start();
      },
      [Symbol.dispose]: () => armed[Symbol.dispose](),
    };
  },
};
