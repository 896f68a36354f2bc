import type { Column } from '../columns.ts';
import type { Index } from '../constraints.ts';
import type { Table } from '../database.ts';

/** Makes a column of a schema for tests: NOT NULL, and with nothing that its type does not need. */
export function column(name: string, more: Partial<Column> = {}): Column {
  const type = more.type ?? 'int';
  return {
    name,
    type,
    definition: `${type}${more.isUnsigned === true ? ' unsigned' : ''}`,
    isUnsigned: false,
    isNullable: false,
    default: null,
    hasDefaultExpression: false,
    isAutoIncrement: false,
    isInvisible: false,
    isUpdatedByServer: false,
    generated: null,
    characterSet: null,
    collation: null,
    length: null,
    precision: null,
    scale: null,
    fractionDigits: null,
    members: [],
    srid: null,
    ...more,
  };
}

/** Makes an empty table, by default without keys. */
export function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  const own = { engine: 'InnoDB', collation: null, rows: 0, bytes: 0, autoIncrement: null };
  const constraints = { indexes: [], foreignKeys: [], checks: [] };
  return { name, columns, ...own, isPartitioned: false, isCompressed: false, ...constraints, ...more };
}

/** @param length how much of each column counts; all of it if null. */
export function uniqueKey(name: string, columns: readonly string[], length: number | null = null): Index {
  const parts = columns.map((each) => ({ column: each, length, expression: '', descending: false }));
  return { name, unique: true, type: 'BTREE', parts };
}
