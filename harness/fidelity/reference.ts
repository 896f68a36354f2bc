import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, usage } from '../errors.ts';
import { openForLoading } from '../mysql-connection.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { readExactRows } from './exact-values.ts';
import { stoppingTables } from './expected.ts';
import { BLOCK, COPIED_LEGS, insertion, REFERENCE, TOUCHED, type ValueColumn, type ValueTable } from './legs.ts';
import type { ValueCase } from './value-case.ts';

/**
 * Allows every value of a case to be written again: zero or invalid dates, an id of 0, and the empty value of an ENUM.
 */
const WRITING = "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00'";

/**
 * Writes the values of all cases into a database that does not move, on one side.
 *
 * @throws usage naming the case if the server refuses its SQL.
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

/** Creates the tables of a case that move, with the rows that are copied. @returns how many rows. */
export async function loadTables(
  endpoint: ConnectionOptions,
  { shapes, writesWith }: { readonly shapes: readonly ValueTable[]; readonly writesWith: string },
): Promise<number> {
  return await sending(endpoint, async (send) => {
    if (writesWith !== '') await send(`SET SESSION ${writesWith}`, writesWith);
    for (const table of shapes) {
      await send(`CREATE TABLE ${quoteName(table.name)} LIKE ${REFERENCE}.${quoteName(table.name)}`, table.name);
      for (const leg of COPIED_LEGS) await send(insertion(leg, table), table.name);
    }
    return shapes.reduce((sum, { rows }) => sum + rows * COPIED_LEGS.length, 0);
  });
}

/** Creates the tables that the target has before the copy. */
export async function createOnTarget(
  endpoint: ConnectionOptions,
  { name, onTarget }: Pick<ValueCase, 'name' | 'onTarget'>,
): Promise<void> {
  if (onTarget.sql === '') return;
  await sending({ ...endpoint, multipleStatements: true }, async (send) => {
    await send(onTarget.sql, `scenarios/fidelity/cases/${name}/target.sql`);
  });
}

/** Sends statements to the side that serves writes. @param settings assignments for SET SESSION; may be empty. */
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
 * Reads the structure of a case's tables from the reference.
 *
 * @throws usage if the rows of a table are not numbered 1, 2, 3 … , or it has no column with values, or a change would
 *   leave a row as it is.
 */
export async function readValueTables(read: Read, valueCase: ValueCase): Promise<readonly ValueTable[]> {
  const { tables, leftToServer, changedBy } = valueCase;
  return await Promise.all(
    tables.map(async (name) => {
      const all = await read(COLUMNS, [REFERENCE, name]);
      const columns = all
        .filter(({ name: column }) => column !== 'id')
        .map((row) => columnOf(row, row['name'] === TOUCHED || leftToServer.has(row['name'] ?? '')));
      const [counted] = await read(
        `SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids, MIN(id) AS low, MAX(id) AS high FROM ${REFERENCE}.${quoteName(name)}`,
      );
      const { n, ids, low, high } = counted ?? {};
      const rows = Number(n);
      if (rows === 0 || ids !== n || low !== '1' || high !== n || rows >= BLOCK || columns.length < 2) {
        throw otherForm(valueCase, name, {
          expected: `\`touched\`, columns with values, and 1 to ${BLOCK - 1} rows, whose ids are 1, 2, 3 …`,
          seen: `${columns.length} columns beside id, ${n} rows, ${ids} ids from ${low} to ${high}`,
        });
      }
      refuseManyValues(valueCase, name, rows);
      const own = [...changedBy].filter(([column]) => column.startsWith(`${name}.`));
      const table: ValueTable = {
        name,
        columns,
        rows,
        changedBy: new Map(own.map(([column, by]) => [column.slice(name.length + 1), by])),
      };
      await refuseEqualNeighbours(read, valueCase, table);
      return table;
    }),
  );
}

/**
 * Refuses a case in which a change would have no effect. A row changes to the values of the next one, and the last to
 * those of the first; if the two are equal, the leg would show nothing. A case that stops at the copy never gets there.
 */
async function refuseEqualNeighbours(read: Read, valueCase: ValueCase, table: ValueTable): Promise<void> {
  if (valueCase.stops.some(({ on }) => on.has('there copied'))) return;
  const rows = await readExactRows(read, `${REFERENCE}.${quoteName(table.name)}`, table);
  const judged = table.columns.filter(({ isOfServer }) => !isOfServer);
  const values = (row: number) => JSON.stringify(judged.map(({ name }) => rows.get(row)?.get(name) ?? null));
  for (let row = 1; row <= table.rows; row++) {
    const next = (row % table.rows) + 1;
    if (values(row) !== values(next)) continue;
    throw otherForm(valueCase, table.name, {
      expected: 'at least 2 rows, each with other values than the next, and the last than the first',
      seen: row === next ? '1 row' : `the same values in rows ${row} and ${next}`,
    });
  }
}

/**
 * Refuses a table whose later values would prove nothing. A stream stops at the first value that it cannot read, so a
 * table at which it is to stop has one value, and another one that a change can turn it into.
 */
function refuseManyValues(valueCase: ValueCase, table: string, rows: number): void {
  const { stops, tables } = valueCase;
  if (rows <= 2 || !stops.some((stop) => stoppingTables(stop, tables).includes(table))) return;
  throw otherForm(valueCase, table, {
    expected: 'one value at which the stream stops, and one at which it does not',
    seen: `${rows} rows`,
  });
}

function otherForm(
  { name }: ValueCase,
  table: string,
  { expected, seen }: { readonly expected: string; readonly seen: string },
) {
  return usage({
    what: 'A table of a case does not have the form that is needed.',
    expected,
    seen,
    where: `scenarios/fidelity/cases/${name}/values.sql, ${table}`,
  });
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
