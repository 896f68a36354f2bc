import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection, withLook } from '../cluster/mysql-endpoint.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import { lookUntil } from '../wait.ts';
import { primaryEndpoint, type MigrationContext } from './context.ts';
import { countRows } from '../schema/count-rows.ts';

/** What is known about a table's rows from the beginning of a comparison to its end. */
export interface RowsThroughout {
  /** Rows at the beginning: counted, estimated by the server, or 1 if all that is known is that there was one. */
  readonly rows: number;
  readonly basis: 'counted' | 'estimated' | 'not empty';
  /** Rows that anyone has deleted since; null if that is unknown, as when a foreign key's cascade deletes rows. */
  readonly deleted: number | null;
}

/** What was there when a comparison began. */
export interface RowsAtBeginning {
  /** The rows of all tables together; 0 if the number is unknown. */
  readonly total: number;
  /** Returns which rows were there throughout; call it when the comparison has ended. */
  readonly throughout: () => Promise<ReadonlyMap<string, RowsThroughout>>;
}

type Basis = Omit<RowsThroughout, 'deleted'>;

/** MySQL's manual says that an estimate may be off by 40 to 50 percent. */
const SURE_SHARE = 0.5;

/**
 * How long transactions that were open at the beginning may take to end; they contain the application's last writes.
 */
const SETTLE_MS = 5_000;

/**
 * Returns how many rows were certainly there throughout, and must have been compared: the rows at the beginning, less
 * those deleted since. It is at least one, unless the table was empty.
 */
export function surelyThroughout({ rows, basis, deleted }: RowsThroughout): number {
  if (rows === 0) return 0;
  if (basis === 'not empty' || deleted === null) return 1;
  return Math.max(1, Math.floor(basis === 'estimated' ? rows * SURE_SHARE : rows) - deleted);
}

/**
 * Looks at the rows of the tables on the side that serves writes. On the run's own servers, every table is counted. On
 * other servers nothing is counted; this reads their own estimates, and whether there is any row at all.
 */
export async function rowsAtBeginning(
  context: MigrationContext,
  serving: Side,
  tables: readonly string[],
): Promise<RowsAtBeginning> {
  const { cluster } = context;
  if (!cluster.hasMysqls) {
    const vtgate = await cluster.vtgate();
    const found = await withLook(vtgate.harnessEndpoint(cluster.sourceKeyspace), async (connection) => {
      return await anyRow(connection, tables);
    });
    return { total: 0, throughout: async () => withDeleted(found, () => null) };
  }
  const endpoint = await primaryEndpoint(context, serving);
  return await withConnection(endpoint, async (connection) => {
    const before = await deletesCounted(connection, tables);
    const hasSettled = await untilSettled(connection);
    const found = cluster.existing === null ? await counted(connection, tables) : await estimated(connection, tables);
    const throughout = async () => {
      const after = await withLook(endpoint, async (later) => await deletesCounted(later, tables));
      return withDeleted(found, (table) => (hasSettled ? difference(before, after, table) : null));
    };
    return { total: [...found.values()].reduce((sum, { rows }) => sum + rows, 0), throughout };
  });
}

function withDeleted(
  found: ReadonlyMap<string, Basis>,
  deletedFrom: (table: string) => number | null,
): ReadonlyMap<string, RowsThroughout> {
  return new Map([...found].map(([table, basis]) => [table, { ...basis, deleted: deletedFrom(table) }]));
}

async function counted(connection: Connection, tables: readonly string[]): Promise<ReadonlyMap<string, Basis>> {
  const counts = await countRows(connection, tables);
  return new Map([...counts].map(([table, rows]) => [table, { rows, basis: 'counted' }]));
}

async function estimated(connection: Connection, tables: readonly string[]): Promise<ReadonlyMap<string, Basis>> {
  // MySQL caches estimates for a day by default.
  await connection.query('SET SESSION information_schema_stats_expiry = 0');
  const found = await queryRows<{ name: string; total: string | null }>(
    connection,
    `SELECT TABLE_NAME AS name, TABLE_ROWS AS total FROM information_schema.tables
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)`,
    [tables],
  );
  const estimates = new Map(found.map(({ name, total }) => [name, Number(total ?? 0)]));
  const any = await anyRow(connection, tables);
  return new Map(
    [...any].map(([table, basis]) => {
      const rows = estimates.get(table) ?? 0;
      return [table, basis.rows === 0 || rows <= 1 ? basis : { rows, basis: 'estimated' }];
    }),
  );
}

