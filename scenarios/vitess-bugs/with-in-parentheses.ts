import { expect } from '@jest/globals';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';
import { reaches } from '../../harness/vitess-version.ts';

// Claim: in versions without the fix, a WITH before a query in parentheses, which MySQL runs, ends the client's
// connection to vtgate, or is called empty in Vitess 23 (vitessio/vitess#20451).
const ASKED = 'WITH one AS (SELECT 1 AS n) (SELECT n FROM one)';

scenario('a WITH before a query in parentheses ends the connection', {}, async (stage) => {
  const vtgate = await stage.cluster.vtgate();
  const ask = async (endpoint = vtgate.harnessEndpoint(stage.cluster.sourceKeyspace)) =>
    await withConnection(endpoint, async (connection) => await queryRows<{ n: number }>(connection, ASKED));

  expect(await ask(stage.cluster.source.harnessEndpoint)).toEqual([{ n: 1 }]);
  const { vitess } = await stage.cluster.versions();
  const says = reaches(vitess, ['24.0.0']) ? /closed the connection/ : /Query was empty/;
  if (await stillSo('with-in-parentheses', stage)) await expect(ask()).rejects.toThrow(says);
  else expect(await ask()).toMatchObject([{ n: 1 }]);
});
