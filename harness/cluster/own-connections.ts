import { randomBytes } from 'node:crypto';
import type { Connection } from 'mysql2/promise';

/** Tells this process' connections from those of others that use the same account; it is not a secret. */
const TOKEN = { name: 'roundtrip_run', value: randomBytes(8).toString('hex') };

/** Options to spread into those with which the harness itself connects to a source. */
export const OWN = { connectAttributes: { program_name: 'vitess-roundtrip', [TOKEN.name]: TOKEN.value } };

/** What clients said about themselves when they connected, as far as the account may see it. */
export interface ClientAttributes {
  /** Ids of connections that carry this process' token. */
  readonly own: ReadonlySet<string>;
  /** Ids of connections with any attribute at all. */
  readonly any: ReadonlySet<string>;
}

const ER_TABLEACCESS_DENIED_ERROR = 1142;

/**
 * Reads the attributes of connections. Both sets are empty if the server keeps no attributes: performance_schema is
 * off, or performance_schema_session_connect_attrs_size is 0. Seen on MySQL 9.7: every account can read
 * `session_account_connect_attrs`, which has its own connections; `session_connect_attrs` has all, and needs SELECT on
 * performance_schema.
 */
export async function clientAttributes(connection: Connection): Promise<ClientAttributes> {
  const rows = await attributesFrom(connection, 'session_connect_attrs').catch(async (error: unknown) => {
    if (!(error instanceof Error && 'errno' in error && error.errno === ER_TABLEACCESS_DENIED_ERROR)) throw error;
    return await attributesFrom(connection, 'session_account_connect_attrs');
  });
  return {
    own: new Set(rows.flatMap(({ id, name, value }) => (name === TOKEN.name && value === TOKEN.value ? [id] : []))),
    any: new Set(rows.map(({ id }) => id)),
  };
}

interface Attribute {
  readonly id: string;
  readonly name: string;
  readonly value: string | null;
}

async function attributesFrom(connection: Connection, table: string): Promise<Attribute[]> {
  const sql = `SELECT CAST(PROCESSLIST_ID AS CHAR) AS id, ATTR_NAME AS name, ATTR_VALUE AS value FROM performance_schema.${table}`;
  const [rows] = await connection.query({ sql, timeout: 10_000 });
  return rows as Attribute[];
}
