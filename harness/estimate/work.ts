import type { MeasuredPart, MeasuredWork } from '../report/estimate.ts';
import { aligned } from './align.ts';
import { costOfPart, costOfTables, tableCosts, type TableCosts, type TableSize } from './by-table.ts';
import { fitCost } from './fit.ts';
import { quantile } from './range.ts';
import { totalOf } from './sizes.ts';

/** How long a copy or a VDiff of another size takes, and how that was found. */
export interface WorkEstimate {
  readonly lowMs: number;
  readonly likelyMs: number;
  readonly highMs: number;
  /** Null if the time is only scaled in proportion. */
  readonly costs: TableCosts | null;
  /** Where the range comes from, one sentence each. */
  readonly reasons: readonly string[];
}

/** If the largest work is this much larger than the smallest, they distinguish a fixed part from one that grows. */
const DISTINCT = 1.5;
/**
 * What a table costs at most whatever its size: Vitess waits for 2 to 3 seconds at each (decision 0024). It is assumed
 * where tables are all of one size, so that the measurements do not tell.
 */
export const FIXED_MOST_MS = 3_000;

/** Returns the time of work on all tables that move, of these sizes, from one measured work or several. */
export function estimateWork(measured: readonly MeasuredWork[], tables: readonly TableSize[]): WorkEstimate {
  const works = aligned(measured);
  const costs = fits(works.flatMap((work) => work.parts));
  const fitted = costs.map((each) => costOfTables(each, tables));
  const hasSizes = costs.length > 0 && ratio(works.map(rowsOf)) >= DISTINCT;
  const others = hasSizes ? works.flatMap((work) => leaveOut(works, work, tables)) : plainRates(works, tables);
  const isOfOneSize = !hasSizes && ratio(works.flatMap(({ parts }) => parts.map(rowsOfTable))) < DISTINCT;
  const candidates = [...fitted, ...others, ...(isOfOneSize ? mostFixed(works, tables) : [])];
  const speed = speedsOf(works);
  const fit = residualsOf(works, costs);
  return {
    lowMs: Math.min(...candidates) * Math.min(1, speed.fast, fit.least),
    likelyMs: hasSizes ? mean(fitted) : middle(fitted, others),
    highMs: Math.max(...candidates) * Math.max(1, speed.slow, fit.most),
    costs: hasSizes ? costs[0]! : null,
    reasons: [
      hasSizes
        ? 'the range spans what is left when any one of the measurements is left out'
        : 'there is only one size, so it is unknown what grows with it: the range goes from as large a fixed part for each table as the measurements allow, to none, and the likely time is the geometric mean of both; a rehearsal of another size would tell',
      ...(costs.length > 1 ? ['rows and bytes grew alike, so the range spans a cost by row and one by byte'] : []),
      ...speed.reasons,
      ...(fit.most > 1.005 || fit.least < 0.995
        ? [`the measurements themselves are ${percent(fit.least)} to ${percent(fit.most)} of what these costs say`]
        : []),
    ],
  };
}

/** Returns the time if each table costs as much as it can whatever its size, and the rest grows with rows or bytes. */
function mostFixed(works: readonly MeasuredWork[], tables: readonly TableSize[]): number[] {
  const size = totalOf(tables);
  return works.flatMap(({ parts }) => {
    const fixed = parts.reduce((sum, part) => sum + Math.min(part.ms, FIXED_MOST_MS * part.tables.length), 0);
    const growing = parts.reduce((sum, { ms }) => sum + ms, 0) - fixed;
    const total = totalOf(parts);
    return (['rows', 'bytes'] as const)
      .map((field) => fixed + growing * (size[field] / total[field]))
      .filter(Number.isFinite);
  });
}

function rowsOfTable({ rows, tables }: MeasuredPart): number {
  return rows / tables.length;
}

/** Returns the geometric mean of both. */
function middle(fitted: readonly number[], plain: readonly number[]): number {
  return fitted.length === 0 ? mean(plain) : Math.sqrt(mean(fitted) * mean(plain));
}

/** Fits by table, row and byte if the parts can distinguish them; otherwise by table and row, and by table and byte. */
function fits(parts: readonly MeasuredPart[]): readonly TableCosts[] {
  const whole = tellsApart(parts) ? [fitCost(parts, ['table', 'row', 'byte'])] : [];
  const found = whole.length > 0 ? whole : [fitCost(parts, ['table', 'row']), fitCost(parts, ['table', 'byte'])];
  return found.flatMap((cost) => (cost === null ? [] : [tableCosts(parts, cost)]));
}

/** Rows of equal length cost the same by row as by byte. */
const DISTINCT_ROWS = 1.5;
const FEWEST_PARTS = 4;
/** A table smaller than this is mostly pages that are not full, and says nothing about the length of a row. */
const SMALLEST_BYTES = 500_000;

function tellsApart(parts: readonly MeasuredPart[]): boolean {
  const large = parts.filter(({ rows, bytes }) => rows > 0 && bytes >= SMALLEST_BYTES);
  return parts.length >= FEWEST_PARTS && ratio(large.map(({ rows, bytes }) => bytes / rows)) >= DISTINCT_ROWS;
}

/** Scales the whole time in proportion to rows, and to bytes. */
function plainRates(works: readonly MeasuredWork[], tables: readonly TableSize[]): number[] {
  const size = totalOf(tables);
  const of = (field: 'rows' | 'bytes') => {
    const rates = works.map((work) => work.durationMs / totalOf(work.parts)[field]).filter(Number.isFinite);
    return rates.length === 0 ? [] : [mean(rates) * size[field]];
  };
  return [...of('rows'), ...of('bytes')];
}

function leaveOut(works: readonly MeasuredWork[], out: MeasuredWork, tables: readonly TableSize[]): number[] {
  const rest = works.filter((work) => work !== out);
  const found = fits(rest.flatMap((work) => work.parts));
  return found.map((costs) => costOfTables(costs, tables));
}

/** Returns how long work takes if it always runs like the slowest tenth of the windows, and like the fastest. */
function speedsOf(works: readonly MeasuredWork[]) {
  const relative = works.flatMap(({ rates }) =>
    rates.map(({ table, perSecond }) => {
      const same = rates.filter((rate) => rate.table === table).map((rate) => rate.perSecond);
      return perSecond / mean(same);
    }),
  );
  if (relative.length === 0) return { slow: 1, fast: 1, reasons: [] };
  const [low, high] = [quantile(relative, 0.1), quantile(relative, 0.9)];
  const reasons = [
    `it is assumed to run no slower than the slowest tenth of ${relative.length} windows of time, ${percent(low)} of the mean rate, and no faster than the fastest, ${percent(high)}`,
  ];
  return { slow: 1 / low, fast: 1 / high, reasons };
}

function residualsOf(works: readonly MeasuredWork[], costs: readonly TableCosts[]) {
  const shares = works.flatMap(({ parts }) =>
    costs.flatMap((each) => {
      const expected = parts.reduce((sum, part) => sum + costOfPart(each, part), 0);
      return expected > 0 ? [parts.reduce((sum, { ms }) => sum + ms, 0) / expected] : [];
    }),
  );
  return { least: Math.min(1, ...shares), most: Math.max(1, ...shares) };
}

function rowsOf({ parts }: MeasuredWork): number {
  return totalOf(parts).rows;
}

/** Returns the ratio of the largest to the smallest that is not 0, or 1 if there is none. */
function ratio(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0);
  return positive.length === 0 ? 1 : Math.max(...positive) / Math.min(...positive);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
