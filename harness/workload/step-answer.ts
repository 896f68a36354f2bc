import type { FieldPacket, ResultSetHeader } from 'mysql2';
import { trouble } from '../errors.ts';
import { LAST_INSERT_ID } from '../fixture/check-steps.ts';
import type { Value } from './generate.ts';

/** The type of a BIGINT in MySQL's protocol; mysql2 has it only for CommonJS. */
const LONGLONG = 8;

/** What a server answered to one statement of a transaction. */
export interface StepAnswer {
  /** The names of the columns of the rows that it returned first; empty if it returned none. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** The effect that it reports; null for a statement that only returns rows. */
  readonly done: ResultSetHeader | null;
}

/** Returns an answer in a uniform way, from a connection that reads rows as arrays, and long integers as text. */
export function stepAnswer(result: unknown, fields: readonly unknown[] | undefined): StepAnswer {
  if (!Array.isArray(result)) return { columns: [], rows: [], done: headerOf(result) };
  const results: readonly unknown[] = result;
  // A procedure returns several results, each with its fields, and finally reports its effect.
  const isProcedure = fields === undefined || fields.some((each) => each === undefined || Array.isArray(each));
  if (!isProcedure) return { ...rowsOf(results, fields), done: null };
  const at = (fields ?? []).findIndex((each) => Array.isArray(each));
  const rows = at < 0 ? { columns: [], rows: [] } : rowsOf(results[at], fields?.[at]);
  return { ...rows, done: headerOf(results.at(-1)) };
}

function headerOf(result: unknown): ResultSetHeader | null {
  const isHeader = typeof result === 'object' && result !== null && 'insertId' in result;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows have no such field
  return isHeader ? (result as ResultSetHeader) : null;
}

function rowsOf(rows: unknown, fields: unknown): Pick<StepAnswer, 'columns' | 'rows'> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what mysql2 gives for rows as arrays
  const columns = fields as readonly FieldPacket[];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const all = rows as readonly (readonly unknown[])[];
  return {
    columns: columns.map(({ name }) => name),
    rows: all.map((row) => row.map((value, at) => valueOf(value, columns[at]))),
  };
}

/** An application represents a whole number as a number if it can, and sends it without quotes. */
function valueOf(value: unknown, field: FieldPacket | undefined): Value {
  if (value === null || typeof value === 'number' || Buffer.isBuffer(value)) return value;
  if (typeof value !== 'string') return JSON.stringify(value);
  const isWhole = field?.columnType === LONGLONG && Number.isSafeInteger(Number(value));
  return isWhole ? Number(value) : value;
}

/**
 * Returns the values that later steps get from an answer, by name, or null if there is nothing to save: no row, or no
 * number that the server generated.
 *
 * @param saves what each name stands for.
 * @param insertId the exact number that the server generated, or 0 for none.
 */
export function savedFrom(
  saves: Readonly<Record<string, string>>,
  { columns, rows, done }: StepAnswer,
  insertId: number | string,
): ReadonlyMap<string, Value> | null {
  const [row] = rows;
  const saved = new Map<string, Value>();
  for (const [name, what] of Object.entries(saves)) {
    if (what === LAST_INSERT_ID && done !== null) {
      if (Number(insertId) === 0) return null;
      saved.set(name, insertId);
      continue;
    }
    const at = columns.findIndex((column) => column.toLowerCase() === what.toLowerCase());
    if (at < 0) throw noColumn(what, columns);
    if (row === undefined) return null;
    saved.set(name, row[at] ?? null);
  }
  return saved;
}

function noColumn(what: string, columns: readonly string[]): Error {
  return trouble({
    what: `A step of a transaction saves ${what}, which is not a column of its rows.`,
    expected: columns.join(', '),
    next: 'Correct `saves` of that step; an expression needs a name, as in SELECT COUNT(*) AS pieces.',
  });
}
