import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { refuseUnlessSwitchable } from '../../harness/migration/switch.ts';
import { createVDiff, vdiffsUnderWay } from '../../harness/vtctl/vdiff.ts';

// Claim: writes are not switched while somebody's VDiff is under way. Vitess itself allows it, and its VDiff then starts
// the stream that the switch has frozen; the stream meets the journal, and the workflow is turned against its own
// keyspace, so that no switch is possible any more. Reads may be switched.

scenario('writes are not switched while a VDiff is under way', {}, async ({ migration }) => {
  await migration.create();
  await migration.copied();
  const { context } = migration;
  const forward = forwardWorkflow(context);
  const uuid = randomUUID();
  await createVDiff(context.vtctl, forward, uuid, {});
  await expect(refuseUnlessSwitchable(context, 'writes', 'target', 0)).rejects.toThrow(
    new RegExp(`VDiff of commerce2customer is under way.*VDiff ${uuid}, which has not ended`, 's'),
  );
  await migration.switchReads();
  // This waits for it.
  await migration.switchWrites();
  expect(await vdiffsUnderWay(context.vtctl, forward)).toEqual([]);
});
