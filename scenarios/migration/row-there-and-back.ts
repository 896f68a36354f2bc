import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { withConnection, queryRows } from '../../harness/cluster/mysql-endpoint.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a row added to the original MySQL appears in the target; changed through vtgate after the switch, it flows back.
scenario(
  'a row goes from the original MySQL to the target and back',
  { cluster: SMALLEST_TARGET },
  async ({ cluster, migration }) => {
    await migration.create();
    await migration.copied();
    const target = await primaryEndpoint(migration.context, 'target');
    const email = async (endpoint: typeof target) =>
      await withConnection(endpoint, async (connection) => {
        const sql = 'SELECT CAST(email AS CHAR) AS email FROM customer WHERE customer_id = 9000001';
        return (await queryRows<{ email: string }>(connection, sql))[0]?.email;
      });
    const untilEmailIs = async (endpoint: typeof target, wanted: string) =>
      await waitFor({ what: `email ${wanted}`, timeoutMs: 20_000 }, async () => {
        const seen = await email(endpoint);
        return { done: seen === wanted || undefined, seen: seen ?? 'no row' };
      });

    await withConnection(cluster.source.applicationEndpoint, async (connection) => {
      await connection.query(
        "INSERT INTO customer (customer_id, email, name, created_at) VALUES (9000001, 'there@example.org', 'T', NOW(6))",
      );
    });
    await untilEmailIs(target, 'there@example.org');

    await migration.switchTraffic();
    const vtgate = await cluster.vtgate();
    await withConnection(vtgate.applicationEndpoint('commerce'), async (connection) => {
      await connection.query("UPDATE customer SET email = 'back@example.org' WHERE customer_id = 9000001");
    });
    await untilEmailIs(cluster.source.harnessEndpoint, 'back@example.org');
    expect(await email(target)).toBe('back@example.org');
  },
);
