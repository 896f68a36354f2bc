import { getTablets, changeTabletType } from '../../vtctl/tablets.ts';
import { failure } from '../../errors.ts';
import type { Fault } from '../fault.ts';
import { targetFollower } from '../processes.ts';

/** A follower of the target is being backed up (vitessio/vitess#15630). */
export const BACKUP_TABLET: Fault = {
  id: 'follower.backup',
  about: 'a follower of the target is of the type BACKUP while the step runs, and a replica again after it',
  lastsMs: 3_000,
  usesVtctld: true,
  arm: async (run) => {
    const { vtctl } = run.migration.context;
    const follower = await targetFollower(run);
    return {
      strike: async () => {
        await changeTabletType(vtctl, follower.alias, 'backup');
        const record = (await getTablets(vtctl, follower.keyspace)).find(({ alias }) => alias === follower.alias);
        if (record?.type === 'backup') return `${follower.alias} is of the type ${record.type}`;
        throw failure({
          what: 'The type of a tablet did not change.',
          expected: 'backup',
          seen: record?.type ?? 'none',
        });
      },
      heal: async () => await changeTabletType(vtctl, follower.alias, 'replica'),
      [Symbol.dispose]: () => undefined,
    };
  },
};
