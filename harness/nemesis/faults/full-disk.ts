import { failure } from '../../errors.ts';
import type { Fault } from '../fault.ts';
import { targetPrimary } from '../processes.ts';

const LEAST_LEFT_KB = 64;

/** The disk of the target's primary is full for a while. */
export const FULL_DISK: Fault = {
  id: 'target-disk.full',
  about:
    'the disk of the target’s primary is full; after 20 s there is room again, and its MySQL is started if it has ended',
  lastsMs: 20_000,
  needs: ['small-disk'],
  arm: async (run) => {
    const primary = await targetPrimary(run);
    const mysqld = await primary.mysqlProcess('target-mysqld').arm();
    return {
      strike: async () => {
        await primary.fillDisk();
        const left = await primary.diskLeftKb();
        if (left <= LEAST_LEFT_KB) return `${left} KB are left on the disk of ${primary.alias}`;
        throw failure({ what: 'The disk is not full.', expected: `${LEAST_LEFT_KB} KB or less`, seen: `${left} KB` });
      },
      heal: async () => {
        await primary.freeDisk();
        // A MySQL that cannot write its binary log waits, or ends.
        if ((await mysqld.state()) === 'ended') await mysqld.start();
      },
      [Symbol.dispose]: () => mysqld[Symbol.dispose](),
    };
  },
};
