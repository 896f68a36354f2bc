import { integerRange, type Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { ByteRow } from '../schema/read.ts';
import { behind, orderBy, orderOf, placeOf, reversed, type Order } from './order.ts';
import { partsOf } from './ranges.ts';
import type { Snapshot } from './snapshot.ts';
import { formOf } from './values.ts';

/** The number of parts of the key's range from which a sample is taken in turn. */
const PARTS = 32;
/** The size of one statement's answer, going by the table's average row. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;

/** Where to continue reading: rows that meet `condition`, after the last one that was read. */
interface Cursor {
  readonly order: Order;
  readonly condition: string;
  /** The last row's values as SQL, in the sequence of the order's columns; null before the first row. */
  last: readonly string[] | null;
  /** How many rows to skip if there is no order. */
  passed: number;
}

/**
 * Reads rows of one table of a live source, one page per statement, each through an index. The same data and the same
 * number of rows give the same rows in the same order.
 */
export class TableReader {
  /** Columns with values of their own, in the order of a row's values. */
  readonly columns: readonly Column[];
  readonly #table: Table;
  readonly #snapshot: Snapshot;
  readonly #order: Order;
  readonly #select: string;
  readonly #pageRows: number;

  constructor(table: Table, snapshot: Snapshot) {
    this.#table = table;
    this.#snapshot = snapshot;
    this.columns = table.columns.filter(({ generated }) => generated === null);
    this.#order = orderOf(table);
    this.#select = `SELECT ${this.columns.map((column) => formOf(column).select).join(', ')} FROM ${quoteName(table.name)}`;
    const rowBytes = table.bytes / Math.max(1, table.rows);
    this.#pageRows = Math.max(1, Math.min(snapshot.rowsAtOnce, Math.floor(BYTES_AT_ONCE / Math.max(1, rowBytes))));
  }

  /**
   * Reads at most `wanted` rows, spread over the key: from equal parts of its range if it begins with a whole number,
   * or from both ends if it does not. Without a key, it reads the first rows.
   */
  async *sample(wanted: number): AsyncGenerator<readonly ByteRow[]> {
    const [first] = this.#order;
    if (first !== undefined && integerRange(first.column) !== null) yield* this.#fromParts(first.column, wanted);
    else if (first !== undefined) yield* this.#fromBothEnds(wanted);
    else yield* this.#pages(this.#cursor(''), wanted);
  }

  /**
   * Reads the rows that have one of these values in `columns`: all of them, or one for each value if `isOne`.
   *
   * @param keys the keys as SQL, each in the order of `columns`.
   */
  async *withKeys(
    columns: readonly string[],
    keys: readonly (readonly string[])[],
    isOne: boolean,
  ): AsyncGenerator<readonly ByteRow[]> {
    const names = columns.map(quoteName);
    const size = isOne ? 1 : Math.min(this.#pageRows, 200);
    for (let at = 0; at < keys.length; at += size) {
      const some = keys.slice(at, at + size).map((key) => `(${key.join(', ')})`);
      const where = ` WHERE (${names.join(', ')}) IN (${some.join(', ')})`;
      yield await this.#ask(`${where}${orderBy(this.#order)}${isOne ? ' LIMIT 1' : ''}`);
    }
  }

  /** Reads in rounds: if one part of the range lacks rows, parts that have more supply them. */
  async *#fromParts(column: Column, wanted: number): AsyncGenerator<readonly ByteRow[]> {
    const name = quoteName(column.name);
    const [[low, high] = []] = await this.#snapshot.rows(
      `SELECT MIN(${name}), MAX(${name}) FROM ${quoteName(this.#table.name)}`,
      this.#about,
    );
    if (!low || !high) return;
    const range = { low: BigInt(low.toString('latin1')), high: BigInt(high.toString('latin1')) };
    let open = partsOf(range, Math.min(PARTS, wanted)).map((part) =>
      this.#cursor(`${name} BETWEEN ${part.low} AND ${part.high}`),
    );
    let left = wanted;
    while (left > 0 && open.length > 0) {
      const share = Math.ceil(left / open.length);
      const ended = new Set<Cursor>();
      for (const cursor of open) {
        const asked = Math.min(share, left);
        const got = yield* this.#pages(cursor, asked);
        left -= got;
        if (got < asked) ended.add(cursor);
      }
      open = open.filter((cursor) => !ended.has(cursor));
    }
  }

  async *#fromBothEnds(wanted: number): AsyncGenerator<readonly ByteRow[]> {
    const begin = this.#cursor('');
    const asked = Math.ceil(wanted / 2);
    const got = yield* this.#pages(begin, asked);
    if (got < asked || begin.last === null) return;
    const end = { ...this.#cursor(behind(this.#order, begin.last)), order: reversed(this.#order) };
    yield* this.#pages(end, wanted - got);
  }

  #cursor(condition: string): Cursor {
    return { order: this.#order, condition, last: null, passed: 0 };
  }

  /** @returns how many rows it yielded. */
  async *#pages(cursor: Cursor, wanted: number): AsyncGenerator<readonly ByteRow[], number> {
    let given = 0;
    while (given < wanted) {
      const asked = Math.min(this.#pageRows, wanted - given);
      const { order, condition, last, passed } = cursor;
      const conditions = [condition, last === null ? '' : behind(order, last)].filter((each) => each !== '');
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map((each) => `(${each})`).join(' AND ')}`;
      const offset = order.length === 0 && passed > 0 ? ` OFFSET ${passed}` : '';
      const rows = await this.#ask(`${where}${orderBy(order)} LIMIT ${asked}${offset}`);
      const end = rows.at(-1);
      if (end !== undefined && order.length > 0) cursor.last = placeOf(order, this.columns, end);
      cursor.passed += rows.length;
      given += rows.length;
      if (rows.length > 0) yield rows;
      if (rows.length < asked) break;
    }
    return given;
  }

  async #ask(tail: string): Promise<readonly ByteRow[]> {
    return await this.#snapshot.rows(`${this.#select}${tail}`, this.#about);
  }

  get #about(): string {
    return `rows of ${this.#table.name}`;
  }
}
