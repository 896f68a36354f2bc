import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { currentTraffic } from '../../harness/migration/routing.ts';

// Claim: reads from replicas and rdonlys can be switched and reversed while writes stay on the source.
scenario('reads are switched and reversed while writes stay', {}, async ({ migration, workload, observe }) => {
  await workload.start({ writesPerSecond: 100 });
  await migration.create();
  await migration.copied();

  await migration.switchReads();
  expect(await currentTraffic(migration.context)).toEqual({ reads: 'target', writes: 'source' });
  await workload.untilAcknowledged(20);

  await migration.reverseReads();
  expect(await currentTraffic(migration.context)).toEqual({ reads: 'source', writes: 'source' });
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
});
