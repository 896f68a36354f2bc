import { expect, scenario } from 'vitess-roundtrip';

// Claim: the shop is cut over and back under writes, and both sides hold the same rows.
scenario('the shop is cut over and back', { fixture: './fixtures/shop' }, async ({ migration, workload, observe }) => {
  await workload.start({ writesPerSecond: 100 });
  await migration.create();
  await migration.copied();
  await migration.switchTraffic();
  await migration.reverseTraffic();
  expect(await migration.vdiff()).toFindNoMismatch();
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
});
