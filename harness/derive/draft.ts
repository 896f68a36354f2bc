import type { ColumnGenerator } from '../fixture/generators.ts';
import type { Table } from '../schema/database.ts';

export interface SeedOptions {
  /** Rows of each table. */
  readonly rows: ReadonlyMap<string, number>;
  /** By `table.column`, in place of what type and name suggest. */
  readonly columns: Readonly<Record<string, ColumnGenerator>>;
}

/** A table whose seed is being made. */
export interface Draft {
  readonly table: Table;
  rows: number;
  readonly columns: Map<string, ColumnGenerator>;
}
