import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { showWorkflow } from '../../harness/vtctl/move-tables.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';

// Claim: rows that are written during the copy end up the same on both sides, both in parts of a table that are already
// copied and in parts that are not.
scenario('writes during the copy are not lost', { scale: 0.5 }, async ({ migration, workload, recorder, observe }) => {
  await workload.start({ writesPerSecond: 500 });
  await migration.create();
  const createdAtMs = recorder.now();
  await workload.untilAcknowledged(100);
  const during = await showWorkflow(migration.context.vtctl, forwardWorkflow(migration.context));
  expect(during?.streams.flatMap(({ copying }) => copying)).not.toEqual([]);

  await migration.copied();
  expect((await workload.figures(createdAtMs, recorder.now()))?.acknowledged).toBeGreaterThan(100);
  expect(await migration.vdiff()).toFindNoMismatch();
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
});
