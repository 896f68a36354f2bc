import type { MeasuredPart } from '../report/estimate.ts';

/** In milliseconds: per table, per row and per byte. None is negative. */
export interface Cost {
  readonly table: number;
  readonly row: number;
  readonly byte: number;
}

export interface DataSize {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

type CostTerm = keyof Cost;

/**
 * Between two tables Vitess waits for its stream to catch up, in whole seconds: one or two were seen for the same
 * tables (Vitess 24, go/vt/vttablet/tabletmanager/vreplication/vcopier.go, catchup). The time of a part is uncertain by
 * this much.
 */
const RESOLUTION_MS = 1_000;

/**
 * Finds the costs that explain the parts best: least squares of the relative errors, because the time of a long part
 * varies more than that of a short one. Every choice of columns that includes a size is tried, and those with a
 * negative cost are left out, so that more data never costs less.
 *
 * @returns null if there is nothing to explain.
 */
export function fitCost(parts: readonly MeasuredPart[], columns: readonly CostTerm[]): Cost | null {
  let best: { cost: Cost; error: number } | null = null;
  // The smallest choices come first, so that the simpler of two that explain as much is kept.
  const choices = subsets(columns).toSorted((a, b) => a.length - b.length);
  for (const chosen of choices.filter((each) => each.some((column) => column !== 'table'))) {
    const solution = leastSquares(parts, chosen);
    if (solution === null || solution.some((value) => value < 0)) continue;
    const cost: Cost = {
      table: 0,
      row: 0,
      byte: 0,
      ...Object.fromEntries(chosen.map((name, at) => [name, solution[at]])),
    };
    const error = parts.reduce((sum, part) => sum + weightOf(part) * (costOf(cost, sizeOf(part)) - part.ms) ** 2, 0);
    if (best === null || error < best.error * (1 - 1e-6)) best = { cost, error };
  }
  return best?.cost ?? null;
}

export function costOf({ table, row, byte }: Cost, { tables, rows, bytes }: DataSize): number {
  return table * tables + row * rows + byte * bytes;
}

export function sizeOf({ tables, rows, bytes }: MeasuredPart): DataSize {
  return { tables: tables.length, rows, bytes };
}

export function weightOf({ ms }: MeasuredPart): number {
  return 1 / (ms + RESOLUTION_MS) ** 2;
}

function subsets<T>(all: readonly T[]): T[][] {
  return all.reduce<T[][]>((sets, each) => [...sets, ...sets.map((set) => [...set, each])], [[]]);
}

/** Returns null if the parts cannot distinguish the columns. */
function leastSquares(parts: readonly MeasuredPart[], columns: readonly CostTerm[]): number[] | null {
  const fields = { table: 'tables', row: 'rows', byte: 'bytes' } as const;
  const scales = columns.map((column) => Math.max(...parts.map((part) => sizeOf(part)[fields[column]])));
  if (parts.length < columns.length || scales.some((scale) => !(scale > 0))) return null;
  const rowOf = (part: MeasuredPart) => columns.map((column, at) => sizeOf(part)[fields[column]] / scales[at]!);
  const matrix = columns.map((_, i) => [
    ...columns.map((__, j) => parts.reduce((sum, part) => sum + weightOf(part) * rowOf(part)[i]! * rowOf(part)[j]!, 0)),
    parts.reduce((sum, part) => sum + weightOf(part) * rowOf(part)[i]! * part.ms, 0),
  ]);
  return eliminate(matrix)?.map((value, at) => value / scales[at]!) ?? null;
}

/** A pivot that is smaller than the column's own by this factor is a rounding error. */
const SINGULAR = 1e-6;

/** Solves a symmetric system, with the right side as its last column. */
function eliminate(matrix: number[][]): number[] | null {
  const size = matrix.length;
  const own = matrix.map((row, at) => row[at]!);
  for (let at = 0; at < size; at++) {
    const pivot = matrix[at]![at]!;
    if (!(pivot > own[at]! * SINGULAR)) return null;
    for (let below = at + 1; below < size; below++) {
      const factor = matrix[below]![at]! / pivot;
      matrix[below] = matrix[below]!.map((value, column) => value - factor * matrix[at]![column]!);
    }
  }
  const solution = Array.from({ length: size }, () => 0);
  for (let at = size - 1; at >= 0; at--) {
    const known = solution.reduce((sum, value, column) => (column > at ? sum + value * matrix[at]![column]! : sum), 0);
    solution[at] = (matrix[at]![size]! - known) / matrix[at]![at]!;
  }
  return solution;
}
