import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import { showWorkflow } from '../vtctl/move-tables.ts';
import { waitFor } from '../wait.ts';
import {
  forwardWorkflow,
  otherSide,
  primaryEndpoint,
  reverseWorkflow,
  type MigrationContext,
  type Side,
} from './context.ts';

const TIMEOUT_MS = 120_000;

/**
 * Waits until everything the serving side has executed by now has reached the other: until the running stream's
 * position contains the serving server's GTID set. The writes must have been stopped before.
 */
export async function untilAtRest(context: MigrationContext, serving: Side): Promise<void> {
  const name = serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
  await withConnection(await primaryEndpoint(context, serving), async (connection) => {
    const [row] = await queryRows<{ executed: string }>(connection, 'SELECT @@GLOBAL.gtid_executed AS executed');
    const { executed } = row!;
    const wait = {
      what: `${name.workflow} to contain what was executed on the ${serving}`,
      where: `MoveTables show in ${name.targetKeyspace}`,
      timeoutMs: TIMEOUT_MS,
    };
    await waitFor(wait, async () => {
      const workflow = await showWorkflow(context.vtctl, name);
      if (workflow === null) throw gone(name.workflow, otherSide(serving));
      const positions = workflow.streams.map(({ position }) => position.replace(/^.*\//, ''));
      const contained = await Promise.all(
        positions.map(async (position) => {
          const sql = 'SELECT GTID_SUBSET(?, ?) AS contained';
          const [answer] = await queryRows<{ contained: number | string }>(connection, sql, [executed, position]);
          // Big numbers come as strings, and what GTID_SUBSET returns is one.
          return String(answer!.contained) === '1';
        }),
      );
      const isThere = contained.length > 0 && contained.every(Boolean);
      return { done: isThere || undefined, seen: `executed ${executed}\nposition ${positions.join('; ')}` };
    });
  });
}

function gone(workflow: string, side: Side) {
  return trouble({
    what: `${workflow} is not there, so that nothing flows to the ${side}.`,
    expected: 'the workflow that follows the side that serves writes',
    seen: 'no workflow of that name',
    next: 'Compare the sides before the migration is completed or cancelled.',
  });
}
