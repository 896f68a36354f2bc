import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: a cutover during which nobody wrote proves nothing, and the run says so.
scenario(
  'writes that end on their own before the cutover are noticed',
  {},
  async ({ migration, workload, observe, mustFind }) => {
    await migration.create();
    await migration.copied();
    await workload.start({ writesPerSecond: 100 });
    await workload.untilAcknowledged(100);
    // Not `stop`, which is deliberate and says so: here the application dies, and nobody is told.
    await workload[Symbol.asyncDispose]();
    await migration.switchTraffic();
    expect(await observe()).toBeEqualOnBothSides();
    mustFind({ id: 'not-vacuous' });
  },
);
