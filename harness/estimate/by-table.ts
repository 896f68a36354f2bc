import type { MeasuredPart } from '../report/estimate.ts';
import { costOf, sizeOf, weightOf, type Cost } from './fit.ts';

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

/** The cost of every table: the same fixed part, and a part for its size, in which tables differ. */
export interface TableCosts {
  readonly fixedMs: number;
  /** The factor for each table, relative to what its rows and bytes cost on average. */
  readonly factors: ReadonlyMap<string, number>;
  readonly cost: Cost;
}

/**
 * The uncertainty about a table before it was measured, in squares of relative errors: it is assumed to cost as much as
 * the others, plus or minus twice that, and a measurement is assumed to be accurate to a tenth. So a table that is too
 * small to tell costs as much as others.
 */
const DOUBT = (0.1 / 2) ** 2;

/**
 * Tables have different indexes and columns, so each gets a factor of its own in addition to what rows and bytes cost
 * on average; the fixed part is the least-squares solution with those factors. Tables of one part share its factor.
 *
 * @param parts the aligned parts.
 */
export function tableCosts(parts: readonly MeasuredPart[], cost: Cost): TableCosts {
  const at = (fixedMs: number) => {
    const factors = factorsFor(parts, cost, fixedMs);
    return { factors, error: errorOf(parts, cost, fixedMs, factors) };
  };
  // The error is a parabola in the fixed part, so three points show where it is least.
  const unit = Math.max(1, ...parts.map(({ ms }) => ms));
  const [left, middle, right] = [at(0).error, at(unit / 2).error, at(unit).error];
  const bend = left - 2 * middle + right;
  const fixedMs = bend > 0 ? Math.max(0, (unit / 4) * ((left - right) / bend + 2)) : cost.table;
  const { factors } = at(fixedMs);
  const byTable = parts.flatMap(({ tables }) =>
    tables.map((table) => [table, Math.max(0, factors.get(tables[0]!)!)] as const),
  );
  return { fixedMs, factors: new Map(byTable), cost };
}

/** Returns what a measured part would take. */
export function costOfPart({ fixedMs, factors, cost }: TableCosts, part: MeasuredPart): number {
  return fixedMs * part.tables.length + (factors.get(part.tables[0]!) ?? 1) * growingMs(part, cost);
}

export function costOfTables({ fixedMs, factors, cost }: TableCosts, tables: readonly TableSize[]): number {
  return tables.reduce((sum, { table, rows, bytes }) => {
    const size = costOf({ ...cost, table: 0 }, { tables: 1, rows, bytes });
    return sum + fixedMs + (factors.get(table) ?? 1) * size;
  }, 0);
}

function factorsFor(parts: readonly MeasuredPart[], cost: Cost, fixedMs: number): ReadonlyMap<string, number> {
  const names = new Set(parts.map(({ tables }) => tables[0]!));
  return new Map(
    [...names].map((name) => {
      const own = parts.filter(({ tables }) => tables[0] === name);
      const [above, below] = own.reduce(
        ([product, square], part) => {
          const growing = growingMs(part, cost);
          const weight = weightOf(part);
          return [
            product + weight * growing * (part.ms - fixedMs * part.tables.length),
            square + weight * growing ** 2,
          ];
        },
        [DOUBT, DOUBT],
      );
      return [name, above / below];
    }),
  );
}

function errorOf(
  parts: readonly MeasuredPart[],
  cost: Cost,
  fixedMs: number,
  factors: ReadonlyMap<string, number>,
): number {
  const measured = parts.reduce((sum, part) => {
    const expected = fixedMs * part.tables.length + factors.get(part.tables[0]!)! * growingMs(part, cost);
    return sum + weightOf(part) * (part.ms - expected) ** 2;
  }, 0);
  return [...factors.values()].reduce((sum, factor) => sum + DOUBT * (factor - 1) ** 2, measured);
}

/** Returns what a part costs because of its size. */
function growingMs(part: MeasuredPart, cost: Cost): number {
  return costOf({ ...cost, table: 0 }, sizeOf(part));
}
