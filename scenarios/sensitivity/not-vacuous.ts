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
    // This is not `stop`, which is deliberate and recorded: here the application dies without telling anybody.
    await workload[Symbol.asyncDispose]();
    await migration.switchTraffic();
    expect(await observe()).toBeEqualOnBothSides();
    mustFind({ id: 'not-vacuous' });
  },
);
