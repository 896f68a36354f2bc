import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: a cutover that nobody wrote through proves nothing, and the run says so.
scenario(
  'writes that end by themselves before the cutover are found',
  {},
  async ({ migration, workload, observe, mustFind }) => {
    await migration.create();
    await migration.copied();
    await workload.start({ writesPerSecond: 100 });
    await workload.untilAcknowledged(100);
    // Not `stop`, which is on purpose and says so: the application dies, and nobody is told.
    await workload[Symbol.asyncDispose]();
    await migration.switchTraffic();
    expect(await observe()).toBeEqualOnBothSides();
    mustFind({ id: 'not-vacuous' });
  },
);
