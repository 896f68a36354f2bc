import type { Column } from '../schema/columns.ts';
import type { Index } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import { formOf } from './values.ts';

/** A column that determines the order in which rows are read. */
export interface OrderPart {
  readonly column: Column;
  readonly isDescending: boolean;
}

/**
 * Returns a total order of the rows that an index has: that of the primary key, or else of a unique key.
 */
export type Order = readonly OrderPart[];

/** Returns an empty order if no key distinguishes all rows by its columns alone. */
export function orderOf(table: Table): Order {
  const unique = table.indexes.filter((index) => index.unique && index.type === 'BTREE');
  const sorted = unique.toSorted((a, b) => Number(b.name === 'PRIMARY') - Number(a.name === 'PRIMARY'));
  for (const index of sorted) {
    const order = partsOf(index, table);
    if (order !== null) return order;
  }
  return [];
}

function partsOf({ parts }: Index, table: Table): Order | null {
  const order = parts.flatMap(({ column: name, length, descending }) => {
    const column = table.columns.find((each) => each.name === name);
    const isWhole = column !== undefined && length === null && !column.isNullable && column.generated === null;
    return isWhole ? [{ column, isDescending: descending }] : [];
  });
  return order.length === parts.length ? order : null;
}

/** Returns the reverse order. */
export function reversed(order: Order): Order {
  return order.map(({ column, isDescending }) => ({ column, isDescending: !isDescending }));
}

export function orderBy(order: Order): string {
  if (order.length === 0) return '';
  const parts = order.map(({ column, isDescending }) => `${quoteName(column.name)}${isDescending ? ' DESC' : ''}`);
  return ` ORDER BY ${parts.join(', ')}`;
}

/**
 * Returns SQL for the rows after one with these values. A row comparison would be shorter, but MySQL does not use an
 * index range for it (its manual, “Range Optimization of Row Constructor Expressions”).
 *
 * @param values the values as SQL, in the sequence of the order's columns.
 */
export function behind(order: Order, values: readonly string[]): string {
  const alternatives = order.map((part, at) => {
    const before = order.slice(0, at).map(({ column }, place) => `${quoteName(column.name)} = ${values[place]}`);
    return [...before, `${quoteName(part.column.name)} ${part.isDescending ? '<' : '>'} ${values[at]}`].join(' AND ');
  });
  const [first] = order;
  if (first === undefined || order.length === 1) return alternatives.join('');
  const bound = `${quoteName(first.column.name)} ${first.isDescending ? '<=' : '>='} ${values[0]}`;
  return `${bound} AND (${alternatives.map((each) => `(${each})`).join(' OR ')})`;
}

/** Returns the order's values of a row with these `columns`, as SQL. */
export function placeOf(order: Order, columns: readonly Column[], row: readonly (Buffer | null)[]): readonly string[] {
  return order.map(({ column }) => {
    const at = columns.findIndex(({ name }) => name === column.name);
    return formOf(column).write(row[at] ?? Buffer.alloc(0));
  });
}
