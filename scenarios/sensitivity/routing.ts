import { expect } from '@jest/globals';
import { atRest, corruption } from '../../harness/jest/corruption.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { applyRoutingRules, getRoutingRules } from '../../harness/vtctl/routing-rules.ts';

corruption({
  claim: 'a routing rule edited by hand is found',
  writesOn: 'target',
  plant: async ({ migration }) => {
    const { vtctl } = migration.context;
    const rules = new Map(await getRoutingRules(vtctl));
    rules.set('corder@replica', 'commerce.corder');
    await applyRoutingRules(vtctl, rules);
    return [{ id: 'routing-coherent', table: 'corder', count: 1 }];
  },
  seen: { vdiff: false, checksum: false },
});

corruption({
  claim: 'a table denied on the side that serves writes is found',
  writesOn: 'target',
  plant: async ({ cluster }) => {
    await vtctldclient(cluster, ['SetShardTabletControl', '--denied-tables=corder', 'customer/0', 'primary']);
    return [{ id: 'routing-coherent', table: 'corder' }];
  },
  seen: { vdiff: false, checksum: false },
});

// Claim: a denied table that cancel left behind is found when the step is run again.
scenario('a denied table that is left behind after cancel is found', {}, async (stage) => {
  const { cluster, migration, observe, mustFind } = stage;
  await atRest(stage, 'source');
  expect(await observe()).toBeEqualOnBothSides();
  await migration.cancel();
  await vtctldclient(cluster, ['SetShardTabletControl', '--denied-tables=corder', 'commerce/0', 'primary']);
  await expect(migration.cancel()).rejects.toThrow(/corder: commerce: denied/);
  mustFind({ id: 'leaves-nothing', table: 'corder', count: 1 });
});
