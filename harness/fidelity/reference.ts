import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, usage } from '../errors.ts';
import { openForLoading } from '../mysql-connection.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { BLOCK, COPIED_LEGS, insertion, REFERENCE, TOUCHED, type ValueColumn, type ValueTable } from './legs.ts';
import type { ValueCase } from './value-case.ts';

/** Whatever a case holds can be written again: dates that are zero, ids that are, and the empty value of an ENUM. */
const WRITING = "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'";

/**
 * Writes the values of all cases into a database that does not move, on one side.
 *
 * @throws usage that names the case, if the server refuses its SQL.
 */
export async function loadReference(endpoint: ConnectionOptions, cases: readonly ValueCase[]): Promise<void> {
  const { database: _database, ...server } = endpoint;
  await sending(server, async (send) => await send(`CREATE DATABASE ${REFERENCE}`, REFERENCE));
  for (const { name, sql } of cases) {
    await sending({ ...endpoint, database: REFERENCE, multipleStatements: true }, async (send) => {
      await send(sql, `scenarios/fidelity/cases/${name}/values.sql`);
    });
  }
}

/** Creates the tables that move, with the rows that are copied. @returns how many rows. */
export async function loadTables(endpoint: ConnectionOptions, tables: readonly ValueTable[]): Promise<number> {
  return await sending(endpoint, async (send) => {
    for (const table of tables) {
      await send(`CREATE TABLE ${quoteName(table.name)} LIKE ${REFERENCE}.${quoteName(table.name)}`, table.name);
      for (const leg of COPIED_LEGS) await send(insertion(leg, table), table.name);
    }
    return tables.reduce((sum, { rows }) => sum + rows * COPIED_LEGS.length, 0);
  });
}

/** Sends statements to the side that serves writes. @param settings as for SET SESSION; none if empty. */
export async function writeValues(
  endpoint: ConnectionOptions,
  statements: readonly string[],
  settings: string,
): Promise<void> {
  await sending(endpoint, async (send) => {
    if (settings !== '') await send(`SET SESSION ${settings}`, settings);
    for (const sql of statements) await send(sql, sql);
  });
}

async function sending<T>(
  endpoint: ConnectionOptions,
  body: (send: (sql: string, where: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const connection = await openForLoading(endpoint);
  try {
    await connection.query(WRITING);
    return await body(async (sql, where) => {
      await connection.query(sql).catch((error: unknown) => {
        throw usage({ what: 'The server refuses a case of fidelity.', seen: messageOf(error), where, cause: error });
      });
    });
  } finally {
    connection.destroy();
  }
}

/**
 * Reads what a case's tables are like, from the reference.
 *
 * @throws usage if the rows of a table are not numbered 1, 2, 3 … , or it has no column with values.
 */
export async function readValueTables(
  read: Read,
  { name: caseName, tables, leftToServer, changedBy }: ValueCase,
): Promise<readonly ValueTable[]> {
  return await Promise.all(
    tables.map(async (name) => {
      const all = await read(COLUMNS, [REFERENCE, name]);
      const columns = all
        .filter(({ name: column }) => column !== 'id')
        .map((row) => columnOf(row, row['name'] === TOUCHED || leftToServer.has(row['name'] ?? '')));
      const [ids] = await read(
        `SELECT COUNT(*) AS n, MIN(id) AS low, MAX(id) AS high FROM ${REFERENCE}.${quoteName(name)}`,
      );
      const { n, low, high } = ids ?? {};
      const rows = Number(n);
      if (rows === 0 || low !== '1' || high !== n || rows >= BLOCK || columns.length < 2) {
        throw usage({
          what: 'A table of a case does not have the form that is needed.',
          expected: `\`touched\`, columns with values, and 1 to ${BLOCK - 1} rows, whose ids are 1, 2, 3 …`,
          seen: `${columns.length} columns beside id, ${n} rows, ids ${low} to ${high}`,
          where: `scenarios/fidelity/cases/${caseName}/values.sql, ${name}`,
        });
      }
      const own = [...changedBy].filter(([column]) => column.startsWith(`${name}.`));
      return {
        name,
        columns,
        rows,
        changedBy: new Map(own.map(([column, by]) => [column.slice(name.length + 1), by])),
      };
    }),
  );
}

const COLUMNS = `SELECT COLUMN_NAME AS name, DATA_TYPE AS dataType, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
    COLUMN_KEY AS part, EXTRA AS extra, COLLATION_NAME AS collation, SRS_ID AS srid
  FROM information_schema.columns WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;

function columnOf(row: Readonly<Record<string, string | null>>, isLeftToServer: boolean): ValueColumn {
  const { name, dataType, type, nullable, part, extra, collation, srid } = row;
  const more = [collation, srid === null ? null : `SRID ${srid}`].filter((each) => each !== null);
  return {
    name: name ?? '',
    dataType: (dataType ?? '').toLowerCase(),
    type: [type, ...more].join(' '),
    isNullable: nullable === 'YES',
    inKey: part === 'PRI',
    isGenerated: /\b(?:STORED|VIRTUAL) GENERATED\b/.test(extra ?? ''),
    isOfServer: isLeftToServer || /\bon update\b/i.test(extra ?? ''),
  };
}
