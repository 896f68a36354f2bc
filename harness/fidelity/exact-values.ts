import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import type { ValueColumn, ValueTable } from './legs.ts';
import { pathsIn } from './json-paths.ts';

/**
 * The exact values of a row as text, by column; null for NULL. Strings are their bytes in hexadecimal digits, ENUM and
 * SET also have their number, FLOAT is shown as a DOUBLE, and JSON has the type of each of its parts.
 */
export type ExactRow = ReadonlyMap<string, string | null>;

/** The rows of a table by `id`. */
export type ExactRows = ReadonlyMap<number, ExactRow>;

/** Values with more bytes are shown by their length and a hash. */
const MOST_BYTES = 48;

const TEXTS = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext']);
const NUMBERED = new Set(['enum', 'set']);
// oxfmt-ignore
const PLAIN = new Set([
  'tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'date', 'datetime', 'timestamp', 'time', 'year',
]);

/**
 * Reads all rows of a table.
 *
 * @param from the table, quoted, with its database if it is not that of the connection.
 */
export async function readExactRows(read: Read, from: string, { columns }: ValueTable): Promise<ExactRows> {
  const forms = columns.map(({ name, dataType }, at) => `${exactForm(quoteName(name), dataType)} AS c${at}`);
  const rows = await read(`SELECT ${['id', ...forms].join(', ')} FROM ${from}`);
  const documents = columns.map((column, at) => ({ column, at })).filter(({ column }) => column.dataType === 'json');
  const typed = await Promise.all(
    documents.map(async ({ column, at }) => {
      const paths = new Map(rows.map((row) => [Number(row['id']), pathsIn(row[`c${at}`] ?? '0')]));
      return { at, types: await leafTypes(read, { from, column, paths }) };
    }),
  );
  return new Map(
    rows.map((row) => {
      const id = Number(row['id']);
      const values = columns.map(({ name }, at): [string, string | null] => {
        const types = typed.find((each) => each.at === at)?.types.get(id);
        const value = row[`c${at}`] ?? null;
        return [name, value === null || types === undefined ? value : `${value} | ${types}`];
      });
      return [id, new Map(values)];
    }),
  );
}

function exactForm(name: string, dataType: string): string {
  if (NUMBERED.has(dataType)) {
    const number = `CAST(${name} AS UNSIGNED)`;
    return `IF(${name} IS NULL, NULL, CONCAT_WS(' ', ${number}, NULLIF(HEX(${name}), '')))`;
  }
  if (dataType === 'float' || dataType === 'double') return `CAST(${name} AS DOUBLE)`;
  if (dataType === 'bit') return `CAST(${name} AS UNSIGNED)`;
  if (dataType === 'json') return `CAST(${name} AS CHAR)`;
  if (PLAIN.has(dataType)) return `CAST(${name} AS CHAR)`;
  const length = TEXTS.has(dataType) ? `LENGTH(${name})` : `OCTET_LENGTH(${name})`;
  return `IF(${length} > ${MOST_BYTES}, CONCAT(${length}, ' bytes, SHA-256 ', SHA2(${name}, 256)), HEX(${name}))`;
}

interface Documents {
  readonly from: string;
  readonly column: ValueColumn;
  /** The paths of each document's parts, by id. */
  readonly paths: ReadonlyMap<number, readonly string[]>;
}

/** Returns the types of each document's parts by id, such as `$ OBJECT, $."a" DATE`. */
async function leafTypes(read: Read, { from, column, paths }: Documents): Promise<ReadonlyMap<number, string>> {
  const all = [...new Set([...paths.values()].flat())];
  const types = all.map((_, at) => `JSON_TYPE(JSON_EXTRACT(${quoteName(column.name)}, ?)) AS t${at}`);
  const rows = await read(`SELECT ${['id', ...types].join(', ')} FROM ${from}`, all);
  return new Map(
    rows.map((row) => {
      const id = Number(row['id']);
      // MySQL also returns a value for a path such as $[0] if the document is not an array.
      const own = (paths.get(id) ?? []).map((each) => `${each} ${row[`t${all.indexOf(each)}`] ?? 'nothing'}`);
      return [id, own.join(', ')];
    }),
  );
}
