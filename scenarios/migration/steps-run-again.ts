import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { messageOf } from '../../harness/errors.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { stillFenced } from '../../harness/migration/fence.ts';
import { getRoutingRules } from '../../harness/vtctl/routing-rules.ts';
import { getShard } from '../../harness/vtctl/shards.ts';
import { trafficCommand } from '../../harness/vtctl/move-tables.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: every step can be run again, whether it had ended or was interrupted.
scenario('every step can be run again', {}, async ({ cluster, migration, workload, observe }) => {
  await migration.adopt();
  await migration.provision();
  await workload.start({ writesPerSecond: 50 });
  await migration.create();
  await migration.create();
  await migration.copied();
  await migration.copied();
  await migration.switchReads();
  await migration.switchReads();
  await migration.switchWrites();
  await migration.switchWrites();
  await migration.reverseReads();
  await migration.reverseReads();
  await migration.reverseWrites();
  await migration.reverseWrites();
  await migration.switchTraffic();
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
  await migration.complete();
  await migration.complete();
  expect((await cluster.managedTablets()).length).toBe(3);
});

// Claim: if the other kind of traffic is half switched, a switch is refused before anything is touched.
scenario(
  'a switch while the other traffic is half switched touches nothing',
  { cluster: SMALLEST_TARGET },
  async ({ cluster, migration, workload, observe }) => {
    const { context } = migration;
    await workload.start({ writesPerSecond: 50 });
    await migration.create();
    await migration.copied();
    const { workflow, targetKeyspace } = forwardWorkflow(context);
    const name = [`--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`];
    await vtctldclient(cluster, ['MoveTables', ...name, 'switchtraffic', '--tablet-types=rdonly']);
    const rules = await getRoutingRules(context.vtctl);

    await expect(migration.switchWrites({ fence: true })).rejects.toThrow(/reads are half switched/);

    expect(await getRoutingRules(context.vtctl)).toEqual(rules);
    expect((await getShard(context.vtctl, 'commerce/0')).deniedTables).toEqual([]);
    expect((await stillFenced(context)).accounts).toEqual([]);
    await migration.switchReads();
    await migration.switchWrites();
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);

// Claim: a switch whose vtctldclient was killed in the middle is finished, or started over, by running it again.
scenario('a switch that was killed is finished by the next one', { cluster: SMALLEST_TARGET }, async (stage) => {
  const { cluster, recorder, migration, workload, observe } = stage;
  await workload.start({ writesPerSecond: 50 });
  await migration.create();
  await migration.copied();
  await migration.switchReads();

  const { vtctl } = migration.context;
  const options = { direction: 'forward', types: 'writes', timeoutMs: 30_000 } as const;
  // This is recorded as a step, because traffic may change while it runs.
  const killed = recorder
    .step('switchWrites', 'a switch that will be killed', async () => {
      await vtctldclient(cluster, trafficCommand(forwardWorkflow(migration.context), options).args);
    })
    .then(
      () => 'ended before it was killed',
      (error: unknown) => messageOf(error),
    );
  await waitFor({ what: 'the source to deny writes', timeoutMs: 20_000, intervalMs: 10 }, async () => {
    const { deniedTables } = await getShard(vtctl, 'commerce/0');
    return { done: deniedTables.length > 0 || undefined, seen: 'no denied table' };
  });
  await cluster.vtctld.server.exec([
    'sh',
    '-c',
    // The brackets keep the pattern from matching this very command.
    'for each in /proc/[0-9]*; do grep -qs "[s]witchtraffic" $each/cmdline && kill -9 ${each#/proc/}; done; true',
  ]);
  expect(await killed).toContain('vtctldclient MoveTables failed');

  await migration.switchWrites();
  await workload.untilAcknowledged(20);
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
});
