import type { Connection } from 'mysql2/promise';
import { withLook } from '../cluster/mysql-endpoint.ts';
import { messageOf } from '../errors.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import { keyspaceOf, otherSide, shardOf, type MigrationContext } from './context.ts';
import type { Compared, RoutingDifference, Traffic } from './routing.ts';

/** How vttablet refuses a query to a table that its shard denies (go/vt/vttablet/tabletserver/rules, Vitess 24). */
const REFUSAL = /enforce denied tables/i;

interface Probe {
  readonly table: string;
  /** Why the write was refused, or null if it was accepted. */
  readonly refusal: string | null;
}

/**
 * Tries a write to every table on both sides through vtgate, past the routing rules: a session that names a shard is
 * not routed. The write matches no row, so it changes nothing, but it is judged like any other. The side that serves
 * writes must accept every write, and the other must refuse every write as denied.
 */
export async function compareProbes(context: MigrationContext, { writes }: Traffic): Promise<Compared> {
  const [accepting, refusing] = await Promise.all([probeSide(context, writes), probeSide(context, otherSide(writes))]);
  return {
    compared: accepting.length + refusing.length,
    differences: [
      ...accepting.flatMap((each) => unlessAccepted(keyspaceOf(context, writes), each)),
      ...refusing.flatMap((each) => unlessDenied(keyspaceOf(context, otherSide(writes)), each)),
    ],
  };
}

function unlessAccepted(keyspace: string, { table, refusal }: Probe): RoutingDifference[] {
  return refusal === null ? [] : [{ table, what: `${keyspace} refused a probe write: ${refusal}` }];
}

function unlessDenied(keyspace: string, { table, refusal }: Probe): RoutingDifference[] {
  if (refusal !== null && REFUSAL.test(refusal)) return [];
  const seen = refusal === null ? 'accepted a probe write' : `failed a probe write in another way: ${refusal}`;
  return [{ table, what: `${keyspace} ${seen}` }];
}

/**
 * Tries the write in a transaction that has already begun on the shard, because a vtgate with buffering on holds back
 * any other denied write for as long as a failover may take. The transaction stays open.
 */
async function probe(connection: Connection, table: string): Promise<Probe['refusal']> {
  const write = `DELETE FROM ${quoteName(table)} WHERE 1 = 0`;
  try {
    await connection.query(`ROLLBACK;BEGIN;SELECT 1;${write}`);
    return null;
  } catch (error) {
    if (REFUSAL.test(messageOf(error))) return messageOf(error);
  }
  // Whatever else it was, it may have been about the transaction and not about the table.
  await connection.query('ROLLBACK');
  await connection.query('BEGIN');
  return await connection.query(`SELECT 1;${write}`).then(() => null, messageOf);
}

async function probeSide(context: MigrationContext, side: Side): Promise<Probe[]> {
  const vtgate = await context.cluster.vtgate();
  // There can be hundreds of tables, so each is one round trip.
  const endpoint = { ...vtgate.harnessEndpoint(), multipleStatements: true };
  return await withLook(endpoint, async (connection) => {
    await connection.query(`USE ${quoteName(`${shardOf(context, side)}@primary`)}`);
    const probes: Probe[] = [];
    for (const table of context.tables) probes.push({ table, refusal: await probe(connection, table) });
    await connection.query('ROLLBACK');
    return probes;
  });
}
