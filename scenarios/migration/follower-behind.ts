import { expect } from '@jest/globals';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { serversOf } from '../../harness/migration/context.ts';

/** Stops or starts applying on the followers of the target. */
async function followers({ migration }: Stage, action: 'STOP' | 'START'): Promise<void> {
  const [, ...all] = await serversOf(migration.context, 'target');
  expect(all).not.toHaveLength(0);
  for (const { endpoint } of all) {
    await withConnection(endpoint, async (connection) => await connection.query(`${action} REPLICA SQL_THREAD`));
  }
}

// Claim: VDiff reads a follower of the target, for which Vitess 24.0.1 does not wait. A follower that is behind is not
// mistaken for a difference between the sides, and at rest the harness waits for it.
scenario('a follower of the target that is behind is not taken for lost rows', {}, async (stage) => {
  const { migration, workload, recorder, observe } = stage;
  await workload.start({ writesPerSecond: 100 });
  await migration.create();
  await migration.copied();
  await followers(stage, 'STOP');
  await workload.untilAcknowledged(300);
  expect(await migration.vdiff()).toFindNoMismatch();
  const behind = recorder.events.filter(({ type }) => type === 'note').map((event) => JSON.stringify(event));
  expect(behind).toContainEqual(expect.stringContaining('VDiff read a follower of customer that was behind'));

  await workload.stop();
  await followers(stage, 'START');
  expect(await observe()).toBeEqualOnBothSides();
});
