import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { atRest, corruption, tamper, valueOf } from '../../harness/jest/corruption.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { checkTraffic } from '../../harness/migration/coherence.ts';
import { applyRoutingRules, getRoutingRules } from '../../harness/vtctl/routing-rules.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: ids that are handed out a second time are found, even though every row is as it should be.
corruption({
  claim: 'a sequence that is set back hands out used ids',
  writesOn: 'target',
  plant: async (stage) => {
    await using client = await stage.workload.client();
    const newest = await client.generate();
    await client.deleteId(newest);
    // InnoDB sets the sequence to the largest existing id plus one, which is the id of the row that was just deleted.
    await tamper(stage, 'target', ['ALTER TABLE roundtrip_ids AUTO_INCREMENT = 1']);
    expect(await client.generate()).toBe(newest);
    return [{ id: 'ids-advance', table: 'roundtrip_ids', key: newest, count: 1 }];
  },
  seen: { vdiff: false, checksum: false },
});

// Claim: a session whose reads go back to what the other side still has is found, even though nothing is lost in the
// end.
scenario('a read that goes back to the stale side is found', { cluster: SMALLEST_TARGET }, async (stage) => {
  const { migration, workload, observe, mustFind } = stage;
  await atRest(stage, 'target');
  await using client = await workload.client();
  await client.update(17);
  const before = await valueOf(stage, 'target', 'SELECT value FROM roundtrip_rows WHERE id = 17');
  await untilOnSource(stage, before);

  await reverseWorkflow(stage, 'stop');
  await client.update(17);
  await routeTo(stage, 'commerce');
  await waitFor({ what: 'a stale read', timeoutMs: 30_000 }, async () => {
    const seen = await client.read(17);
    return { done: seen === before || undefined, seen: String(seen) };
  });
  await routeTo(stage, 'customer');
  await reverseWorkflow(stage, 'start');
  await checkTraffic(migration.context, { reads: 'target', writes: 'target' });
  expect(await observe()).toBeEqualOnBothSides();
  mustFind({ id: 'monotonic', table: 'roundtrip_rows', key: 17, count: 1 });
});

async function untilOnSource(stage: Parameters<typeof valueOf>[0], value: number): Promise<void> {
  await waitFor({ what: `value ${value} on the source`, timeoutMs: 30_000 }, async () => {
    const seen = await valueOf(stage, 'source', 'SELECT value FROM roundtrip_rows WHERE id = 17');
    return { done: seen === value || undefined, seen: `${seen}` };
  });
}

async function reverseWorkflow({ cluster }: Stage, verb: 'stop' | 'start'): Promise<void> {
  await vtctldclient(cluster, ['Workflow', '--keyspace=commerce', verb, '--workflow=commerce2customer_reverse']);
}

/** Routes queries on roundtrip_rows to a keyspace; the source answers them only if they go there. */
async function routeTo({ cluster, migration }: Stage, keyspace: 'commerce' | 'customer'): Promise<void> {
  const { vtctl } = migration.context;
  const deny = ['SetShardTabletControl', '--denied-tables=roundtrip_rows', 'commerce/0', 'primary'];
  if (keyspace === 'commerce') await vtctldclient(cluster, [...deny, '--remove']);
  const rules = new Map(await getRoutingRules(vtctl));
  for (const name of ['roundtrip_rows', 'commerce.roundtrip_rows', 'customer.roundtrip_rows']) {
    rules.set(name, `${keyspace}.roundtrip_rows`);
  }
  await applyRoutingRules(vtctl, rules);
  if (keyspace === 'customer') await vtctldclient(cluster, deny);
  await vtctldclient(cluster, ['RefreshStateByShard', 'commerce/0']);
}
