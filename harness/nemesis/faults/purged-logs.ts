import { queryRows, withConnection } from '../../cluster/mysql-endpoint.ts';
import { forwardWorkflow, primaryEndpoint } from '../../migration/context.ts';
import { startCommand, stopCommand } from '../../vtctl/move-tables.ts';
import type { Fault } from '../fault.ts';

/** Writes that the stopped workflow has not read, and that are no longer in any binary log. */
const MISSED_WRITES = 50;

/** A workflow was stopped for longer than the source keeps its binary logs (vitessio/vitess#12093, #19373). */
export const PURGED_LOGS: Fault = {
  id: 'source.purged-logs',
  about:
    'the workflow is stopped, the source removes the binary logs that it has not read, and the workflow is started',
  lastsMs: 0,
  usesVtctld: true,
  needs: ['no-followers'],
  arm: async ({ migration, workload }) => {
    const { context } = migration;
    const name = forwardWorkflow(context);
    return {
      strike: async () => {
        await context.vtctl.run(stopCommand(name));
        await workload.untilAcknowledged(MISSED_WRITES);
        return await withConnection(await primaryEndpoint(context, 'source'), async (connection) => {
          await connection.query('FLUSH BINARY LOGS');
          const logs = await queryRows<{ Log_name: string }>(connection, 'SHOW BINARY LOGS');
          await connection.query('PURGE BINARY LOGS TO ?', [logs.at(-1)!.Log_name]);
          const [left] = await queryRows<{ purged: string }>(connection, 'SELECT @@GLOBAL.gtid_purged AS purged');
          return `the source has purged ${left!.purged}`;
        });
      },
      heal: async () => await context.vtctl.run(startCommand(name)),
      [Symbol.dispose]: () => undefined,
    };
  },
};
