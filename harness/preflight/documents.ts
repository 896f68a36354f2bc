import { primaryKey, type Database, type Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { rowsAtEnds } from './rows-at-ends.ts';
import { refusalOf } from './unread.ts';

/** Which rows to look at: all of them, or those at both ends of a table's primary key. */
export type DocumentRows = 'all' | 'ends';

/** A column with documents that contain an empty key. */
export interface EmptyKeysSeen {
  readonly table: string;
  readonly column: string;
  /** How many documents were looked at, and how many of them were found. */
  readonly looked: number;
  readonly found: number;
  readonly isWhole: boolean;
  /** The key of one such row. */
  readonly key: string;
}

/** A column with documents that contain values that JSON text cannot express. */
export interface DocumentsSeen extends EmptyKeysSeen {
  /** The paths of the values in that row; empty if the document is too long to tell. */
  readonly leaves: readonly { readonly path: string; readonly type: string }[];
}

/** The result of a look at the documents of a database. */
export interface DocumentsLook {
  readonly seen: readonly DocumentsSeen[];
  /** Columns with documents that contain an empty key. */
  readonly emptyKeys: readonly EmptyKeysSeen[];
  /** Columns that took too long, or that the account may not read, such as `product.details`. */
  readonly notLookedAt: readonly string[];
}

export const NO_DOCUMENTS: DocumentsLook = { seen: [], emptyKeys: [], notLookedAt: [] };

const TIMEOUT_MS: Readonly<Record<DocumentRows, number>> = { all: 30_000, ends: 2_000 };
const MOST_LEAVES = 3;
/** The most bytes of paths that are read from one document. */
const MOST_BYTES = 1_000_000;
const ER_QUERY_TIMEOUT = 3024;

const STRINGS = "JSON_SEARCH(d, 'all', '%')";
/** These values look like strings in the document's text, and become strings when it is parsed again. */
const STRINGS_OF_TEXT = "JSON_SEARCH(CAST(CAST(d AS CHAR) AS JSON), 'all', '%')";
const HAS_EMPTY_KEY = `JSON_CONTAINS_PATH(d, 'one', '$**.""')`;
const HAS_OTHERS = `NOT (${STRINGS} <=> ${STRINGS_OF_TEXT})`;

/** Looks for DATE, TIME, DATETIME and binary values, and for empty keys, in the documents of all tables. */
export async function readDocuments(read: Read, { tables }: Database, rows: DocumentRows): Promise<DocumentsLook> {
  const seen: DocumentsSeen[] = [];
  const emptyKeys: EmptyKeysSeen[] = [];
  const notLookedAt: string[] = [];
  for (const table of tables) {
    for (const { name: column } of table.columns.filter(
      ({ type, generated }) => type === 'json' && generated === null,
    )) {
      try {
        const found = await look(read, { table, column, rows });
        seen.push(...found.seen);
        emptyKeys.push(...found.emptyKeys);
      } catch (error) {
        if (!isTooSlow(error) && refusalOf(error) === null) throw error;
        notLookedAt.push(`${table.name}.${column}`);
      }
    }
  }
  return { seen, emptyKeys, notLookedAt };
}

interface DocumentColumn {
  readonly table: Table;
  readonly column: string;
  readonly rows: DocumentRows;
}

async function look(read: Read, place: DocumentColumn): Promise<Omit<DocumentsLook, 'notLookedAt'>> {
  const hint = `/*+ MAX_EXECUTION_TIME(${TIMEOUT_MS[place.rows]}) */`;
  const from = `FROM ${rowsOf(place)} AS seen`;
  const [counted] = await read(
    `SELECT ${hint} COUNT(*) AS looked, SUM(${HAS_OTHERS}) AS found, SUM(${HAS_EMPTY_KEY}) AS emptyKeys ${from}`,
  );
  const [found, emptyKeys] = [Number(counted?.['found'] ?? 0), Number(counted?.['emptyKeys'] ?? 0)];
  const { table, column, rows } = place;
  const seen = { table: table.name, column, looked: Number(counted?.['looked'] ?? 0), isWhole: rows === 'all' };
  return {
    seen: found === 0 ? [] : [{ ...seen, found, ...(await example(read, from, hint)) }],
    emptyKeys: emptyKeys === 0 ? [] : [{ ...seen, found: emptyKeys, key: await keyOfOne(read, from, hint) }],
  };
}

async function keyOfOne(read: Read, from: string, hint: string): Promise<string> {
  const [row] = await read(`SELECT ${hint} k AS k ${from} WHERE ${HAS_EMPTY_KEY} ORDER BY k LIMIT 1`);
  return row?.['k'] ?? '';
}

/** Returns one row with values that JSON text cannot express. */
async function example(read: Read, from: string, hint: string): Promise<Pick<DocumentsSeen, 'key' | 'leaves'>> {
  const [row] = await read(
    `SELECT ${hint} k AS k, ${bounded(STRINGS)} AS strings, ${bounded(STRINGS_OF_TEXT)} AS ofText
     ${from} WHERE ${HAS_OTHERS} ORDER BY k LIMIT 1`,
  );
  const key = row?.['k'] ?? '';
  const strings = pathsIn(row?.['strings']);
  const paths = pathsIn(row?.['ofText']).filter((path) => !strings.includes(path));
  return { key, leaves: await typesOf(read, { from, hint, key, paths: paths.slice(0, MOST_LEAVES) }) };
}

function bounded(paths: string): string {
  return `IF(LENGTH(${paths}) <= ${MOST_BYTES}, CAST(${paths} AS CHAR), NULL)`;
}

function rowsOf({ table, column, rows }: DocumentColumn): string {
  const key = primaryKey(table).map(quoteName);
  const keyed = key.length === 0 ? "''" : `CONCAT_WS(',', ${key.join(', ')})`;
  const select = `${keyed} AS k, ${quoteName(column)} AS d`;
  return rows === 'all' ? `(SELECT ${select} FROM ${quoteName(table.name)})` : rowsAtEnds(table, select);
}

async function typesOf(
  read: Read,
  one: { readonly from: string; readonly hint: string; readonly key: string; readonly paths: readonly string[] },
): Promise<DocumentsSeen['leaves']> {
  const { from, hint, key, paths } = one;
  if (paths.length === 0) return [];
  const types = paths.map((_, at) => `JSON_TYPE(JSON_EXTRACT(d, ?)) AS t${at}`);
  const sql = `SELECT ${hint} ${types.join(', ')} ${from} WHERE k = ? AND ${HAS_OTHERS} LIMIT 1`;
  const [row] = await read(sql, [...paths, key]);
  return paths.map((path, at) => ({ path, type: row?.[`t${at}`] ?? 'unknown' }));
}

/** JSON_SEARCH returns one path, several, or NULL. */
function pathsIn(text: string | null | undefined): readonly string[] {
  if (text === null || text === undefined) return [];
  const paths: unknown = JSON.parse(text);
  return Array.isArray(paths) ? paths.map(String) : [String(paths)];
}

function isTooSlow(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno === ER_QUERY_TIMEOUT;
}
