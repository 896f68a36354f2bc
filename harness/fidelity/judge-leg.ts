import type { ExactRows } from './exact-values.ts';
import {
  expectedRow,
  idOf,
  isInserted,
  nameOfLeg,
  rowsOf,
  type Leg,
  type ValueColumn,
  type ValueTable,
} from './legs.ts';

/** A value that arrived as another one. */
export interface ValueChange {
  /** The row of the reference that has the value. */
  readonly row: number;
  /** What should have arrived, in exact form; null for NULL. */
  readonly from: string | null;
  readonly to: string | null;
}

/** The outcome of a column's values on one leg. */
export type LegOutcome =
  | { readonly leg: string; readonly kind: 'equal'; readonly rows: number }
  | { readonly leg: string; readonly kind: 'changed'; readonly rows: number; readonly changes: readonly ValueChange[] }
  | { readonly leg: string; readonly kind: 'refused'; readonly step: string; readonly message: string }
  | { readonly leg: string; readonly kind: 'not reached' };

export interface SidesOfTable {
  /** The intended values, on the side that was written to. */
  readonly reference: ExactRows;
  /** The side that was written to. */
  readonly serving: ExactRows;
  /** The side that follows. */
  readonly following: ExactRows;
  /** The source as it was before the leg; only of tables for which `needsOriginal` is true. */
  readonly original: ExactRows;
}

/** Whether a column is computed by the server that writes, so that only the value that it had says what is meant. */
export function needsOriginal({ columns }: Pick<ValueTable, 'columns'>): boolean {
  return columns.some(isComputedByServer);
}

function isComputedByServer({ isGenerated, isOfServer }: ValueColumn): boolean {
  return isGenerated && isOfServer;
}

/** Shown instead of a value if a whole row is missing or superfluous. */
const NO_ROW = 'no row';
const A_ROW = 'a row';
/** Added if the table cannot hold the value, because it was not created the same as on the other side. */
const WHERE_WRITTEN = '(where it was written)';

/**
 * Compares what arrived on a leg with what should have arrived, column by column. A value that is already wrong on the
 * side that was written to also counts as a change, and so does one that its server should have made and did not, or
 * that the source had computed and that is another one after an update of other columns.
 */
export function judgeLeg(leg: Leg, table: ValueTable, sides: SidesOfTable): ReadonlyMap<string, LegOutcome> {
  const rows = rowsOf(table);
  return new Map(
    table.columns.map((column) => {
      const changes = rows.flatMap((row) => changeOf({ leg, table, column, row }, sides) ?? []);
      const name = nameOfLeg(leg);
      const counted = { leg: name, rows: rows.length };
      const outcome: LegOutcome =
        changes.length === 0 ? { ...counted, kind: 'equal' } : { ...counted, kind: 'changed', changes };
      return [column.name, outcome];
    }),
  );
}

interface Place {
  readonly leg: Leg;
  readonly table: ValueTable;
  readonly column: ValueColumn;
  readonly row: number;
}

function changeOf({ leg, table, column, row }: Place, sides: SidesOfTable): ValueChange | null {
  const id = idOf(leg, row);
  const wanted = expectedRow(leg, row, table);
  const [written, arrived] = [sides.serving.get(id), sides.following.get(id)];
  if (wanted === null) {
    if (written !== undefined) return { row, from: NO_ROW, to: `${A_ROW} ${WHERE_WRITTEN}` };
    return arrived === undefined ? null : { row, from: NO_ROW, to: A_ROW };
  }
  if (written === undefined) return { row: wanted, from: A_ROW, to: `${NO_ROW} ${WHERE_WRITTEN}` };
  const [inReference, held] = [valueIn(sides.reference.get(wanted)!, column), valueIn(written, column)];
  const isNotMade = column.isOfServer && held === null && inReference !== null;
  const original = leg.path === 'untouched' && isComputedByServer(column) ? sides.original.get(id) : undefined;
  const ofServer = original === undefined ? held : valueIn(original, column);
  const meant = column.isOfServer && !isNotMade ? ofServer : inReference;
  const wasJustWritten = isInserted(leg) || leg.path === 'changed';
  if (isNotMade || (wasJustWritten && held !== meant)) {
    return { row: wanted, from: meant, to: `${held ?? 'NULL'} ${WHERE_WRITTEN}` };
  }
  if (arrived === undefined) return { row: wanted, from: meant, to: NO_ROW };
  const seen = valueIn(arrived, column);
  return seen === meant ? null : { row: wanted, from: meant, to: seen };
}

function valueIn(row: ReadonlyMap<string, string | null>, { name }: ValueColumn): string | null {
  return row.get(name) ?? null;
}
