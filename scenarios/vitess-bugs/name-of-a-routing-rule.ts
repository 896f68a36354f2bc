import { expect, test } from '@jest/globals';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { messageOf } from '../../harness/errors.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { switchTraffic } from '../../harness/vtctl/move-tables.ts';

// Claim: a table whose name is that of another with @replica at its end has the routing rule of the other's reads. Once
// reads are switched, its reads find the other's rows, its writes are refused, and there is no way back, until it was
// mended.

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
  // Our own step would refuse what comes of it.
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
