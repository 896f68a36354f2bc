import type { Column } from '../schema/columns.ts';
import { quoteName } from '../schema/quote.ts';
import type { ByteRow } from '../schema/read.ts';
import type { Replace } from './personal.ts';
import { formOf, isNoMember } from './values.ts';

const STATEMENT_LENGTH = 1024 * 1024;

/** Rows are inserted in full or not at all, and dates that only other modes allow are accepted. */
export const ROW_MODE = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
/** A hint for rows with the empty value of an ENUM. */
const LENIENT = "/*+ SET_VAR(sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES') */ ";

/** Makes INSERTs from a table's rows; personal values are replaced, and NULL stays NULL. */
export class Inserts {
  readonly #table: string;
  readonly #columns: readonly Column[];
  readonly #writers: readonly ((bytes: Buffer, row: number) => string)[];
  #rows = 0;

  constructor(table: string, columns: readonly Column[], replace: ReadonlyMap<string, Replace>) {
    this.#table = table;
    this.#columns = columns;
    this.#writers = columns.map((column) => {
      const made = replace.get(column.name);
      return made === undefined ? formOf(column).write : (_, row) => made(row);
    });
  }

  *of(rows: readonly ByteRow[]): Generator<string> {
    let values: string[] = [];
    let length = 0;
    let isLenient = false;
    for (const row of rows) {
      const text = this.#write(row);
      isLenient ||= this.#columns.some((column, at) => isNoMember(column, row[at] ?? null));
      values.push(text);
      length += text.length;
      if (length < STATEMENT_LENGTH) continue;
      yield this.#statement(values, isLenient);
      [values, length, isLenient] = [[], 0, false];
    }
    if (values.length > 0) yield this.#statement(values, isLenient);
  }

  #write(row: ByteRow): string {
    const number = this.#rows++;
    const values = this.#writers.map((write, at) => {
      const bytes = row[at] ?? null;
      return bytes === null ? 'NULL' : write(bytes, number);
    });
    return `(${values.join(',')})`;
  }

  #statement(values: readonly string[], isLenient: boolean): string {
    const names = this.#columns.map(({ name }) => quoteName(name)).join(', ');
    return `INSERT ${isLenient ? LENIENT : ''}INTO ${quoteName(this.#table)} (${names}) VALUES ${values.join(',')}`;
  }
}
