import type { LoadedRows } from '../fixture/fixture.ts';
import type { ColumnGenerator } from '../fixture/generators.ts';
import type { Table } from '../schema/database.ts';

export interface SeedOptions {
  /** Rows of each table. */
  readonly rows: ReadonlyMap<string, number>;
  /** Generators by `table.column`, instead of those that type and name suggest. */
  readonly columns: Readonly<Record<string, ColumnGenerator>>;
  /** Existing rows of tables to which these refer. */
  readonly existing?: ReadonlyMap<string, LoadedRows>;
}

/** A table whose seed is being made. */
export interface Draft {
  readonly table: Table;
  rows: number;
  readonly columns: Map<string, ColumnGenerator>;
}

/** How many rows of each table others can refer to, as far as is known. */
export type RowCounts = (table: string) => number;
