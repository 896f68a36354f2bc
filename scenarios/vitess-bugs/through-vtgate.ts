import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: in versions without the fix, vtgate rewrites some statements so that they mean something else: without an
// error, they find or change other rows than on MySQL.

const { run, moving } = sharedServers();

/**
 * Sends a statement to vtgate, as an application would. @returns the rows that it finds; none where it changes some.
 */
async function sentToVtgate(sql: string): Promise<readonly unknown[]> {
  const { cluster } = run();
  const vtgate = await cluster.vtgate();
  return await withConnection(vtgate.applicationEndpoint(cluster.sourceKeyspace), async (connection) => {
    const [found] = await connection.query(sql);
    return Array.isArray(found) ? found : [];
  });
}

/** MySQL gives the same column a different type if it is selected next to constants or other tables. */
function idsOf(rows: readonly unknown[]): readonly number[] {
  return z
    .array(z.object({ id: z.coerce.number() }))
    .parse(rows)
    .map(({ id }) => id);
}

const SPAN = [
  'CREATE TABLE span (id INT PRIMARY KEY, value INT, day DATE)',
  "INSERT INTO span VALUES (1, 0, '2020-01-31'), (2, 5, '2020-02-01'), (3, 50, '2020-02-29')",
];

/** In `span`, the rows whose value is not between 0 and 10. */
const NOT_WITHIN = '(value BETWEEN 0 AND 10) BETWEEN 0 AND 0';

test.each([
  {
    bug: 'nested-between',
    title: 'a BETWEEN within a BETWEEN loses its parentheses',
    sql: `SELECT id FROM span WHERE ${NOT_WITHIN}`,
    mysql: [3],
    vtgate: [1],
  },
  {
    bug: 'limit-in-parentheses',
    title: 'a LIMIT in parentheses is lost where an ORDER BY follows',
    sql: '(SELECT id FROM span ORDER BY id DESC LIMIT 2) ORDER BY id',
    mysql: [2, 3],
    vtgate: [1, 2, 3],
  },
  {
    bug: 'limit-in-parentheses',
    title: 'a LIMIT in parentheses is lost where another follows',
    sql: '(SELECT id FROM span ORDER BY id LIMIT 1) LIMIT 3',
    mysql: [1],
    vtgate: [1, 2, 3],
  },
  {
    bug: 'nested-union',
    title: 'a UNION ALL within a UNION loses its parentheses',
    sql: `SELECT id FROM span WHERE id = 1
      UNION (SELECT id FROM span WHERE id = 2 UNION ALL SELECT id FROM span WHERE id = 2)`,
    mysql: [1, 2],
    vtgate: [1, 2, 2],
  },
  {
    bug: 'nested-union',
    title: 'a UNION within a UNION ALL loses its parentheses',
    sql: `SELECT id FROM span WHERE id = 1
      UNION ALL (SELECT id FROM span WHERE id = 1 UNION SELECT id FROM span WHERE id = 2)`,
    mysql: [1, 1, 2],
    vtgate: [1, 2],
  },
  {
    bug: 'interval-in-parentheses',
    title: 'a date with an interval loses its parentheses after a minus',
    sql: 'SELECT id FROM span WHERE 20200202 - (day + INTERVAL 1 DAY) = 1',
    mysql: [1],
    vtgate: [],
  },
  {
    bug: 'interval-in-parentheses',
    title: 'a date with an interval loses its parentheses within a product',
    sql: 'SELECT id FROM span WHERE 2 * (day + INTERVAL 1 DAY) = 40400402',
    mysql: [1],
    vtgate: [],
  },
  {
    bug: 'union-of-constants',
    title: 'a condition on a UNION of three constants finds nothing',
    sql: `SELECT id FROM (SELECT 1 AS id FROM dual UNION ALL SELECT 2 FROM dual UNION ALL SELECT 3 FROM dual) AS number
      WHERE id = 2`,
    mysql: [2],
    vtgate: [],
  },
  {
    bug: 'union-of-random-values',
    title: 'a condition on a UNION of random values is about other values than those that are found',
    sql: `SELECT 1 AS id FROM (SELECT UUID() AS name FROM dual UNION ALL SELECT UUID() FROM dual) AS drawn
      WHERE name <> name`,
    mysql: [],
    vtgate: [1, 1],
  },
])('$title', async ({ bug, sql, mysql, vtgate }) => {
  await using tables = await moving(['span'], SPAN);
  expect(idsOf(await tables.rows('source', sql))).toEqual(mysql);
  expect(idsOf(await sentToVtgate(sql))).toEqual((await stillSo(bug, run())) ? vtgate : mysql);
});

test('a DELETE deletes a row that it should keep', async () => {
  await using tables = await moving(['span'], SPAN);
  await sentToVtgate(`DELETE FROM span WHERE ${NOT_WITHIN}`);
  const left = idsOf(await tables.rows('source', 'SELECT id FROM span ORDER BY id'));
  expect(left).toEqual((await stillSo('nested-between', run())) ? [2, 3] : [1, 2]);
});

test('an INSERT of a SELECT in parentheses inserts more rows than its LIMIT', async () => {
  await using tables = await moving(['span'], SPAN);
  const insert = 'INSERT INTO span (id) (SELECT id + 10 FROM span ORDER BY id LIMIT 1) ORDER BY 1';
  await sentToVtgate(insert);
  const there = idsOf(await tables.rows('source', 'SELECT id FROM span ORDER BY id'));
  const isSo = await stillSo('limit-in-parentheses', run());
  expect(there).toEqual(isSo ? [1, 2, 3, 11, 12, 13] : [1, 2, 3, 11]);
  await tables.on('source', ['DELETE FROM span WHERE id > 10', insert]);
  expect(idsOf(await tables.rows('source', 'SELECT id FROM span ORDER BY id'))).toEqual([1, 2, 3, 11]);
});
