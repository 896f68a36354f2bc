import type { ResultSetHeader } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import { otherSide, primaryEndpoint, sidecarOf } from '../migration/context.ts';
import { executedOn } from '../migration/executed.ts';
import type { Migration } from '../migration/migration.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { quoteName } from '../schema/quote.ts';
import { startCommand, stopCommand } from '../vtctl/move-tables.ts';

/**
 * Moves a stream that cannot go on past everything that was executed so far, which never arrives. Vitess has no command
 * for that; the position is where an operator would set it (vreplication/controller.go reads it at each start).
 *
 * @throws `unknown` if there is no such stream.
 */
export async function moveOn({ context, writesOn }: Migration): Promise<void> {
  const name = runningWorkflow(context, writesOn);
  await context.vtctl.run(stopCommand(name));
  const { executed } = await executedOn(await primaryEndpoint(context, writesOn));
  const following = otherSide(writesOn);
  const streams = `${quoteName(sidecarOf(context, following))}.vreplication`;
  await withConnection(await primaryEndpoint(context, following), async (connection) => {
    // The old message would otherwise stay until the stream runs again, and count as a new one.
    const sql = `UPDATE ${streams} SET pos = ?, message = '' WHERE workflow = ?`;
    const [{ affectedRows }] = await connection.query<ResultSetHeader>(sql, [`MySQL56/${executed}`, name.workflow]);
    if (affectedRows === 1) return;
    throw trouble({
      what: 'A stream that stopped could not be moved on.',
      expected: 'one stream whose position changes',
      seen: `${affectedRows}`,
      where: `${streams} on the ${following}, ${name.workflow}`,
    });
  });
  await context.vtctl.run(startCommand(name));
}
