import type { ProductionSizes } from '../history/lines.ts';
import { QUANTITIES, type Estimate, type Measured, type MeasuredWork, type Quantity } from '../report/estimate.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity } from '../report/format.ts';
import { targetDisk } from './disk.ts';
import type { TableCosts } from './by-table.ts';
import { catchUpTime, logBytesPerSecond, writesOf, type Derived } from './following.ts';
import type { DataSize } from './fit.ts';
import { exactly, plus, scaled, times, type EstimateRange } from './range.ts';
import { period, retention, sourceDisk } from './retention.ts';
import { largestOf, productionTables, totalOf, type ProductionTable } from './sizes.ts';
import { estimateWork, FIXED_MOST_MS } from './work.ts';

const TITLES: Readonly<Record<Quantity['id'], string>> = {
  copy: 'copy',
  catchUp: 'catch-up',
  vdiff: 'VDiff',
  binlog: 'binary logs of the source, until the last switch',
  retention: 'retention of the source’s binary logs',
  targetDisk: 'disk of the target, all its MySQLs',
  sourceDisk: 'disk of the source for binary logs',
};

const UNITS: Readonly<Record<Quantity['id'], Quantity['unit']>> = {
  copy: 'ms',
  catchUp: 'ms',
  vdiff: 'ms',
  binlog: 'bytes',
  retention: 'hours',
  targetDisk: 'bytes',
  sourceDisk: 'bytes',
};

/**
 * Estimates what the real migration will take, from the measurements of one rehearsal, or of several of different
 * sizes.
 *
 * @param production the sizes of exactly the tables that were rehearsed.
 */
export function estimate(runs: readonly Measured[], production: ProductionSizes): Estimate {
  const tables = productionTables(production, runs);
  const derived = deriveAll(runs, tables, production);
  const of = (id: Quantity['id']) => derived[id];
  return {
    quantities: QUANTITIES.flatMap((id) => {
      const found = of(id);
      if (typeof found === 'string') return [];
      const { range, from, assumptions } = found;
      return [{ id, title: TITLES[id], unit: UNITS[id], ...range, from, assumptions }];
    }),
    missing: QUANTITIES.flatMap((id) => {
      const why = of(id);
      return typeof why === 'string' ? [{ id, why }] : [];
    }),
  };
}

/** Each quantity, or why there is none. */
type All = Readonly<Record<Quantity['id'], Derived | string>>;

const NO_WRITES = 'no writes were measured while the source served them';

function deriveAll(runs: readonly Measured[], tables: readonly ProductionTable[], production: ProductionSizes): All {
  const copy = workTime(
    'copy',
    runs.map(({ copies }) => copies),
    runs,
    tables,
  );
  const vdiff = vdiffTime(runs, tables);
  const nothing = { copy, vdiff, binlog: NO_WRITES, retention: NO_WRITES, sourceDisk: NO_WRITES };
  if (typeof copy === 'string') {
    const why = 'the copy was not measured';
    return { ...nothing, catchUp: why, binlog: why, retention: why, sourceDisk: why, targetDisk: why };
  }
  const writes = writesOf(runs);
  const disk = (following: EstimateRange) =>
    targetDisk(runs, tables, following) ?? 'the target’s tables were not measured';
  if (writes.length === 0 && production.writesPerSecond > 0) {
    return { ...nothing, catchUp: NO_WRITES, targetDisk: disk(exactly(0)) };
  }
  const catchUp = catchUpTime(writes, copy.range, production);
  const whole = {
    range: typeof catchUp === 'string' ? copy.range : plus(copy.range, catchUp.range),
    isPart: typeof catchUp === 'string',
  };
  const rate =
    production.writesPerSecond === 0
      ? { range: exactly(0), from: 'no writes', assumptions: [] }
      : logBytesPerSecond(writes, production);
  const hours = period(whole, vdiff, production);
  const logs = times(rate.range, scaled(hours.range, 3_600));
  return {
    copy,
    vdiff,
    catchUp,
    binlog: { range: logs, from: rate.from, assumptions: [...rate.assumptions, ...hours.assumptions] },
    retention: retention(hours, runs),
    targetDisk: disk(logs),
    sourceDisk: sourceDisk(rate, hours, runs),
  };
}

/** If VDiff met few writes, the range also has what it may wait for in production. */
function vdiffTime(runs: readonly Measured[], tables: readonly ProductionTable[]): Derived | string {
  const found = workTime(
    'VDiff',
    runs.map(({ vdiffs }) => vdiffs),
    runs,
    tables,
  );
  if (typeof found === 'string' || runs.every(({ isVDiffQuiet = false }) => !isVDiffQuiet)) return found;
  const waits = FIXED_MOST_MS * tables.length;
  return {
    ...found,
    range: plus(found.range, { low: 0, likely: 0, high: waits }),
    assumptions: [
      ...found.assumptions,
      `the VDiff of all tables met few writes; with more, Vitess waits up to ${formatDuration(FIXED_MOST_MS)} longer at each table, which the high end includes`,
    ],
  };
}

/** @param works the works of each run. @returns the reason, if nothing was measured. */
function workTime(
  name: string,
  works: readonly (readonly MeasuredWork[])[],
  runs: readonly Measured[],
  tables: readonly ProductionTable[],
): Derived | string {
  const all = works.flat();
  if (all.length === 0) return `the ${name} was not measured`;
  const size = totalOf(tables);
  const { lowMs, likelyMs, highMs, costs, reasons } = estimateWork(all, tables);
  const rows = all.map(({ parts }) => totalOf(parts).rows).toSorted((a, b) => a - b);
  const measured = [...new Set(rows.map(formatCount))];
  return {
    range: { low: lowMs, likely: likelyMs, high: highMs },
    from: `${formatQuantity(all.length, 'measurements')} of ${measured.join(', ')} rows: ${costText(costs)}`,
    assumptions: [...reasons, ...sizeAssumptions(size, runs, tables)],
  };
}

/** Returns the costs in words, such as `812 ms a table, 24.1 µs a row, 0.11 µs a byte`. */
function costText(costs: TableCosts | null): string {
  if (costs === null) return 'in proportion to rows and bytes, and with a fixed part';
  const { fixedMs, cost } = costs;
  return [
    ...(fixedMs > 0 ? [`${Math.round(fixedMs)} ms a table`] : []),
    ...(cost.row > 0 ? [`${micros(cost.row)} a row`] : []),
    ...(cost.byte > 0 ? [`${micros(cost.byte)} a byte`] : []),
  ].join(', ');
}

function micros(ms: number): string {
  return `${(ms * 1000).toPrecision(3)} µs`;
}

function sizeAssumptions(size: DataSize, runs: readonly Measured[], tables: readonly ProductionTable[]): string[] {
  const rehearsed = totalOf(largestOf(runs));
  const guessed = tables.filter(({ isGuessed }) => isGuessed).map(({ table }) => table);
  return [
    `production has ${formatCount(size.rows)} rows and ${formatBytes(size.bytes)}, ${timesAs(size.rows / rehearsed.rows)} the rows of the largest rehearsal: a row costs the same there, although less of a table fits into the buffer pool`,
    'machines, disks and settings of production are as fast as those of the rehearsal, and the tables are worked on by one stream, one after another',
    ...(guessed.length === 0 ? [] : [`rows are as long as in the largest rehearsal in ${guessed.join(', ')}`]),
  ];
}

function timesAs(share: number): string {
  return `${share < 10 ? share.toFixed(1) : formatCount(share)} times`;
}
