import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import {
  forwardWorkflow,
  otherSide,
  primaryEndpoint,
  reverseWorkflow,
  sidecarOf,
  type MigrationContext,
} from './context.ts';

/**
 * Returns how far the other side is behind the one that serves writes: the number of transactions that the serving
 * MySQL has executed and the saved position of the stream does not contain. Transactions that touch no moved table
 * count too, although there is nothing to apply, because a stream saves their position only about once a second. This
 * takes two queries.
 *
 * @returns null if there is no such stream.
 */
export async function rowsBehind(context: MigrationContext, serving: Side): Promise<number | null> {
  const { workflow } = serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
  const [from, to] = await Promise.all([
    primaryEndpoint(context, serving),
    primaryEndpoint(context, otherSide(serving)),
  ]);
  const sidecar = sidecarOf(context, otherSide(serving));
  const position = await withConnection(to, async (connection) => await positionOf(connection, sidecar, workflow));
  if (position === null) return null;
  return await withConnection(from, async (connection) => {
    const sql = 'SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, ?) AS missing';
    const [row] = await queryRows<{ missing: string }>(connection, sql, [position]);
    return countTransactions(row!.missing);
  });
}

async function positionOf(connection: Connection, sidecar: string, workflow: string): Promise<string | null> {
  const streams = `${quoteName(sidecar)}.vreplication`;
  const sql = `SELECT CAST(pos AS CHAR) AS position FROM ${streams} WHERE db_name = DATABASE() AND workflow = ?`;
  const [row] = await queryRows<{ position: string | null }>(connection, sql, [workflow]);
  // Vitess writes the flavour before it: MySQL56/…
  return row?.position?.replace(/^.*\//, '') ?? null;
}

/** Counts the transactions in a GTID set, in MySQL's text form: `uuid:1-5:7,uuid:tag:1`. */
export function countTransactions(set: string): number {
  const intervals = set.split(',').flatMap((ofOneServer) => ofOneServer.trim().split(':').slice(1));
  return intervals.reduce((total, interval) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(interval.trim()) ?? [];
    // Everything that is not an interval is a tag.
    return first === undefined ? total : total + Number(last) - Number(first) + 1;
  }, 0);
}
