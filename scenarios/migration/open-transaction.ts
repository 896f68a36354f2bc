import { expect } from '@jest/globals';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import { getShard } from '../../harness/vtctl/shards.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a transaction that is open while writes are switched either commits and is on both sides, or is told that it
// failed and is on neither.
scenario('a switch while a transaction is open', {}, async ({ migration, workload, observe }) => {
  await migration.create();
  await migration.copied();
  await migration.switchReads();
  await workload.start({ writesPerSecond: 50 });

  const held = await workload.openTransaction();
  const switching = migration.switchWrites({ timeoutMs: 20_000 });
  // This is awaited below; until then, nothing else would handle its error.
  switching.catch(() => undefined);
  // The switch has begun once the source denies writes; from then on it waits for the transaction.
  await waitFor({ what: 'the source to deny writes', timeoutMs: 20_000, intervalMs: 20 }, async () => {
    const { deniedTables } = await getShard(migration.context.vtctl, 'commerce/0');
    return { done: deniedTables.length > 0 || undefined, seen: 'no denied table' };
  });
  const ending = await held.commit();
  await switching;
  expect(['ok', 'fail']).toContain(ending.outcome);

  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
  for (const side of ['source', 'target'] as const) {
    const rows = await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
      return await queryRows(connection, 'SELECT 1 FROM roundtrip_rows WHERE id = ?', [held.key]);
    });
    expect({ side, rows: rows.length, ending }).toEqual({ side, rows: ending.outcome === 'ok' ? 1 : 0, ending });
  }
});
