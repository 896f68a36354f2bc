import { expect, test } from '@jest/globals';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { messageOf } from '../../harness/errors.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { switchTraffic } from '../../harness/vtctl/move-tables.ts';

// Claim: if a table has the name of another one with @replica at the end, it gets the routing rule for the other
// table's reads. Once reads are switched, its reads find the other table's rows, its writes are refused, and there is
// no way back, in versions without the fix.

const { run, moving } = sharedServers();

test('a table is read in place of another once reads are switched', async () => {
  await using tables = await moving(
    ['visit', 'visit@replica'],
    [
      'CREATE TABLE visit (id INT PRIMARY KEY)',
      'CREATE TABLE `visit@replica` (id INT PRIMARY KEY)',
      'INSERT INTO visit VALUES (1)',
      'INSERT INTO `visit@replica` VALUES (2)',
    ],
  );
  await tables.copied();
  const { context } = tables.migration;
  const { cluster } = run();
  const isSo = await stillSo('name-of-a-routing-rule', tables.run);
  // Our own step would refuse the result.
  const switchReads = async (direction: 'forward' | 'reverse') =>
    await switchTraffic(context.vtctl, forwardWorkflow(context), { direction, types: 'reads', timeoutMs: 30_000 });
  const ask = async (sql: string) =>
    await withConnection(
      (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace),
      async (connection) => await queryRows(connection, sql),
    );
  await switchReads('forward');
  expect(await ask('SELECT id FROM `visit@replica`')).toEqual([{ id: isSo ? 1 : 2 }]);
  const written = await ask('INSERT INTO `visit@replica` VALUES (3)').then(() => 'written', messageOf);
  expect(written).toMatch(isSo ? /enforce denied tables/ : /^written$/);
  const back = await switchReads('reverse').then(() => 'switched', messageOf);
  expect(back).toMatch(isSo ? /no streams found in keyspace commerce/ : /^switched$/);
  await vtctldclient(cluster, ['ApplyRoutingRules', '--rules={"rules": []}']);
});
