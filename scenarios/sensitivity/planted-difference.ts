import { expect } from '@jest/globals';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { primaryEndpoint, type Side } from '../../harness/migration/context.ts';

/** Changes a row on one side so that no stream carries it to the other. */
async function plant({ migration }: Stage, side: Side): Promise<void> {
  await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
    // On the source a stream would carry it; on the target it must reach the rdonly that VDiff reads.
    if (side === 'source') await connection.query('SET SESSION sql_log_bin = OFF');
    await connection.query('UPDATE corder SET price = price + 1 WHERE order_id = 1234');
  });
}

for (const side of ['source', 'target'] as const) {
  // Claim: VDiff and the checksum both see a difference, and name its table and key.
  scenario(`a difference planted on the ${side} is found by VDiff and by the checksum`, {}, async (stage) => {
    const { migration, observe } = stage;
    await migration.create();
    await migration.copied();
    await plant(stage, side);

    const figures = await migration.vdiff();
    expect(figures).not.toFindNoMismatch();
    expect(figures.mismatchedRows).toBe(1);
    const table = figures.tables.find(({ mismatchedRows }) => mismatchedRows > 0);
    expect(table?.table).toBe('corder');
    expect(table?.samples.join()).toContain('1234');

    const compared = await observe();
    expect(compared).not.toBeEqualOnBothSides();
    const unequal = compared.filter(({ equal }) => !equal);
    expect(unequal.map(({ table: name, differencesTotal }) => [name, differencesTotal])).toEqual([['corder', 1]]);
    expect(unequal[0]?.differences[0]).toMatchObject({ kind: 'different', key: { order_id: '1234' } });
  });
}
