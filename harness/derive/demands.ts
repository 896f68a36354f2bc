import type { Table } from '../schema/database.ts';
import type { Partitioning } from '../schema/partitions.ts';
import { namesColumn } from '../schema/quote.ts';

/** A condition on a table's rows that the server checks: a CHECK, a unique key, the partitions. */
export interface Demand {
  /** Its name for a person, such as `CHECK ck_amount`. */
  readonly name: string;
  readonly kind: 'check' | 'unique' | 'partition' | 'column' | 'other';
  /** The columns on whose values it depends, and to which a statement can give a value. */
  readonly columns: readonly string[];
  /** SQL that shows which values would be accepted. */
  readonly texts: readonly string[];
}

/** A server's error about the values of a row. */
export interface ValueRefusal {
  readonly errno: number;
  readonly message: string;
}

/** Returns the conditions on a table's rows, beyond the types of its columns. */
export function demandsOf(table: Table, partitioning: Partitioning | undefined): Demand[] {
  const demands: Demand[] = [];
  for (const { name, clause, enforced } of table.checks) {
    if (!enforced) continue;
    demands.push({ name: `CHECK ${name}`, kind: 'check', columns: columnsIn(clause, table), texts: [clause] });
  }
  for (const { name, unique, parts } of table.indexes) {
    if (!unique) continue;
    const columns = baseColumns(table, parts.flatMap(partColumns(table)));
    const texts = parts.flatMap(({ column, expression }) => (column === null ? [expression] : []));
    demands.push({ name: name === 'PRIMARY' ? 'the primary key' : `key ${name}`, kind: 'unique', columns, texts });
  }
  if (partitioning !== undefined) {
    const { expressions, descriptions } = partitioning;
    const columns = [...new Set(expressions.flatMap((each) => columnsIn(each, table)))];
    demands.push({ name: 'no partition for a value', kind: 'partition', columns, texts: descriptions });
  }
  return demands;
}

function partColumns(table: Table) {
  return ({ column, expression }: { readonly column: string | null; readonly expression: string }): string[] =>
    column === null ? columnsIn(expression, table) : [column];
}

/** Returns the columns that an expression names, generated ones replaced by those that they are computed from. */
export function columnsIn(expression: string, table: Table): string[] {
  const named = new Set(
    [...expression.matchAll(/`((?:[^`]|``)+)`/g)].map(([, name = '']) => name.replaceAll('``', '`')),
  );
  const plain = [...named].filter((name) => table.columns.some((column) => column.name === name));
  // Partitions by RANGE or LIST COLUMNS show their columns without quotes on some servers.
  const found = plain.length > 0 ? plain : table.columns.map(({ name }) => name).filter(isWordOf(expression));
  return baseColumns(table, found);
}

function isWordOf(expression: string): (name: string) => boolean {
  const words = new Set(expression.toLowerCase().split(/[^\p{L}\p{N}_$]+/u));
  return (name) => words.has(name.toLowerCase());
}

/** Replaces generated columns by those that they are computed from. */
export function baseColumns(table: Table, names: readonly string[], seen: ReadonlySet<string> = new Set()): string[] {
  const bases = names.flatMap((name) => {
    const generated = table.columns.find((column) => column.name === name)?.generated ?? null;
    if (generated === null) return [name];
    return seen.has(name) ? [] : baseColumns(table, columnsOf(generated.expression, table), new Set([...seen, name]));
  });
  return [...new Set(bases)];
}

function columnsOf(expression: string, table: Table): string[] {
  return table.columns.map(({ name }) => name).filter((name) => namesColumn(expression, name));
}

/** Errors that name the violated condition; the others name at most a column. */
const OF_CHECK = 3819;
const OF_KEY = [1062, 1586];
const OF_PARTITIONS = [1526, 1748];

/**
 * Returns which demand a row did not meet.
 *
 * @param own the table's demands, from `demandsOf`.
 */
export function demandOf({ errno, message }: ValueRefusal, own: readonly Demand[], table: Table): Demand {
  if (errno === OF_CHECK) {
    const [, name = ''] = /'(.*)'/s.exec(message) ?? [];
    const found = own.find((demand) => demand.name === `CHECK ${name}`);
    if (found !== undefined) return found;
  }
  if (OF_KEY.includes(errno)) {
    const [, name = ''] = /for key '(.*)'/s.exec(message) ?? [];
    const key = name.startsWith(`${table.name}.`) ? name.slice(table.name.length + 1) : name;
    const found = own.find((demand) => demand.name === (key === 'PRIMARY' ? 'the primary key' : `key ${key}`));
    if (found !== undefined) return found;
  }
  const partition = own.find(({ kind }) => kind === 'partition');
  if (OF_PARTITIONS.includes(errno) && partition !== undefined) return partition;
  return ofColumn(message, own, table);
}

function ofColumn(message: string, own: readonly Demand[], table: Table): Demand {
  const [, index] = /functional index '(.*?)'/.exec(message) ?? [];
  const functional = own.find(({ name }) => index !== undefined && name === `key ${index}`);
  if (functional !== undefined) return functional;
  const [, place = ''] = /(?:[Cc]olumn|[Ff]ield) '(.*?)'/.exec(message) ?? [];
  const column = table.columns.find(({ name }) => name === place || place.endsWith(`.${name}`));
  const said = message.replaceAll(/\s+/g, ' ').slice(0, 120);
  if (column === undefined) {
    const columns = table.columns.filter(({ generated }) => generated === null).map(({ name }) => name);
    return { name: `“${said}”`, kind: 'other', columns, texts: [] };
  }
  const name = `column ${column.name} (${said.replaceAll(/ at row \d+$/g, '')})`;
  return { name, kind: 'column', columns: baseColumns(table, [column.name]), texts: [] };
}
