import { expect } from '@jest/globals';
import { tamper } from '../../harness/jest/corruption.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import { compareTables, type TableComparison } from '../../harness/observe/checksum.ts';

// A row that the workload does not know: if the workload updated it, the stream would carry over the whole row, and
// repair it.
const ROW = 'INSERT INTO corder (order_id, customer_id, sku, price, placed_at) VALUES (9000009, 1, "SKU-1", 1, NOW(6))';
/** This update is its own inverse: it flips one bit of one byte. */
const FLIP = 'UPDATE corder SET sku = INSERT(sku, 4, 1, CHAR(ORD(SUBSTR(sku, 4, 1)) ^ 1)) WHERE order_id = 9000009';

async function compareUnderWrites({ migration, subject }: Stage): Promise<TableComparison[]> {
  const { context } = migration;
  return await compareTables({
    source: await primaryEndpoint(context, 'source'),
    target: await primaryEndpoint(context, 'target'),
    tables: subject.tables,
    underWrites: true,
  });
}

// Claim: the checksum does not need the sides to be at rest. Rows that are still on their way are not reported as
// different, and a flipped byte is named all the same.
scenario('the checksum compares both sides while the application writes', {}, async (stage) => {
  const { migration, workload } = stage;
  await workload.start({ writesPerSecond: 200 });
  await migration.create();
  await migration.copied();
  await tamper(stage, 'source', [ROW]);
  const clean = await compareUnderWrites(stage);
  expect(clean.map(({ equal, unsettled }) => ({ equal, unsettled }))).toEqual(
    clean.map(() => ({ equal: true, unsettled: 0 })),
  );

  await tamper(stage, 'target', [FLIP]);
  const differences = (await compareUnderWrites(stage)).flatMap((table) => table.differences);
  expect(differences).toHaveLength(1);
  expect(differences[0]).toMatchObject({ table: 'corder', kind: 'different', key: { order_id: '9000009' } });
  expect(differences[0]?.source?.['sku']).not.toEqual(differences[0]?.target?.['sku']);
  await tamper(stage, 'target', [FLIP]);
  await tamper(stage, 'source', ['DELETE FROM corder WHERE order_id = 9000009']);
  await workload.stop();
});
