import { expect } from '@jest/globals';
import mysql from 'mysql2/promise';
import { scenario } from '../../harness/jest/scenario.ts';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { messageOf } from '../../harness/errors.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import { getShard } from '../../harness/vtctl/shards.ts';
import { waitFor } from '../../harness/wait.ts';

const INSERT = "INSERT INTO customer (customer_id, email, name, created_at) VALUES (9000002, 'held', 'H', NOW(6))";

// Claim: a transaction that is open while writes are switched either commits, and is on both sides, or is told that it
// failed, and is on neither.
scenario('a switch while a transaction is open', {}, async ({ cluster, migration, workload, observe }) => {
  await migration.create();
  await migration.copied();
  await migration.switchReads();
  await workload.start({ writesPerSecond: 50 });

  const vtgate = await cluster.vtgate();
  const held = await mysql.createConnection(vtgate.applicationEndpoint('commerce'));
  await held.query('BEGIN');
  await held.query(INSERT);
  const switching = migration.switchWrites({ timeoutMs: 20_000 });
  // Waited for below; until then an error of it has nobody to hear it.
  switching.catch(() => undefined);
  // The switch has begun once the source denies writes; from there on it waits for the transaction.
  await waitFor({ what: 'the source to deny writes', timeoutMs: 20_000, intervalMs: 20 }, async () => {
    const { deniedTables } = await getShard(migration.context.vtctl, 'commerce/0');
    return { done: deniedTables.length > 0 || undefined, seen: 'no denied table' };
  });
  const refusal = await held.query('COMMIT').then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  held.destroy();
  await switching;

  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
  for (const side of ['source', 'target'] as const) {
    const rows = await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
      return await queryRows(connection, 'SELECT 1 FROM customer WHERE customer_id = 9000002');
    });
    expect({ side, rows: rows.length, refusal }).toEqual({ side, rows: refusal === null ? 1 : 0, refusal });
  }
});
