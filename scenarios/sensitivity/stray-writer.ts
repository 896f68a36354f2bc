import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { scenario, type Stage } from '../../harness/jest/scenario.ts';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import type { Side } from '../../harness/side.ts';
import { waitFor } from '../../harness/wait.ts';

/** An application that goes through vtgate, and a forgotten client that stays on the source MySQL. */
async function withStray({ migration, workload }: Stage) {
  await migration.create();
  await migration.copied();
  await migration.switchReads();
  await workload.start({ writesPerSecond: 100 });
  const stray = await workload.startStray({ writesPerSecond: 50 });
  await stray.untilAcknowledged(20, 10_000);
  return stray;
}

// Claim: without a fence, whatever a stray client writes after the switch is lost, and every lost row is named.
scenario(
  'what a stray client writes after the switch is lost, and named',
  { cluster: SMALLEST_TARGET },
  async (stage) => {
    const { migration, workload, observe, mustFind } = stage;
    const stray = await withStray(stage);
    await migration.switchWrites({ allowStrays: true });
    await stray.untilAcknowledged(100, 10_000);
    await stray.stop();
    await workload.stop();
    expect(await observe()).not.toBeEqualOnBothSides();

    const { lost, undeleted } = await goneAstray(stage);
    expect(lost).toBeGreaterThanOrEqual(10);
    mustFind({ id: 'single-writer', table: 'roundtrip_rows' });
    mustFind({ id: 'no-lost-write', table: 'roundtrip_rows', count: lost });
    if (undeleted > 0) mustFind({ id: 'no-resurrected-row', table: 'roundtrip_rows', count: undeleted });
    mustFind({ id: 'sides-equal', table: 'roundtrip_rows' });
    mustFind({ id: 'vdiff-agrees', table: 'roundtrip_rows' });
  },
);

/**
 * A client connected as `root`, which no fence locks, is found despite the fence; the fence is then lifted, and nothing
 * is switched.
 */
async function expectRootRefused({ cluster, migration }: Stage) {
  const { server, harnessEndpoint } = cluster.source;
  const statement = ['mysql', '--user=root', '--socket=/tmp/mysql.sock', '--execute=SELECT SLEEP(120)'];
  const asRoot = server.exec(statement, 130_000);
  await withConnection(harnessEndpoint, async (connection) => {
    const id = await waitFor({ what: 'root to be connected', timeoutMs: 20_000 }, async () => {
      const sql = "SELECT ID AS id FROM performance_schema.processlist WHERE USER = 'root' AND COMMAND = 'Query'";
      const [root] = await queryRows<{ id: string }>(connection, sql);
      return { done: root?.id, seen: 'no such connection' };
    });
    await expect(migration.switchWrites({ fence: true })).rejects.toThrow(
      /straight to the source[^]*root from localhost/,
    );
    expect(migration.writesOn).toBe('source');
    await connection.query('KILL ?', [Number(id)]);
  });
  await asRoot;
}

// Claim: a client that is connected straight to the source is found before the switch, which then refuses and touches
// nothing; with the fence, it gets errors and nothing is lost; reversing the switch unlocks it again.
scenario(
  'a switch refuses while a stray client is connected; a fence keeps it out, and reverse lets it in again',
  { cluster: SMALLEST_TARGET },
  async (stage) => {
    const { recorder, migration, workload, observe } = stage;
    const stray = await withStray(stage);
    await expect(migration.switchWrites()).rejects.toThrow(/straight to the source[\s\S]*application from/);
    expect(migration.writesOn).toBe('source');
    await workload.untilAcknowledged(50);
    await expectRootRefused(stage);
    await stray.untilAcknowledged(20, 10_000);
    await migration.switchWrites({ fence: true });
    await workload.untilAcknowledged(50);
    const { errors } = await stray.figures(0, recorder.now());
    expect(errors['access-denied']).toBeGreaterThan(0);

    await migration.reverseTraffic();
    await stray.untilAcknowledged(20, 10_000);
    await migration.switchTraffic({ fence: true });
    await workload.untilAcknowledged(50);
    await stray.stop();
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);

/**
 * Returns rows of the stray client, read only from the two MySQLs: those that it wrote to the source and that the
 * target does not have.
 */
async function goneAstray({ migration }: Stage): Promise<{ lost: number; undeleted: number }> {
  const rowsOn = async (side: Side) =>
    await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
      const rows = await queryRows<{ id: string; value: string }>(connection, 'SELECT id, value FROM roundtrip_rows');
      return new Map(rows.map(({ id, value }) => [id, value]));
    });
  const [source, target] = [await rowsOn('source'), await rowsOn('target')];
  const lost = [...source].filter(([id, value]) => target.get(id) !== value);
  const undeleted = [...target.keys()].filter((id) => !source.has(id));
  return { lost: lost.length, undeleted: undeleted.length };
}
