import type { ProductionSizes } from '../history/lines.ts';
import type { Measured } from '../report/estimate.ts';
import type { DataSize } from './fit.ts';

/** One table in production. */
export interface ProductionTable {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  /** Whether its bytes were not given, so that its rows are assumed to be as long as those rehearsed. */
  readonly isGuessed: boolean;
}

/**
 * Returns every table of production with its bytes, which are by default as many per row as in the largest rehearsal.
 */
export function productionTables({ tables }: ProductionSizes, runs: readonly Measured[]): readonly ProductionTable[] {
  const largest = largestOf(runs);
  const anyRow = bytesARow(totalOf(largest));
  return Object.entries(tables).map(([table, { rows, bytes }]) => {
    const rehearsed = largest.find((each) => each.table === table);
    const guess = rows * (rehearsed === undefined || rehearsed.rows === 0 ? anyRow : bytesARow(rehearsed));
    return { table, rows, bytes: bytes ?? guess, isGuessed: bytes === undefined };
  });
}

/** Returns the tables of the run that had the most rows. */
export function largestOf(runs: readonly Measured[]): Measured['tables'] {
  const [largest] = runs.toSorted((a, b) => totalOf(b.tables).rows - totalOf(a.tables).rows);
  return largest?.tables ?? [];
}

export function totalOf(tables: readonly { readonly rows: number; readonly bytes: number }[]): DataSize {
  const sum = (field: 'rows' | 'bytes') => tables.reduce((total, table) => total + table[field], 0);
  return { tables: tables.length, rows: sum('rows'), bytes: sum('bytes') };
}

function bytesARow({ rows, bytes }: { readonly rows: number; readonly bytes: number }): number {
  return rows === 0 ? 0 : bytes / rows;
}
