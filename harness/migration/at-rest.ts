import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import type { GtidObservation } from '../history/observations.ts';
import type { Side } from '../side.ts';
import { showWorkflow, type WorkflowName } from '../vtctl/move-tables.ts';
import { lookUntil, waitFor, type Look } from '../wait.ts';
import { StreamWatch } from './stream-watch.ts';
import {
  forwardWorkflow,
  otherSide,
  primaryEndpoint,
  reverseWorkflow,
  serversOf,
  type MigrationContext,
} from './context.ts';
import { executedOn } from './executed.ts';

const TIMEOUT_MS = 120_000;

/**
 * Waits until everything that the serving side has executed by now has reached the other side, and also the followers
 * of the target, which VDiff reads. The writes must have been stopped before. It observes what every server has
 * executed, and how far the stream has come.
 */
export async function untilAtRest(context: MigrationContext, serving: Side): Promise<void> {
  // If they are read in this order, each can only be behind the next: followers, their primaries, the stream.
  const followers = [
    ...(await executedBy(context, 'source')).slice(1),
    ...(await executedBy(context, 'target')).slice(1),
  ];
  const other = (await executedBy(context, otherSide(serving))).slice(0, 1);
  const primary = (await executedBy(context, serving)).slice(0, 1);
  const { workflow } = followingWorkflow(context, serving);
  const positions = await untilContained(context, serving, primary[0]?.executed ?? '');
  const bySide = [...primary, ...other, ...followers];
  context.observed({
    of: 'gtid',
    servers: [...bySide.filter(({ side }) => side === 'source'), ...bySide.filter(({ side }) => side === 'target')],
    streams: positions.map((position) => ({ workflow, from: serving, position })),
    writes: serving,
  });
  await Promise.all([untilFollowersAgree(context, 'source'), untilFollowersAgree(context, 'target')]);
}

/**
 * Waits until everything that the serving side has executed by now has reached the other side. Writes may continue.
 *
 * @returns whether it has, within two minutes; a healthy stream can be further behind than that.
 */
export async function hasFollowed(context: MigrationContext, serving: Side): Promise<boolean> {
  const { executed } = await executedOn(await primaryEndpoint(context, serving));
  return await withPositions(context, serving, executed, async (look) => {
    const { done } = await lookUntil({ timeoutMs: TIMEOUT_MS }, look);
    return done !== undefined;
  });
}

/** Returns the workflow that reads from the side that serves writes. */
function followingWorkflow(context: MigrationContext, serving: Side): WorkflowName {
  return serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
}

/** Waits until every running stream's position contains a GTID set of the serving side. @returns the positions. */
async function untilContained(context: MigrationContext, serving: Side, executed: string): Promise<readonly string[]> {
  const { workflow, targetKeyspace } = followingWorkflow(context, serving);
  const wait = {
    what: `${workflow} to contain what was executed on the ${serving}`,
    where: `MoveTables show in ${targetKeyspace}`,
    timeoutMs: TIMEOUT_MS,
  };
  return await withPositions(context, serving, executed, async (look) => await waitFor(wait, look));
}

/**
 * Runs `body` with a function that looks at the positions of the streams, and is done when each of them contains a GTID
 * set of the serving side.
 */
async function withPositions<T>(
  context: MigrationContext,
  serving: Side,
  executed: string,
  body: (look: () => Promise<Look<readonly string[]>>) => Promise<T>,
): Promise<T> {
  const name = followingWorkflow(context, serving);
  const watch = new StreamWatch(name, context.cluster.existing === null);
  return await withConnection(await primaryEndpoint(context, serving), async (connection) => {
    return await body(async () => {
      const workflow = await showWorkflow(context.vtctl, name);
      if (workflow === null) throw gone(name.workflow, otherSide(serving));
      watch.look(workflow);
      const positions = workflow.streams.map((stream) => stream.position.replace(/^.*\//, ''));
      const contained = await Promise.all(positions.map(async (each) => await contains(connection, each, executed)));
      const isThere = contained.length > 0 && contained.every(Boolean);
      return {
        done: isThere ? positions : undefined,
        seen: [`executed ${executed}\nposition ${positions.join('; ')}`, watch.error].filter(Boolean).join('\n'),
      };
    });
  });
}

/** Waits until every follower of a side that can be asked has executed what its primary has executed by now. */
async function untilFollowersAgree(context: MigrationContext, side: Side): Promise<void> {
  const [primary, ...followers] = await serversOf(context, side);
  if (primary === undefined || followers.length === 0) return;
  const { executed } = await executedOn(primary.endpoint);
  for (const { name, endpoint } of followers) {
    await withConnection(endpoint, async (connection) => {
      const wait = { what: `${name} to have executed what ${primary.name} has`, where: name, timeoutMs: TIMEOUT_MS };
      await waitFor(wait, async () => {
        const [now] = await queryRows<{ executed: string }>(connection, 'SELECT @@gtid_executed AS executed');
        const isThere = await contains(connection, now!.executed, executed);
        return { done: isThere || undefined, seen: `executed ${now!.executed}, primary ${executed}` };
      });
    });
  }
}

/** Returns the GTID sets of a side's servers, its primary first. */
async function executedBy(context: MigrationContext, side: Side): Promise<GtidObservation['servers']> {
  return await Promise.all(
    (await serversOf(context, side)).map(async ({ endpoint }) => {
      const { server, executed, groups } = await executedOn(endpoint);
      const before = context.before.executed.get(server);
      return {
        server,
        side,
        executed,
        ...(before === undefined ? {} : { before }),
        ...(groups.length === 0 ? {} : { groups }),
      };
    }),
  );
}

async function contains(connection: Connection, position: string, executed: string): Promise<boolean> {
  const sql = 'SELECT GTID_SUBSET(?, ?) AS contained';
  const [answer] = await queryRows<{ contained: number | string }>(connection, sql, [executed, position]);
  // Big numbers are returned as strings, and GTID_SUBSET returns one.
  return String(answer!.contained) === '1';
}

function gone(workflow: string, side: Side) {
  return trouble({
    what: `${workflow} does not exist, so nothing flows to the ${side}.`,
    expected: 'the workflow that follows the side that serves writes',
    seen: 'no workflow of that name',
    next: 'Compare the sides before the migration is completed or cancelled.',
  });
}
