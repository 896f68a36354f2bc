import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: traffic can be cut over and rolled back as often as one likes; the fifth time is like the first.
scenario(
  'five cutovers and rollbacks lose nothing',
  { timeoutMs: 420_000 },
  async ({ migration, workload, observe }) => {
    await workload.start({ writesPerSecond: 100 });
    await migration.create();
    await migration.copied();
    for (let round = 1; round <= 5; round++) {
      await migration.switchTraffic();
      await workload.untilAcknowledged(20);
      await migration.reverseTraffic();
      await workload.untilAcknowledged(20);
    }
    await migration.switchTraffic();
    expect(await migration.vdiff()).toFindNoMismatch();
    await workload.stop();
    expect(migration.cutovers).toHaveLength(11);
    expect(await observe()).toBeEqualOnBothSides();
  },
);
