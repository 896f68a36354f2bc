import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: a migration goes forward, back, and forward again under writes, and both sides hold the same rows throughout.
scenario(
  'a round trip under writes keeps both sides equal',
  {},
  async ({ migration, workload, observe, followRow }) => {
    // Only autocommitted statements, because a transaction that a client has begun does not survive a switch.
    await workload.start({ writesPerSecond: 100, kinds: { rows: 50, append: 20, ids: 15, sql: 15 } });
    await migration.create();
    await migration.copied();
    expect(await migration.vdiff()).toFindNoMismatch();

    await migration.switchTraffic();
    await followRow();
    expect(await migration.vdiff()).toFindNoMismatch(); // now the reverse workflow

    await migration.reverseTraffic();
    await followRow();
    expect(await migration.vdiff()).toFindNoMismatch();

    await migration.switchTraffic();
    const { errors, acknowledged } = await workload.stop();
    expect(errors).toEqual({});
    expect(acknowledged).toBeGreaterThan(0);
    expect(await observe()).toBeEqualOnBothSides();
    await migration.complete();
  },
);
