import type { ManagedTablet } from '../../cluster/managed-tablet.ts';
import { withConnection } from '../../cluster/mysql-endpoint.ts';
import type { ArmedProcess } from '../../cluster/server-process.ts';
import { briefly, failure } from '../../errors.ts';
import { waitFor, within } from '../../wait.ts';
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
        await untilItWrites(primary, mysqld);
      },
      [Symbol.dispose]: () => mysqld[Symbol.dispose](),
    };
  },
};

/** A MySQL that cannot write its binary log tries again once a minute, or ends; if it has ended, this starts it. */
const WRITES_TIMEOUT_MS = 120_000;
const FLUSH_TIMEOUT_MS = 5_000;

async function untilItWrites({ harnessEndpoint, alias }: ManagedTablet, mysqld: ArmedProcess): Promise<void> {
  const wait = { what: 'its MySQL writes its binary log', where: alias, timeoutMs: WRITES_TIMEOUT_MS };
  await waitFor({ ...wait, intervalMs: 500 }, async () => {
    if ((await mysqld.state()) === 'ended') await mysqld.start();
    // This statement is not written to the binary log.
    const flushing = withConnection(harnessEndpoint, async (connection) => {
      await connection.query('FLUSH NO_WRITE_TO_BINLOG BINARY LOGS');
    });
    const seen = await within(flushing, FLUSH_TIMEOUT_MS, 'it does not answer').then(() => null, briefly);
    return { done: seen === null || undefined, seen: seen ?? 'it writes' };
  });
}
