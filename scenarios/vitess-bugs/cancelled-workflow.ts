import { expect, test } from '@jest/globals';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { shardOf } from '../../harness/migration/context.ts';
import { getShard } from '../../harness/vtctl/shards.ts';

// Claim: a workflow that is cancelled after its traffic came back leaves no table denied on either side, so the next
// one can switch (vitessio/vitess#13998, which was fixed in Vitess 18).

const { moving } = sharedServers();

test('what was switched, reversed and cancelled leaves no denied table', async () => {
  await using tables = await moving(['visit'], ['CREATE TABLE visit (id INT PRIMARY KEY)']);
  const { migration } = tables;
  const denied = async () => {
    const { context } = migration;
    const shards = [shardOf(context, 'source'), shardOf(context, 'target')];
    const read = await Promise.all(shards.map(async (shard) => await getShard(context.vtctl, shard)));
    return read.map(({ deniedTables }) => deniedTables);
  };
  await tables.copied();
  await migration.switchTraffic();
  expect(await denied()).toEqual([['visit'], []]);
  await migration.reverseTraffic();
  expect(await denied()).toEqual([[], ['visit']]);
  await migration.cancel();
  expect(await denied()).toEqual([[], []]);
});