/** Reads one row of each table, however large it is. */
async function anyRow(connection: Connection, tables: readonly string[]): Promise<ReadonlyMap<string, Basis>> {
  const found = new Map<string, Basis>();
  for (const table of tables) {
    const rows = await queryRows(connection, `SELECT 1 FROM ${quoteName(table)} LIMIT 1`);
    found.set(table, { rows: rows.length, basis: 'not empty' });
  }
  return found;
}

/**
 * Returns how many rows the server has deleted from each table since it started, on anyone's behalf, by DELETE,
 * REPLACE, or a trigger. What a foreign key's cascade deletes is not counted, so a table with one has no figure. The
 * result is null if the server does not count, or does not show this account the counts.
 */
async function deletesCounted(
  connection: Connection,
  tables: readonly string[],
): Promise<ReadonlyMap<string, number> | null> {
  try {
    const [instrument] = await queryRows<{ enabled: string }>(
      connection,
      `SELECT ENABLED AS enabled FROM performance_schema.setup_instruments WHERE NAME = 'wait/io/table/sql/handler'`,
    );
    if (instrument?.enabled !== 'YES') return null;
    const cascades = await queryRows<{ name: string }>(
      connection,
      `SELECT TABLE_NAME AS name FROM information_schema.referential_constraints
        WHERE CONSTRAINT_SCHEMA = DATABASE() AND DELETE_RULE = 'CASCADE'`,
    );
    const deletes = await queryRows<{ name: string; deletes: string }>(
      connection,
      `SELECT OBJECT_NAME AS name, COUNT_DELETE AS deletes FROM performance_schema.table_io_waits_summary_by_table
        WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA = DATABASE() AND OBJECT_NAME IN (?)`,
      [tables],
    );
    const figures = new Map(deletes.map(({ name, deletes: count }) => [name, Number(count)]));
    for (const { name } of cascades) figures.set(name, NaN);
    return figures;
  } catch {
    return null;
  }
}

/**
 * Waits until every transaction that was open at the beginning has ended, because deletes that were counted before it
 * may be committed after it. @returns false if one is still open, or the server does not show them.
 */
async function untilSettled(connection: Connection): Promise<boolean> {
  const open = async () =>
    await queryRows<{ id: string }>(
      connection,
      `SELECT CONCAT(THREAD_ID, '-', EVENT_ID) AS id FROM performance_schema.events_transactions_current
        WHERE STATE = 'ACTIVE' AND ACCESS_MODE = 'READ WRITE' AND THREAD_ID <> PS_CURRENT_THREAD_ID()`,
    );
  try {
    const [consumer] = await queryRows<{ enabled: string }>(
      connection,
      `SELECT MIN(ENABLED) AS enabled FROM (
         SELECT ENABLED FROM performance_schema.setup_instruments WHERE NAME = 'transaction'
         UNION ALL SELECT ENABLED FROM performance_schema.setup_consumers WHERE NAME = 'events_transactions_current'
       ) AS both_of_them`,
    );
    if (consumer?.enabled !== 'YES') return false;
    const first = new Set((await open()).map(({ id }) => id));
    const { done } = await lookUntil({ timeoutMs: SETTLE_MS }, async () => {
      const left = first.size === 0 ? [] : (await open()).filter(({ id }) => first.has(id));
      return { done: left.length === 0 || undefined, seen: `${left.length} transaction(s)` };
    });
    return done === true;
  } catch {
    return false;
  }
}

/** Returns null if it is unknown, because a counter that went down was reset. */
function difference(
  before: ReadonlyMap<string, number> | null,
  after: ReadonlyMap<string, number> | null,
  table: string,
): number | null {
  const now = after?.get(table);
  if (before === null || now === undefined) return null;
  // A table that was never used has no counter.
  const deleted = now - (before.get(table) ?? 0);
  return deleted >= 0 ? deleted : null;
}
