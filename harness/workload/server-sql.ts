import { quoteName } from '../schema/quote.ts';

/** SQL for the first 52 bits of the UUID of the server that executes it, which a JavaScript number holds exactly. */
const PREFIX = "CONV(LEFT(REPLACE(@@server_uuid,'-',''),13),16,10)";

/**
 * The same, and the server's answer contains it as the insert id, so that one round trip shows which server executed
 * the write, also through vtgate. It works in an UPDATE that matches a row, and in an INSERT into a table without
 * auto_increment.
 */
export const SERVER_TOLD = `LAST_INSERT_ID(${PREFIX})`;
export const SERVER_STORED = PREFIX;

/**
 * Returns a query for the UUID of the server that has a table; it always returns one row. vtgate answers `SELECT
 * @@server_uuid` from the session's keyspace, but sends a query on a table to where the table is.
 */
export function serverOf(table: string): string {
  return `SELECT @@server_uuid AS server, COUNT(*) AS n FROM (SELECT 1 FROM ${quoteName(table)} LIMIT 1) AS one`;
}
