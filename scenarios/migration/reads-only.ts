import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { currentTraffic } from '../../harness/migration/routing.ts';

// Claim: reads from replicas and rdonlys can be switched and reversed while writes stay on the source; replicas of the
// target then answer.
scenario('reads are switched and reversed while writes stay', {}, async ({ migration, workload, observe }) => {
  await workload.start({ writesPerSecond: 100 });
  await migration.create();
  await migration.copied();

  await migration.switchReads();
  expect(await currentTraffic(migration.context)).toEqual({ reads: 'target', writes: 'source' });
  const { reads } = await workload.whileReadingReplicas(async () => await workload.untilAcknowledged(200));
  expect(reads.errors).toEqual({});
  expect(reads.acknowledged).toBeGreaterThan(5);

  await migration.reverseReads();
  expect(await currentTraffic(migration.context)).toEqual({ reads: 'source', writes: 'source' });
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
});
