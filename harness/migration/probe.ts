import type { Connection } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { failure, messageOf } from '../errors.ts';
import { keyspaceOf, otherSide, type MigrationContext, type Side } from './context.ts';

/** How vttablet refuses a query to a table that its shard denies (go/vt/vttablet/tabletserver/rules, Vitess 24). */
const REFUSAL = /enforce denied tables/i;

/**
 * Tries a write to every table on both sides through vtgate, past the routing rules: a session that names a shard is
 * not routed. The write matches no row, so that nothing is changed, but is judged as any other.
 *
 * @throws `fail` unless the side that serves writes accepts every probe and the other refuses every one as denied.
 */
export async function probeWrites(context: MigrationContext, serving: Side): Promise<void> {
  const [accepting, refusing] = await Promise.all([
    probeSide(context, serving),
    probeSide(context, otherSide(serving)),
  ]);
  const wrong = [
    ...accepting.flatMap(({ table, refusal }) =>
      refusal === null ? [] : [`${keyspaceOf(context, serving)}.${table} refused the write: ${refusal}`],
    ),
    ...refusing.flatMap(({ table, refusal }) => {
      if (refusal !== null && REFUSAL.test(refusal)) return [];
      const seen = refusal === null ? 'accepted the write' : `failed in another way: ${refusal}`;
      return [`${keyspaceOf(context, otherSide(serving))}.${table} ${seen}`];
    }),
  ];
  if (wrong.length === 0) return;
  throw failure({
    what: 'Not exactly one side accepts writes.',
    expected: `${keyspaceOf(context, serving)} accepts and ${keyspaceOf(context, otherSide(serving))} refuses`,
    seen: wrong.join('\n'),
    where: 'probe writes through vtgate, past the routing rules',
    next: 'Stop the application’s writes before anything else; then compare both sides.',
  });
}

/**
 * In a transaction that has begun on the shard, because vtgate with buffering on holds back any other write that is
 * denied, for as long as a failover may take.
 *
 * @returns why the write was refused, or null when it was accepted.
 */
async function probe(connection: Connection, table: string): Promise<string | null> {
  await connection.query('BEGIN');
  try {
    await connection.query('SELECT 1');
    await connection.query(`DELETE FROM \`${table.replaceAll('`', '``')}\` WHERE 1 = 0`);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    await connection.query('ROLLBACK');
  }
}

async function probeSide(context: MigrationContext, side: Side): Promise<{ table: string; refusal: string | null }[]> {
  const vtgate = await context.cluster.vtgate();
  return await withConnection(vtgate.harnessEndpoint(), async (connection) => {
    await connection.query(`USE \`${keyspaceOf(context, side)}/0@primary\``);
    const probes: { table: string; refusal: string | null }[] = [];
    for (const table of context.tables) probes.push({ table, refusal: await probe(connection, table) });
    return probes;
  });
}
